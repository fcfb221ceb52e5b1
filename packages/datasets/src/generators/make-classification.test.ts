import { openOnce, Rng, type Source } from '@tangentlab/core';
import type { Table } from '@tangentlab/tensor';
import fc from 'fast-check';
import { largestGap, readReference, seedTable } from '../../fixtures/reference.js';
import type { ClassificationOptions } from './classification-options.js';
import { makeClassification } from './make-classification.js';

interface Case {
  readonly options: ClassificationOptions;
  readonly labels: number[];
  readonly rows: number[];
  readonly x: number[][];
  readonly sums: number[];
  readonly magnitudes: number[];
  readonly squares: number[];
}

const { cases } = JSON.parse(readReference('make_classification.json')) as { cases: Case[] };

const open = (source: Source<Table>, rng = Rng.root(1)): Promise<Table> => openOnce('test', source, { rng });
const make = (options: ClassificationOptions, rng?: Rng): Promise<Table> => open(makeClassification(options), rng);

function columnSums({ x, samples, features }: Table, term: (value: number) => number): number[] {
  const sums = new Array<number>(features).fill(0);
  for (let i = 0; i < samples * features; i++) (sums[i % features] as number) += term(x[i] as number);
  return sums;
}

test('the seed’s data set equals the reference', async () => {
  const expected = seedTable();
  const table = await make({ samples: 1000, features: 20, classes: 2, randomState: 42 });
  expect(table.y).toEqual(expected.y);
  expect(largestGap(table.x, expected.x)).toBeLessThan(1e-12);
});

describe('scikit-learn’s numbers', () => {
  test.each(cases)('$options', async ({ options, labels, rows, x, sums, magnitudes, squares }) => {
    const table = await make(options);
    expect([...table.y]).toEqual(labels);
    const row = (i: number) => table.x.subarray(i * table.features, (i + 1) * table.features);
    rows.forEach((i, at) => {
      expect(largestGap(row(i), x[at] as number[])).toBeLessThan(1e-12);
    });
    // a sum is as uncertain as the magnitudes that went into it
    const gaps = columnSums(table, (value) => value).map((sum, j) => Math.abs(sum - (sums[j] as number)));
    gaps.forEach((gap, j) => {
      expect(gap).toBeLessThanOrEqual(1e-12 * Math.max(1, magnitudes[j] as number));
    });
    expect(
      largestGap(
        columnSums(table, (value) => value * value),
        squares,
      ),
    ).toBeLessThan(1e-12);
  });
});

/** Valid options, without randomState. */
const options = fc
  .record({
    samples: fc.integer({ min: 1, max: 80 }),
    informative: fc.integer({ min: 1, max: 5 }),
    redundant: fc.nat(3),
    repeated: fc.nat(3),
    noise: fc.nat(3),
    classes: fc.integer({ min: 1, max: 4 }),
    clustersPerClass: fc.integer({ min: 1, max: 3 }),
    parts: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 4, maxLength: 4 }),
    flipY: fc.constantFrom(0, 0.3, 1),
    classSep: fc.double({ min: 0.1, max: 5, noNaN: true }),
    hypercube: fc.boolean(),
    shift: fc.constantFrom(null, 0, -2.5),
    scale: fc.constantFrom(null, 1, 0.5),
    shuffle: fc.boolean(),
  })
  .filter(({ informative, classes, clustersPerClass }) => classes * clustersPerClass <= 2 ** informative)
  .map(({ noise, parts, ...rest }) => {
    const used = parts.slice(0, rest.classes);
    const total = used.reduce((a, b) => a + b);
    const weights = used.slice(1).map((part) => part / total);
    return { ...rest, features: rest.informative + rest.redundant + rest.repeated + noise, weights };
  });

