import {
  cardinality,
  choice,
  contains,
  type Distribution,
  describeDistribution,
  distributionOf,
  fromUnit,
  indexOfValue,
  int,
  isTangentError,
  labelled,
  list,
  logUniform,
  quantile,
  Rng,
  type Scalar,
  toUnit,
  uniform,
  valueAt,
  variant,
  when,
} from '@tangentlab/core';
import fc from 'fast-check';

fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns: 300 });

const scalar = fc.oneof(
  fc.string({ maxLength: 5 }),
  fc.boolean(),
  fc.constant(null),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const choices = fc
  .uniqueArray(scalar, { minLength: 1, maxLength: 6, comparator: (a, b) => a === b })
  .map((values) => choice(...(values as [Scalar])));
const span = (low: number, high: number) =>
  fc
    .tuple(fc.double({ min: low, max: high, noNaN: true }), fc.double({ min: low, max: high, noNaN: true }))
    .filter(([a, b]) => a !== b)
    .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
const integers = (low: number, high: number) =>
  fc
    .tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }))
    .filter(([a, b]) => a !== b)
    .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
const anyDistribution: fc.Arbitrary<Distribution> = fc.oneof(
  choices,
  span(-1e300, 1e300 / 2).map(([low, high]) => uniform(low, high)),
  fc
    .tuple(
      fc.integer({ min: -1000, max: 1000 }),
      fc.integer({ min: 1, max: 1000 }),
      fc.double({ min: 0.001, max: 1, noNaN: true }),
    )
    .map(([low, width, share]) => uniform(low / 8, (low + width) / 8, { step: (share * width) / 8 })),
  span(5e-324, 1e300).map(([low, high]) => logUniform(low, high)),
  fc
    .tuple(integers(-(2 ** 31), 2 ** 31), fc.integer({ min: 1, max: 1000 }))
    .map(([[low, high], step]) => int(low, high, { step: Math.min(step, high - low) })),
  integers(1, 2 ** 40).map(([low, high]) => int(low, high, { log: true })),
);
/** The ends and the middle of [0, 1), and the grid that an Rng draws from. */
const position = fc.oneof(
  fc.constantFrom(0, 2 ** -32, 0.5, 1 - 2 ** -32, 1 - 2 ** -53),
  fc.double({ min: 0, max: 1 - 2 ** -53, noNaN: true }),
);

test('every sample is contained', () => {
  fc.assert(
    fc.property(anyDistribution, position, (distribution, u) => {
      expect(contains(distribution, quantile(distribution, u))).toBe(true);
    }),
  );
});

test('numbers rise with the position', () => {
  fc.assert(
    fc.property(anyDistribution, position, position, (distribution, u, v) => {
      fc.pre(distribution.kind !== 'choice');
      const [a, b] = [quantile(distribution, Math.min(u, v)), quantile(distribution, Math.max(u, v))];
      expect(a as number).toBeLessThanOrEqual(b as number);
    }),
  );
});

test('cardinality counts the values that are contained', () => {
  fc.assert(
    fc.property(integers(-50, 50), fc.nat(), ([low, high], seed) => {
      const distribution = int(low, high, { step: 1 + (seed % (high - low)) });
      const values = Array.from({ length: 101 }, (_, i) => i - 50).filter((value) => contains(distribution, value));
      expect(cardinality(distribution)).toBe(values.length);
      expect(values[0]).toBe(low);
    }),
  );
  expect(cardinality(choice('a', 'b', null))).toBe(3);
  expect(cardinality(uniform(0, 1))).toBe(Number.POSITIVE_INFINITY);
  expect(cardinality(int(1, 10, { log: true }))).toBe(10);
});

test('a range with steps takes tidy values, and knows those that other programs computed', () => {
  const tenths = uniform(0, 0.5, { step: 0.1 });
  expect(Array.from({ length: 6 }, (_, i) => valueAt(tenths, i))).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
  expect(contains(tenths, 0.1 * 3)).toBe(true);
  expect(indexOfValue(tenths, 0.1 * 3)).toBe(3);
  expect(uniform(0, 1, { step: 0.3 })).toMatchObject({ high: 0.9 });
  for (const value of [0.05, 0.6, -0.1, 0.1 + 1e-8, Number.NaN]) expect(contains(tenths, value)).toBe(false);
});

