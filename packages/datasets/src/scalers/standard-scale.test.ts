import { flow, openOnce, Rng, type Source } from '@tangentlab/core';
import type { Split, Table } from '@tangentlab/tensor';
import fc from 'fast-check';
import { firstValueFrom, of } from 'rxjs';
import { largestGap, readReference, seedTable } from '../../fixtures/reference.js';
import { makeClassification } from '../generators/make-classification.js';
import { holdout } from '../splits/holdout.js';
import { standardScale } from './standard-scale.js';

interface Case {
  readonly name: string;
  readonly train: number[][];
  readonly val: number[][];
  readonly scaledTrain: number[][];
  readonly scaledVal: number[][];
}

const fixture = JSON.parse(readReference('standard_scaler.json')) as {
  cases: Case[];
  seed: { rows: number[]; x: number[][] };
};

const rng = Rng.root(1);

function tableOf(rows: readonly (readonly number[])[]): Table {
  const x = Float64Array.from(rows.flat());
  return { x, y: new Int32Array(rows.length), samples: rows.length, features: rows[0]?.length ?? 0, classes: 1 };
}

function scale<D extends Table | Split>(data: D): Promise<D> {
  return firstValueFrom(of(data).pipe(standardScale<D>().bind({ rng })));
}

function splitOf(train: Table, val: Table): Split {
  return { train, val, features: train.features, classes: train.classes };
}

describe('scikit-learn’s numbers', () => {
  test('of the seed', async () => {
    const scaled = await scale(seedTable());
    const { rows, x } = fixture.seed;
    rows.forEach((row, at) => {
      expect(largestGap(scaled.x.subarray(row * 20, row * 20 + 20), x[at] as number[])).toBeLessThan(1e-12);
    });
  });

  test.each(fixture.cases)('of a table: $name', async ({ train, scaledTrain }) => {
    expect(largestGap((await scale(tableOf(train))).x, scaledTrain.flat())).toBeLessThan(1e-12);
  });

  test.each(fixture.cases)(
    'of a split, fitted on its training part: $name',
    async ({ train, val, scaledTrain, scaledVal }) => {
      const scaled = await scale(splitOf(tableOf(train), tableOf(val)));
      expect(largestGap(scaled.train.x, scaledTrain.flat())).toBeLessThan(1e-12);
      expect(largestGap(scaled.val.x, scaledVal.flat())).toBeLessThan(1e-12);
    },
  );
});

describe('laws', () => {
  // multiples of 1/64, so that columns are either constant or clearly not; values below 1e-150 would lose their squares
  const value = fc.integer({ min: -1e6, max: 1e6 }).map((n) => n / 64);
  const columns = fc.integer({ min: 1, max: 30 }).chain((n) => {
    const varied = fc.array(value, { minLength: n, maxLength: n });
    const constant = value.map((v) => new Array<number>(n).fill(v));
    return fc.array(fc.oneof(varied, constant), { minLength: 1, maxLength: 4 });
  });

  test('each column has mean 0, and variance 1 unless it was constant', async () => {
    await fc.assert(
      fc.asyncProperty(columns, async (given) => {
        const rows = (given[0] as number[]).map((_, i) => given.map((column) => column[i] as number));
        const { x, samples, features } = await scale(tableOf(rows));
        given.forEach((original, j) => {
          const column = x.filter((_, i) => i % features === j);
          const mean = column.reduce((a, b) => a + b) / samples;
          const variance = column.reduce((a, b) => a + (b - mean) ** 2, 0) / samples;
          expect(Math.abs(mean)).toBeLessThan(1e-6);
          expect(variance).toBeCloseTo(new Set(original).size > 1 ? 1 : 0, 6);
        });
      }),
    );
  });

  test('scaling does not depend on the unit of a column', async () => {
    const table = await openOnce('test', makeClassification({ samples: 50 }), { rng });
    const scaled = await scale(table);
    const other = await scale({ ...table, x: table.x.map((value) => value * 8 + 3) });
    expect(largestGap(other.x, scaled.x)).toBeLessThan(1e-12);
  });

  test('the input is left alone, labels and further properties pass through', async () => {
    const table = { ...tableOf([[1], [2], [4]]), y: Int32Array.of(0, 1, 1), classes: 2, note: 'kept' };
    const scaled = await scale(table);
    expect([...table.x]).toEqual([1, 2, 4]);
    expect(scaled).toMatchObject({ y: table.y, classes: 2, note: 'kept' });
    expect(scaled.x).not.toBe(table.x);
  });

  test('on a split the validation rows have no say', async () => {
    const train = tableOf([[1], [3]]);
    const first = await scale(splitOf(train, tableOf([[5]])));
    const second = await scale(splitOf(train, tableOf([[500], [7]])));
    expect(second.train).toEqual(first.train);
    expect([...second.val.x]).toEqual([498, 5]);
  });
});

