import { isTangentError, openOnce, Rng, type Source } from '@tangentlab/core';
import type { Samples, Table } from '@tangentlab/tensor';
import fc from 'fast-check';
import { largestGap, readReference } from '../../fixtures/reference.js';
import { type BlobsOptions, type BlobsTable, makeBlobs } from './make-blobs.js';
import { type CirclesOptions, makeCircles } from './make-circles.js';
import { makeClassification } from './make-classification.js';
import { type MoonsOptions, makeMoons } from './make-moons.js';
import { type LinearTable, makeRegression, type RegressionOptions } from './make-regression.js';

type Options = Readonly<Record<string, unknown>>;
interface Case {
  readonly source: 'makeMoons' | 'makeCircles' | 'makeBlobs' | 'makeRegression';
  readonly options: Options;
  readonly x: number[];
  readonly y: number[];
  readonly coefficients?: number[];
  readonly centers?: number[];
}

const { cases } = JSON.parse(readReference('generators.json')) as { cases: Case[] };
const factories: Record<string, (options: Options) => Source<Samples>> = {
  makeMoons,
  makeCircles,
  makeBlobs,
  makeRegression,
  makeClassification,
};
const open = <T>(source: Source<T>, rng = Rng.root(1)): Promise<T> => openOnce('test', source, { rng });

describe('scikit-learn’s numbers', () => {
  test.each(cases)('$source $options', async ({ source, options, x, y, coefficients, centers }) => {
    const table = (await open(factories[source]!(options))) as Partial<BlobsTable & LinearTable>;
    // relative to the largest value: a QR of a square random matrix of 12 columns has a condition of some hundreds
    const size = Math.max(1, ...x.map(Math.abs), ...y.map(Math.abs));
    expect(largestGap(table.x!, x) / size).toBeLessThan(1e-12);
    expect(largestGap(table.y ?? table.targets!, y) / size).toBeLessThan(1e-12);
    if (coefficients !== undefined) expect(largestGap(table.coefficients!, coefficients)).toBeLessThan(1e-12);
    if (centers !== undefined) expect(largestGap(table.centers!, centers)).toBeLessThan(1e-12);
  });

  test('a wrong seed is seen', async () => {
    const { options, x } = cases[3]!;
    expect(largestGap((await open(makeMoons({ ...options, randomState: 7 }))).x, x)).toBeGreaterThan(0.01);
  });
});

const pair = fc.tuple(fc.nat(30), fc.nat(30)).filter(([a, b]) => a + b > 0);
const samples = fc.oneof(fc.integer({ min: 1, max: 60 }), pair);
const flags = { shuffle: fc.boolean() };
const deviation = fc.double({ min: 0, max: 5, noNaN: true });
const moons = fc.record({ samples, ...flags, noise: deviation }) as fc.Arbitrary<MoonsOptions>;
const circles = fc.record({
  samples,
  ...flags,
  noise: deviation,
  factor: fc.double({ min: 0, max: 0.999, noNaN: true }),
}) as fc.Arbitrary<CirclesOptions>;
const blobs = fc
  .record({
    sizes: fc.array(fc.nat(12), { minLength: 1, maxLength: 5 }).filter((sizes) => sizes.some((n) => n > 0)),
    features: fc.integer({ min: 1, max: 4 }),
    clusterStd: deviation,
    ...flags,
  })
  .map(({ sizes, ...rest }) => ({ samples: sizes, ...rest }));
const regression = fc.record({
  samples: fc.integer({ min: 1, max: 30 }),
  features: fc.integer({ min: 1, max: 8 }),
  informative: fc.nat(9),
  outputs: fc.integer({ min: 1, max: 3 }),
  bias: fc.integer({ min: -5, max: 5 }),
  effectiveRank: fc.option(fc.integer({ min: 1, max: 6 })),
  tailStrength: fc.double({ min: 0, max: 1, noNaN: true }),
  ...flags,
}) as fc.Arbitrary<Required<Omit<RegressionOptions, 'noise' | 'randomState'>>>;