describe('laws', () => {
  test('sizes, labels and finite numbers', async () => {
    await fc.assert(
      fc.asyncProperty(options, async (given) => {
        const table = await make(given);
        expect(table).toMatchObject({ samples: given.samples, features: given.features, classes: given.classes });
        expect(table.x.length).toBe(given.samples * given.features);
        expect(table.y.length).toBe(given.samples);
        expect(table.x.every(Number.isFinite)).toBe(true);
        expect(table.y.every((label) => label >= 0 && label < given.classes)).toBe(true);
      }),
    );
  });

  test('without flips each class has its weight of the samples, within one per cluster', async () => {
    await fc.assert(
      fc.asyncProperty(options, async (given) => {
        const { y } = await make({ ...given, flipY: 0 });
        const weights = [...given.weights, 1 - given.weights.reduce((a, b) => a + b, 0)];
        weights.forEach((weight, k) => {
          const count = y.filter((label) => label === k).length;
          expect(Math.abs(count - weight * given.samples)).toBeLessThanOrEqual(given.clustersPerClass + 1e-9);
        });
      }),
    );
  });

  test('shift and scale act on the same draws: (x + shift) * scale', async () => {
    await fc.assert(
      fc.asyncProperty(options, async (given) => {
        const base = await make({ ...given, shift: 0, scale: 1 });
        const moved = await make({ ...given, shift: -3, scale: 0.25 });
        expect(moved.y).toEqual(base.y);
        expect(moved.x).toEqual(base.x.map((value) => (value - 3) * 0.25));
      }),
    );
  });

  test('without shuffling, repeated columns copy useful ones', async () => {
    await fc.assert(
      fc.asyncProperty(options, async (given) => {
        const { x, features } = await make({ ...given, shuffle: false, shift: 0, scale: 1 });
        const column = (j: number) => x.filter((_, i) => i % features === j).join();
        const useful = given.informative + given.redundant;
        const originals = Array.from({ length: useful }, (_, j) => column(j));
        for (let j = useful; j < useful + given.repeated; j++) expect(originals).toContain(column(j));
      }),
    );
  });

  test('shuffling moves rows and columns and changes no value', async () => {
    await fc.assert(
      fc.asyncProperty(options, async (given) => {
        const [still, moved] = [await make({ ...given, shuffle: false }), await make({ ...given, shuffle: true })];
        expect([...moved.y].sort()).toEqual([...still.y].sort());
        expect([...moved.x].sort()).toEqual([...still.x].sort());
      }),
    );
  });
});

describe('determinism', () => {
  test('one path gives the same bits, another path others', async () => {
    await fc.assert(
      fc.asyncProperty(options, fc.nat(), async (given, seed) => {
        const first = await make(given, Rng.root(seed));
        expect(await make(given, Rng.root(seed))).toEqual(first);
        expect((await make(given, Rng.root(seed).split('other'))).x).not.toEqual(first.x);
      }),
    );
  });

  test('with randomState the run has no say, and another randomState gives another table', async () => {
    const first = await make({ randomState: 5 }, Rng.root(1));
    expect(await make({ randomState: 5 }, Rng.root(2))).toEqual(first);
    expect((await make({ randomState: 6 }, Rng.root(1))).x).not.toEqual(first.x);
  });

  test('a source opened twice gives the same table, each its own', async () => {
    const source = makeClassification({ samples: 10 });
    const [first, second] = [await open(source), await open(source)];
    expect(second).toEqual(first);
    expect(second.x).not.toBe(first.x);
  });
});

test('the graph shows the options that were given', () => {
  expect(makeClassification({ samples: 7, shift: null, weights: [0.4] }).steps).toEqual([
    {
      name: 'makeClassification',
      config: { samples: 7, shift: null, weights: [0.4] },
    },
  ]);
});

test('bad options are refused when the factory is called, not when the source is opened', () => {
  expect(() => makeClassification({ samples: 0 })).toThrow('makeClassification: valid options are needed (samples');
  // @ts-expect-error a typo in an option's name
  expect(() => makeClassification({ sample: 10 })).toThrow('no option named "sample"');
});