describe('inline, in either order', () => {
  test('before the split it sees all rows', async () => {
    const data: Source<Split> = makeClassification({ samples: 40, randomState: 1 }).pipe(
      standardScale(),
      holdout({ fraction: 0.2 }),
    );
    const { train, val } = await openOnce('test', data, { rng });
    const sums = [...train.x, ...val.x].reduce((a, b) => a + b);
    expect(Math.abs(sums)).toBeLessThan(1e-10);
    expect(data.steps.map((step) => step.name)).toEqual(['makeClassification', 'standardScale', 'holdout']);
  });

  test('after the split it sees the training part', async () => {
    const data: Source<Split> = makeClassification({ samples: 40, randomState: 1 }).pipe(
      holdout({ fraction: 0.2 }),
      standardScale(),
    );
    const { train, val } = await openOnce('test', data, { rng });
    expect(Math.abs(train.x.reduce((a, b) => a + b))).toBeLessThan(1e-10);
    expect(Math.abs(val.x.reduce((a, b) => a + b))).toBeGreaterThan(1e-3);
  });

  test('the types follow the order, and wrong orders do not compile', () => {
    const table = makeClassification();
    const alone: Source<Table> = table.pipe(standardScale());
    const twice: Source<Split> = table.pipe(standardScale(), holdout({ fraction: 0.2 }), standardScale());
    const kept = standardScale();
    const named: Source<Split> = table.pipe(kept, holdout({ fraction: 0.2 }));
    const flowed: Source<Split> = table.pipe(flow(standardScale(), holdout({ fraction: 0.2 })));
    // @ts-expect-error a split cannot be split again
    table.pipe(holdout({ fraction: 0.2 }), holdout({ fraction: 0.2 }));
    // @ts-expect-error a scaled table is no split
    const wrong: Source<Split> = table.pipe(standardScale());
    // @ts-expect-error numbers cannot be scaled
    standardScale<number>();
    expect([alone, twice, named, flowed, wrong].map(({ steps }) => steps.length)).toEqual([2, 4, 3, 2, 2]);
  });
});

describe('refusals', () => {
  test.each([
    ['no rows', { ...tableOf([[1]]), x: new Float64Array(), y: new Int32Array(), samples: 0 }, 'at least one row'],
    ['a missing value', tableOf([[1], [Number.NaN]]), 'row 1, feature 0 must be finite'],
    ['a label out of range', { ...tableOf([[1]]), y: Int32Array.of(1) }, 'the label of row 0'],
    ['sizes that disagree', { ...tableOf([[1]]), samples: 2 }, '2 samples of 1 features'],
    [
      'values too large to square',
      tableOf([
        [1, 1e200],
        [1, -1e200],
      ]),
      'the variance of column 1 must be finite',
    ],
    ['values too large to add', tableOf([[1e308], [1e308]]), 'the variance of column 0 must be finite'],
  ])('%s', async (_name, table, message) => {
    await expect(scale(table)).rejects.toThrow(message);
    await expect(scale(splitOf(table, table))).rejects.toThrow(message);
  });

  test('a validation part that is broken or has other columns', async () => {
    const train = tableOf([[1], [2]]);
    await expect(scale(splitOf(train, tableOf([[Number.NaN]])))).rejects.toThrow('row 0, feature 0');
    await expect(scale(splitOf(train, tableOf([[1, 2]])))).rejects.toThrow(
      'must have the 1 columns of the training part',
    );
  });
});
