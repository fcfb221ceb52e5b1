import fc from 'fast-check';
import { readReference } from '../../fixtures/reference.js';
import { RandomState } from './numpy-random.js';
import { sampleWithoutReplacement } from './sample-without-replacement.js';

interface Sampling {
  readonly population: number;
  readonly count: number;
  readonly chosen: number[];
  readonly after: number;
}

const { samplings } = JSON.parse(readReference('numpy_draws.json')) as { samplings: Sampling[] };

test.each(samplings)('$count of $population are scikit-learn’s', ({ population, count, chosen, after }) => {
  const random = new RandomState(7);
  expect([...sampleWithoutReplacement(population, count, random)]).toEqual(chosen);
  expect(random.randint(2 ** 32)).toBe(after);
});

test('the samplings reach every method', () => {
  const ratios = samplings.map(({ population, count }) => count / population);
  expect(ratios.some((ratio) => ratio <= 0.01)).toBe(true);
  expect(ratios.some((ratio) => ratio > 0.01 && ratio < 0.99)).toBe(true);
  expect(ratios.some((ratio) => ratio >= 0.99 && ratio < 1)).toBe(true);
  expect(ratios).toContain(1);
  // the two borders themselves
  expect(ratios).toContain(0.01);
  expect(ratios).toContain(0.99);
});

test('the numbers are distinct and below the population', () => {
  const sizes = fc.nat(400).chain((extra) => fc.tuple(fc.nat(200), fc.constant(extra)));
  fc.assert(
    fc.property(sizes, fc.nat(), ([count, extra], seed) => {
      const population = Math.max(1, count + extra);
      const chosen = sampleWithoutReplacement(population, count, new RandomState(seed));
      expect(new Set(chosen).size).toBe(count);
      expect(chosen.every((value) => value < population)).toBe(true);
    }),
  );
});