const countOf = ({ y }: Table, k: number) => y.filter((label) => label === k).length;
const pointsOf = ({ x, y, samples: n }: Table) =>
  Array.from({ length: n }, (_, i) => ({ a: x[2 * i]!, b: x[2 * i + 1]!, k: y[i]! }));

describe('invariants', () => {
  test('moons and circles have the sizes that were asked for, the inner curve the odd sample', async () => {
    await fc.assert(
      fc.asyncProperty(circles, async (given) => {
        const { samples: n, noise, shuffle } = given as Required<CirclesOptions>;
        const [outer, inner] = typeof n === 'number' ? [Math.floor(n / 2), Math.ceil(n / 2)] : n;
        for (const table of [await open(makeCircles(given)), await open(makeMoons({ samples: n, noise, shuffle }))]) {
          expect(table).toMatchObject({ samples: outer + inner, features: 2, classes: 2 });
          expect([countOf(table, 0), countOf(table, 1)]).toEqual([outer, inner]);
        }
      }),
    );
  });

  test('without noise every point lies on its curve', async () => {
    await fc.assert(
      fc.asyncProperty(circles, async (given) => {
        const { samples: n, shuffle, factor } = given as Required<CirclesOptions>;
        for (const { a, b, k } of pointsOf(await open(makeCircles({ ...given, noise: 0 })))) {
          expect(Math.abs(Math.hypot(a, b) - (k === 0 ? 1 : factor))).toBeLessThan(1e-15 * 4);
        }
        for (const { a, b, k } of pointsOf(await open(makeMoons({ samples: n, shuffle })))) {
          const [radius, side] = k === 0 ? [Math.hypot(a, b), b] : [Math.hypot(a - 1, b - 0.5), 0.5 - b];
          expect(Math.abs(radius - 1)).toBeLessThan(1e-15 * 4);
          expect(side).toBeGreaterThan(-1e-15);
        }
      }),
    );
  });

  test('blobs have their sizes, and centers inside the box; without spread all rows are centers', async () => {
    await fc.assert(
      fc.asyncProperty(blobs, async (given) => {
        const table = await open(makeBlobs({ ...given, clusterStd: 0, centerBox: [2, 3] }));
        expect(table.classes).toBe(given.samples.length);
        expect(given.samples.map((_, k) => countOf(table, k))).toEqual(given.samples);
        expect(table.centers.every((value) => value >= 2 && value < 3)).toBe(true);
        const { x, y, features } = table;
        expect([...x]).toEqual(
          [...x].map((_, i) => table.centers[y[Math.floor(i / features)]! * features + (i % features)]),
        );
      }),
    );
  });

  test('without noise the targets are the linear model, which counts only the informative columns', async () => {
    await fc.assert(
      fc.asyncProperty(regression, async (given) => {
        const { x, targets, coefficients, samples: n, features, outputs } = await open(makeRegression(given));
        expect([x.length, targets.length, coefficients.length]).toEqual([
          n * features,
          n * outputs,
          features * outputs,
        ]);
        for (let i = 0; i < n; i++) {
          for (let c = 0; c < outputs; c++) {
            let sum = given.bias;
            let size = Math.abs(given.bias);
            for (let j = 0; j < features; j++) {
              sum += x[i * features + j]! * coefficients[j * outputs + c]!;
              size += Math.abs(x[i * features + j]! * coefficients[j * outputs + c]!);
            }
            // two sums of `features + 1` terms in different order
            expect(Math.abs(targets[i * outputs + c]! - sum)).toBeLessThanOrEqual(2 * (features + 2) * 2 ** -52 * size);
          }
        }
        const used = Array.from({ length: features }, (_, j) => coefficients[j * outputs] !== 0).filter(Boolean).length;
        expect(used).toBe(Math.min(given.informative, features));
      }),
    );
  });

  test('shuffling moves rows and changes none', async () => {
    await fc.assert(
      fc.asyncProperty(moons, async (given) => {
        const rows = async (shuffle: boolean) =>
          pointsOf(await open(makeMoons({ ...given, noise: 0, shuffle }))).map(({ a, b, k }) => `${a} ${b} ${k}`);
        expect((await rows(true)).sort()).toEqual((await rows(false)).sort());
      }),
    );
  });

  test('one path gives the same bits, another path others', async () => {
    const sources = [
      makeMoons({ noise: 0.1 }),
      makeCircles({ noise: 0.1 }),
      makeBlobs(),
      makeRegression({ features: 5, noise: 1 }),
    ] as readonly Source<Samples>[];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...sources), fc.nat(), async (source, seed) => {
        const first = await open(source, Rng.root(seed));
        expect(await open(source, Rng.root(seed))).toEqual(first);
        expect((await open(source, Rng.root(seed).split('other'))).x).not.toEqual(first.x);
      }),
      { numRuns: 30 },
    );
  });
});

