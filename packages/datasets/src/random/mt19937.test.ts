import { readReference } from '../../fixtures/reference.js';
import { Mt19937 } from './mt19937.js';

interface Draws {
  readonly seed: number;
  readonly firstWords: number[];
  readonly turnWords: number[];
  readonly lastWords: number[];
  readonly wordSum: number;
  readonly doubles: number[];
}

const { draws } = JSON.parse(readReference('numpy_draws.json')) as { draws: Draws[] };

test.each(draws)('the words of seed $seed are NumPy’s, over three refills of the state', (reference) => {
  const generator = new Mt19937(reference.seed);
  const words = Array.from({ length: 2000 }, () => generator.nextUint32());
  expect(words.slice(0, 4)).toEqual(reference.firstWords);
  expect(words.slice(622, 626)).toEqual(reference.turnWords);
  expect(words.slice(1998)).toEqual(reference.lastWords);
  expect(words.reduce((a, b) => a + b)).toBe(reference.wordSum);
});

test.each(draws)('the doubles of seed $seed are NumPy’s to the bit', ({ seed, doubles }) => {
  const generator = new Mt19937(seed);
  expect(doubles.map(() => generator.nextDouble())).toEqual(doubles);
});

test('another seed gives other words', () => {
  expect(new Mt19937(1).nextUint32()).not.toBe(new Mt19937(2).nextUint32());
});