test('the values of a finite distribution are numbered, each in the middle of its cell', () => {
  fc.assert(
    fc.property(anyDistribution, position, (distribution, u) => {
      const value = quantile(distribution, u);
      const back = fromUnit(distribution, toUnit(distribution, value));
      if (Number.isFinite(cardinality(distribution))) {
        fc.pre(cardinality(distribution) <= 2 ** 40);
        expect(back).toBe(value);
        expect(valueAt(distribution, indexOfValue(distribution, value))).toBe(value);
      } else {
        const { low, high, log } = distribution as Extract<Distribution, { kind: 'float' }>;
        // one rounding of the coordinate, 2^-53, stretched to the range; in logarithms that of the exponent too
        const slack = log
          ? 1e-12 * (value as number)
          : 4 * 2 ** -53 * Math.max(high - low, Math.abs(low), Math.abs(high));
        expect(Math.abs((back as number) - (value as number))).toBeLessThanOrEqual(slack + 2 * Number.MIN_VALUE);
      }
    }),
  );
});

test('nothing else is contained', () => {
  for (const value of [0.5, 3, '2', null, undefined, Number.NaN, 2n, [2]]) {
    expect(contains(int(1, 2), value)).toBe(false);
    expect(contains(choice(1, 2, 'b'), value)).toBe(false);
  }
  expect(contains(int(0, 10, { step: 5 }), 4)).toBe(false);
  expect(contains(uniform(0, 1), 1.0000001)).toBe(false);
  expect(contains(uniform(0, 1), '0.5')).toBe(false);
});

/** chi-square quantile after Wilson and Hilferty; at z = 4.75 it is exceeded with probability 1e-6. */
function chiSquareBound(freedom: number, z = 4.75): number {
  const s = 2 / (9 * freedom);
  return freedom * (1 - s + z * Math.sqrt(s)) ** 3;
}

