import { openOnce, Rng } from '@tangentlab/core';
import type { Split, Table } from '@tangentlab/tensor';
import fc from 'fast-check';
import { firstValueFrom, of } from 'rxjs';
import { readReference } from '../../fixtures/reference.js';
import { makeClassification } from '../generators/make-classification.js';
import { type HoldoutOptions, holdout } from './holdout.js';

interface Rows {
  readonly train: number[];
  readonly val: number[];
}

const { cases } = JSON.parse(readReference('train_test_split.json')) as {
  cases: (Rows & Required<HoldoutOptions> & { samples: number })[];
};

/** A table whose only feature is the row's number. */
function numbered(samples: number): Table {
  const x = Float64Array.from({ length: samples }, (_, i) => i);
  return { x, y: Int32Array.from(x, (i) => i % 3), samples, features: 1, classes: 3 };
}

function split(table: Table, options: HoldoutOptions, rng = Rng.root(1)): Promise<Split> {
  return firstValueFrom(of(table).pipe(holdout(options).bind({ rng })));
}

async function rowsOf(samples: number, options: HoldoutOptions, rng?: Rng): Promise<Rows> {
  const { train, val } = await split(numbered(samples), options, rng);
  return { train: [...train.x], val: [...val.x] };
}

describe('scikit-learn’s rows', () => {
  test('of the seed', async () => {
    const { train, validation } = JSON.parse(readReference('train_test_split_state42.json')) as Record<
      string,
      number[]
    >;
    expect(await rowsOf(1000, { fraction: 0.2, randomState: 42 })).toEqual({ train, val: validation });
  });

  test.each(cases)(
    '$fraction of $samples, state $randomState',
    async ({ samples, fraction, randomState, train, val }) => {
      expect(await rowsOf(samples, { fraction, randomState })).toEqual({ train, val });
    },
  );
});

test('features and labels travel with their rows', async () => {
  const table = await openOnce('test', makeClassification({ samples: 30, features: 4, classes: 2 }), {
    rng: Rng.root(3),
  });
  const { train, val, features, classes } = await split(table, { fraction: 0.3, randomState: 0 });
  expect([features, classes, train.features, val.classes]).toEqual([4, 2, 4, 2]);
  const row = (t: Table, i: number) => [...t.x.subarray(i * 4, i * 4 + 4), t.y[i]].join();
  const rows = (t: Table) => Array.from({ length: t.samples }, (_, i) => row(t, i));
  expect([...rows(train), ...rows(val)].sort()).toEqual(rows(table).sort());
});

describe('laws', () => {
  const sizes = fc.tuple(fc.integer({ min: 2, max: 120 }), fc.double({ min: 0.001, max: 0.999, noNaN: true }));
  const valid = sizes.filter(([samples, fraction]) => Math.ceil(fraction * samples) < samples);

  test('a split is a partition, and the held-out part is rounded up', async () => {
    await fc.assert(
      fc.asyncProperty(valid, fc.nat(), async ([samples, fraction], seed) => {
        const { train, val } = await rowsOf(samples, { fraction }, Rng.root(seed));
        expect(val.length).toBe(Math.ceil(fraction * samples));
        expect([...train, ...val].sort((a, b) => a - b)).toEqual([...numbered(samples).x]);
      }),
    );
  });

  test('one path gives the same rows; another path, or another randomState, others', async () => {
    const rng = Rng.root(8);
    const first = await rowsOf(100, { fraction: 0.3 }, rng);
    expect(await rowsOf(100, { fraction: 0.3 }, rng)).toEqual(first);
    expect(await rowsOf(100, { fraction: 0.3 }, rng.split('other'))).not.toEqual(first);
    const fixed = await rowsOf(100, { fraction: 0.3, randomState: 1 }, rng);
    expect(await rowsOf(100, { fraction: 0.3, randomState: 1 }, rng.split('other'))).toEqual(fixed);
    expect(await rowsOf(100, { fraction: 0.3, randomState: 2 }, rng)).not.toEqual(fixed);
  });

  test('the table itself is left alone', async () => {
    const table = numbered(9);
    await split(table, { fraction: 0.5 });
    expect(table).toEqual(numbered(9));
  });
});

describe('refusals', () => {
  test.each([0, 1, -0.2, 1.5, 20, Number.NaN, '0.2', null, undefined])('fraction %p', (fraction) => {
    expect(() => holdout({ fraction } as HoldoutOptions)).toThrow(
      'holdout: valid options are needed (fraction: must be a number between 0 and 1, both excluded)',
    );
  });

  test.each([-1, 0.5, 2 ** 32, '42', null])('randomState %p', (randomState) => {
    const options = { fraction: 0.2, randomState } as HoldoutOptions;
    expect(() => holdout(options)).toThrow('randomState: must be an integer in 0..4294967295');
  });

  test('an unknown option, and no options', () => {
    const options = { fraction: 0.2, strata: true } as unknown as HoldoutOptions;
    expect(() => holdout(options)).toThrow('no option named "strata"; known: fraction, randomState, stratify, test');
    expect(() => holdout(undefined as unknown as HoldoutOptions)).toThrow('must be an object of options');
  });

  test.each([
    [0, 0.5],
    [1, 0.5],
    [10, 0.95],
  ])('a table of %p rows that %p leaves nothing of', async (samples, fraction) => {
    await expect(split(numbered(samples), { fraction })).rejects.toThrow('must leave rows to train on');
  });

  test('a broken table', async () => {
    await expect(split({ ...numbered(5), samples: 6 }, { fraction: 0.5 })).rejects.toMatchObject({
      code: 'SHAPE_MISMATCH',
    });
  });
});