describe('refusals', () => {
  test.each<[string, Options, string]>([
    ['makeMoons', { samples: 0 }, 'samples: must be an integer of 1 or more, or a pair'],
    ['makeMoons', { samples: [0, 0] }, 'not both 0'],
    ['makeMoons', { samples: [1, 2, 3] }, 'samples: must be an integer of 1 or more, or a pair'],
    ['makeMoons', { noise: -1 }, 'noise: must be a number of 0 or more'],
    ['makeMoons', { noise: Number.NaN }, 'noise: must be a number of 0 or more'],
    ['makeMoons', { factor: 0.5 }, 'no option named "factor"; known: noise, randomState, samples, shuffle'],
    ['makeCircles', { factor: 1 }, 'factor: must be a number in [0, 1)'],
    ['makeBlobs', { samples: [] }, 'samples: must be an integer of 1 or more, or a list'],
    ['makeBlobs', { samples: [0, 0] }, 'samples must hold at least one sample'],
    [
      'makeBlobs',
      { samples: [1, 2], centers: 3 },
      'samples must name the rows of each of the 3 centers, got 2 numbers',
    ],
    ['makeBlobs', { centers: [[1, 2], [3]] }, 'center 1 must have 2 coordinates like center 0, got [3]'],
    ['makeBlobs', { centers: [] }, 'centers: must be an integer of 1 or more, or a list of points'],
    ['makeBlobs', { clusterStd: [1, 2] }, 'clusterStd must have one number per center, 3, got 2'],
    ['makeBlobs', { centerBox: [1, 0] }, 'centerBox must give the lower end first, got [1,0]'],
    ['makeRegression', { informative: -1 }, 'informative: must be an integer of 0 or more'],
    ['makeRegression', { tailStrength: 2 }, 'tailStrength: must be a number in [0, 1]'],
    ['makeRegression', { effectiveRank: 0 }, 'effectiveRank: must be an integer of 1 or more, or null'],
    ['makeRegression', { bias: Number.POSITIVE_INFINITY }, 'bias: must be a finite number'],
  ])('%s %j', (source, options, message) => {
    expect(() => factories[source]!(options)).toThrow(message);
    expect(() => factories[source]!(options)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });

  test('whatever the options, the answer is a table or an error of the house', async () => {
    const junk = fc.oneof(
      fc.integer({ min: -2, max: 12 }),
      fc.constantFrom(null, 'x', Number.NaN, {}, [], [1, 2], [[1, 2], [3]], [[0], [1]], true, 0.5),
    );
    const names = [
      'samples',
      'features',
      'noise',
      'factor',
      'centers',
      'clusterStd',
      'centerBox',
      'outputs',
      'informative',
    ];
    const given = fc.dictionary(fc.constantFrom(...names, 'effectiveRank', 'weights', 'shuffle', '__proto__'), junk);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(factories)), given, async (source, options) => {
        try {
          const table = await open(factories[source]!(options));
          expect(table.x.length).toBe(table.samples * table.features);
        } catch (error) {
          if (!isTangentError(error)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });
});

test('types: each generator says what its table holds', async () => {
  const options: BlobsOptions = { centers: 2 };
  const blobTable: BlobsTable = await open(makeBlobs(options));
  const linear: LinearTable = await open(makeRegression({ features: 3 }));
  // @ts-expect-error moons have labels, no targets
  const wrong: LinearTable = await open(makeMoons());
  expect([blobTable.centers.length, linear.coefficients.length, wrong.features]).toEqual([4, 3, 2]);
});
