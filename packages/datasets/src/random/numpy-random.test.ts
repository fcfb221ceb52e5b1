import fc from 'fast-check';
import { largestGap, readReference } from '../../fixtures/reference.js';
import { RandomState } from './numpy-random.js';

interface Draws {
  readonly seed: number;
  readonly doubles: number[];
  readonly normals: number[];
  readonly uniforms: number[];
  readonly normalsAfter: number[];
  readonly integers: number[][];
  readonly permutations: number[][];
  readonly shuffled: string;
  readonly doubleAfter: number;
}

interface Fixture {
  readonly ranges: [number, number][];
  readonly draws: Draws[];
  readonly normals: { seed: number; count: number; sum: number; squares: number; every1000th: number[] };
}

const fixture = JSON.parse(readReference('numpy_draws.json')) as Fixture;

describe('draws equal NumPy’s', () => {
  test.each(fixture.draws)('one after the other on the state of seed $seed', (reference) => {
    const random = new RandomState(reference.seed);
    expect(reference.doubles.map(() => random.uniform())).toEqual(reference.doubles);
    const normals = reference.normals.map(() => random.standardNormal());
    expect(largestGap(normals, reference.normals)).toBeLessThan(1e-14);
    expect(reference.uniforms.map(() => random.uniform(-3, 5))).toEqual(reference.uniforms);
    // the number that the odd count above left in store comes first
    const normalsAfter = reference.normalsAfter.map(() => random.standardNormal());
    expect(largestGap(normalsAfter, reference.normalsAfter)).toBeLessThan(1e-14);
    const integers = fixture.ranges.map(([low, high]) => Array.from({ length: 5 }, () => random.randint(low, high)));
    expect(integers).toEqual(reference.integers);
    const permutations = reference.permutations.map(({ length }) => [...random.permutation(length)]);
    expect(permutations).toEqual(reference.permutations);
    expect(random.shuffle([...'abcdefghij']).join('')).toBe(reference.shuffled);
    // as many words as NumPy were taken
    expect(random.uniform()).toBe(reference.doubleAfter);
  });

  test('a hundred thousand normal numbers', () => {
    const { seed, count, sum, squares, every1000th } = fixture.normals;
    const random = new RandomState(seed);
    const values = Array.from({ length: count }, () => random.standardNormal());
    expect(
      largestGap(
        values.filter((_, i) => i % 1000 === 0),
        every1000th,
      ),
    ).toBeLessThan(1e-14);
    expect(Math.abs(values.reduce((a, b) => a + b) - sum)).toBeLessThan(1e-9);
    expect(Math.abs(values.reduce((a, b) => a + b * b, 0) - squares)).toBeLessThan(1e-6);
  });
});

describe('laws', () => {
  const seed = fc.nat(0xffffffff);

  test('randint stays in its range and ends at either end', () => {
    fc.assert(
      fc.property(seed, fc.integer(), fc.integer({ min: 1, max: 2 ** 40 }), (s, low, width) => {
        const drawn = new RandomState(s).randint(low, low + width);
        return Number.isInteger(drawn) && drawn >= low && drawn < low + width;
      }),
    );
    const random = new RandomState(0);
    expect(new Set(Array.from({ length: 200 }, () => random.randint(-1, 2)))).toEqual(new Set([-1, 0, 1]));
  });

  test('a permutation holds every number once, and shuffling any list follows it', () => {
    fc.assert(
      fc.property(seed, fc.nat(60), (s, n) => {
        const permutation = [...new RandomState(s).permutation(n)];
        const identity = Array.from({ length: n }, (_, i) => i);
        expect([...permutation].sort((a, b) => a - b)).toEqual(identity);
        expect(new RandomState(s).shuffle(identity)).toEqual(permutation);
        expect([...new RandomState(s).shuffle(Float64Array.from({ length: n }, (_, i) => i))]).toEqual(permutation);
      }),
    );
  });
});

describe('refusals', () => {
  test.each([-1, 2 ** 32, 0.5, Number.NaN, '42' as unknown as number])('seed %p', (seed) => {
    expect(() => new RandomState(seed)).toThrow('RandomState: the seed must be an integer in 0..4294967295');
  });

  test.each([
    [0, 0],
    [3, 3],
    [5, 1],
    [0.5, 3],
    [0, Number.POSITIVE_INFINITY],
    [Number.NaN, 1],
    [-(2 ** 52), 2 ** 52 + 2],
  ])('randint(%p, %p)', (low, high) => {
    expect(() => new RandomState(0).randint(low, high)).toThrow('low < high');
  });

  test('randint of nothing', () => {
    expect(() => new RandomState(0).randint(0)).toThrow('got 0 and 0');
  });

  test.each([-1, 1.5, 2 ** 32 + 1])('permutation(%p)', (n) => {
    expect(() => new RandomState(0).permutation(n)).toThrow('n must be an integer');
  });
});