// Error rate: with an unknown seed each of these would fail once in a million runs; the seed is frozen.
test.each([
  ['choice', choice('a', 'b', 'c', 'd', 'e'), ['a', 'b', 'c', 'd', 'e'], () => 1 / 5],
  ['int', int(-2, 5), [-2, -1, 0, 1, 2, 3, 4, 5], () => 1 / 8],
  ['int with step', int(1, 12, { step: 5 }), [1, 6, 11], () => 1 / 3],
  // each integer k owns [k - 1/2, k + 1/2), uniform in the logarithm
  [
    'int log',
    int(1, 9, { log: true }),
    [1, 2, 3, 4, 5, 6, 7, 8, 9],
    (k: number) => Math.log((k + 0.5) / (k - 0.5)) / Math.log(9.5 / 0.5),
  ],
] as [string, Distribution, Scalar[], (value: never) => number][])(
  '%s takes each value with its probability',
  (name, distribution, values, probability) => {
    const n = 40_000;
    const u = Rng.root(17).split(name).stream();
    const counts = new Map<Scalar, number>();
    for (let i = 0; i < n; i++) {
      const value = quantile(distribution, u());
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([...values].sort());
    const expected = values.map((value) => n * probability(value as never));
    expect(expected.reduce((a, b) => a + b)).toBeCloseTo(n);
    const chi2 = values.reduce<number>(
      (sum, v, i) => sum + ((counts.get(v) ?? 0) - expected[i]!) ** 2 / expected[i]!,
      0,
    );
    expect(chi2).toBeLessThan(chiSquareBound(values.length - 1));
  },
);

test.each([
  ['uniform', uniform(-3, 5), (x: number) => (x + 3) / 8],
  ['logUniform', logUniform(1e-4, 1e-1), (x: number) => Math.log10(x / 1e-4) / 3],
] as [string, Distribution, (x: number) => number][])('%s has its cumulative function', (name, distribution, cdf) => {
  const n = 20_000;
  const u = Rng.root(19).split(name).stream();
  const bins = new Array<number>(20).fill(0);
  for (let i = 0; i < n; i++) bins[Math.min(19, Math.floor(20 * cdf(quantile(distribution, u()) as number)))]!++;
  const chi2 = bins.reduce((sum, count) => sum + (count - n / 20) ** 2 / (n / 20), 0);
  expect(chi2).toBeLessThan(chiSquareBound(19)); // error rate 1e-6, seed frozen
});

const INVALID: readonly (readonly [string, () => unknown])[] = [
  ['choice()', () => choice(...([] as unknown as [1]))],
  ['choice(1, 1)', () => choice(1, 1)],
  ['choice(0, -0)', () => choice(0, -0)],
  ['choice(NaN)', () => choice(Number.NaN)],
  ['choice(Infinity)', () => choice(1, Number.POSITIVE_INFINITY)],
  ['choice({})', () => choice({} as never)],
  ['choice(undefined)', () => choice(undefined as never)],
  ['uniform(1, 1)', () => uniform(1, 1)],
  ['uniform(2, 1)', () => uniform(2, 1)],
  ['uniform(NaN, 1)', () => uniform(Number.NaN, 1)],
  ['uniform(0, Infinity)', () => uniform(0, Number.POSITIVE_INFINITY)],
  ['a width that overflows', () => uniform(-1.7e308, 1.7e308)],
  ['uniform of texts', () => uniform('0' as never, '1' as never)],
  ['uniform of symbols', () => uniform(Symbol('a') as never, 1)],
  ['uniform with step 0', () => uniform(0, 1, { step: 0 })],
  ['uniform with step NaN', () => uniform(0, 1, { step: Number.NaN })],
  ['uniform with a step past its end', () => uniform(0, 1, { step: 1.5 })],
  ['uniform with steps lost to rounding', () => uniform(1e9, 1e9 + 1, { step: 1e-5 })],
  ['logUniform(0, 1)', () => logUniform(0, 1)],
  ['logUniform(-1, 1)', () => logUniform(-1, 1)],
  ['int(0.5, 2)', () => int(0.5, 2)],
  ['int(1, 2.5)', () => int(1, 2.5)],
  ['int(3, 3)', () => int(3, 3)],
  ['int past 2^53', () => int(0, 2 ** 53)],
  ['an integer range wider than 2^53', () => int(-(2 ** 53 - 1), 2 ** 53 - 1)],
  ['int with step 0', () => int(0, 4, { step: 0 })],
  ['int with a step past its end', () => int(0, 4, { step: 5 })],
  ['int with step 1.5', () => int(0, 4, { step: 1.5 })],
  ['int log from 0', () => int(0, 4, { log: true })],
  ['int log with step 2', () => int(1, 5, { log: true, step: 2 })],
];

test.each(INVALID)('%s is SPACE_INVALID', (_, build) => {
  try {
    build();
  } catch (error) {
    expect(isTangentError(error) && error.code).toBe('SPACE_INVALID');
    expect((error as Error).message).toMatch(/^\w+\(.*\): .+; correct this parameter of the space\.$/);
    return;
  }
  throw new Error('nothing was thrown');
});

/** JSON writes -0 as 0. */
const isMinusZero = (value: unknown) => Object.is(value, -0);

test('a distribution is frozen data that survives JSON and structuredClone', () => {
  fc.assert(
    fc.property(anyDistribution, (distribution) => {
      fc.pre(
        ![...Object.values(distribution), ...('choices' in distribution ? distribution.choices : [])].some(isMinusZero),
      );
      expect(Object.isFrozen(distribution)).toBe(true);
      expect(distributionOf(structuredClone(distribution))).toEqual(distribution);
      expect(distributionOf(JSON.parse(JSON.stringify(distribution)))).toEqual(distribution);
    }),
  );
});

test.each([[undefined], [null], [0.1], ['choice'], [{}], [{ kind: 'normal' }], [{ kind: 'choice' }], [uniform]])(
  'distributionOf(%p) is none',
  (value) => {
    expect(distributionOf(value)).toBeUndefined();
  },
);

test('a distribution is described in a few words', () => {
  expect(describeDistribution(choice('relu', 2, null))).toBe('"relu" | 2 | null');
  expect(describeDistribution(uniform(0, 0.5))).toBe('0..0.5');
  expect(describeDistribution(logUniform(1e-4, 0.1))).toBe('0.0001..0.1 log');
  expect(describeDistribution(int(1, 9))).toBe('integer 1..9');
  expect(describeDistribution(int(1, 9, { step: 3 }))).toBe('integer 1..7 step 3');
  expect(describeDistribution(int(1, 9, { log: true }))).toBe('integer 1..9 log');
  expect(describeDistribution(uniform(0, 1, { step: 0.25 }))).toBe('0..1 step 0.25');
  const sgd = {
    momentum: uniform(0, 0.9),
    decay: when('nesterov', true, uniform(0, 1)),
    nesterov: choice(true, false),
  };
  expect(describeDistribution(variant({ adam: {}, sgd }))).toBe(
    'adam | sgd { momentum: 0..0.9, decay: 0..1, when nesterov is true, nesterov: true | false }',
  );
  expect(describeDistribution(list(labelled({ a: [64, 32], b: [8] }), { min: 0, max: 2 }))).toBe(
    'list of 0..2 (a [64,32] | b [8])',
  );
});
