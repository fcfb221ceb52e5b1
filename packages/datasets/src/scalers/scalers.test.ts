import { openOnce, Rng, type Source, type Stage } from '@tangentlab/core';
import type { Folds, RegressionTable, Samples, Split, Table } from '@tangentlab/tensor';
import fc from 'fast-check';
import { firstValueFrom, from, of } from 'rxjs';
import { largestGap, readReference } from '../../fixtures/reference.js';
import { makeClassification } from '../generators/make-classification.js';
import { makeRegression } from '../generators/make-regression.js';
import { holdout } from '../splits/holdout.js';
import { kFold } from '../splits/k-fold.js';
import { maxAbsScale, maxAbsScaling } from './max-abs-scale.js';
import { minMaxScale, minMaxScaling } from './min-max-scale.js';
import { normalizeRows } from './normalize-rows.js';
import { robustScale, robustScaling } from './robust-scale.js';
import { RunningMoments, runningScaling } from './running-moments.js';
import { standardScale, standardScaling } from './standard-scale.js';

interface Case {
  readonly stage: string;
  readonly options: object;
  readonly name: string;
  readonly scaledTrain: number[];
  readonly scaledVal: number[];
}
const { tables, cases } = JSON.parse(readReference('scalers.json')) as {
  tables: { name: string; features: number; train: number[]; val: number[] }[];
  cases: Case[];
};

const rng = Rng.root(1);
const stages: Record<string, (options: object) => Stage<Split, Split>> = {
  standardScale,
  minMaxScale,
  robustScale,
  maxAbsScale: () => maxAbsScale(),
  normalizeRows,
};
const scalings = { standardScaling, minMaxScaling, robustScaling, maxAbsScaling };

function tableOf(values: readonly number[], features: number): Table {
  const samples = values.length / features;
  return { x: Float64Array.from(values), y: new Int32Array(samples), samples, features, classes: 1 };
}

const splitOf = (train: Table, val: Table): Split => ({ train, val, features: train.features, classes: 1 });
const run = <D>(stage: Stage<D, D>, data: D): Promise<D> => firstValueFrom(of(data).pipe(stage.bind({ rng })));

test.each(cases)('scikit-learn’s numbers: $stage $options of $name', async (given) => {
  const { stage, options, name, scaledTrain, scaledVal } = given;
  const { train, val, features } = tables.find((table) => table.name === name)!;
  const scaled = await run(stages[stage]!(options), splitOf(tableOf(train, features), tableOf(val, features)));
  expect(largestGap(scaled.train.x, scaledTrain)).toBeLessThan(1e-12);
  expect(largestGap(scaled.val.x, scaledVal)).toBeLessThan(1e-12);
});

// multiples of 1/64 up to 16384: no spread lies near the threshold below which it counts as none
const value = fc.integer({ min: -(2 ** 20), max: 2 ** 20 }).map((n) => n / 64);
const anyTable = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 20 }))
  .chain(([features, rows]) =>
    fc.array(value, { minLength: features * rows, maxLength: features * rows }).map((x) => tableOf(x, features)),
  );

describe('laws', () => {
  test('invert undoes apply', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(scalings)), anyTable, (fit, table) => {
        const scaling = fit(table);
        // a handful of roundings, relative to the largest value of the table
        expect(largestGap(scaling.invert(scaling.apply(table.x)), table.x)).toBeLessThan(2 ** 15 * 8 * 2 ** -52);
      }),
    );
  });

  test('ranges, magnitudes, medians and lengths are what they promise', async () => {
    await fc.assert(
      fc.asyncProperty(anyTable, async (table) => {
        const { samples, features } = table;
        const stretched = await run(minMaxScale<Table>({ range: [-1, 1] }), table);
        const bounded = await run(maxAbsScale<Table>(), table);
        const centred = await run(robustScale<Table>(), table);
        for (let j = 0; j < features; j++) {
          const column = (t: Table) => Array.from({ length: samples }, (_, i) => t.x[i * features + j]!);
          const varied = new Set(column(table)).size > 1;
          expect(Math.min(...column(stretched))).toBeCloseTo(-1, 10);
          expect(Math.max(...column(stretched))).toBeCloseTo(varied ? 1 : -1, 10);
          expect(Math.max(...column(bounded).map(Math.abs))).toBe(column(table).some((v) => v !== 0) ? 1 : 0);
          const sorted = column(centred).sort((a, b) => a - b);
          const [a, b] = [sorted[Math.floor((samples - 1) / 2)]!, sorted[Math.ceil((samples - 1) / 2)]!];
          expect(Math.abs(a + b) / Math.max(1, Math.abs(a))).toBeLessThan(1e-10);
        }
        const { x } = await run(normalizeRows<Table>(), table);
        for (let i = 0; i < samples; i++) {
          const row = table.x.subarray(i * features, (i + 1) * features);
          const length = Math.hypot(...x.subarray(i * features, (i + 1) * features));
          expect(length).toBeCloseTo(row.some((v) => v !== 0) ? 1 : 0, 12);
        }
      }),
    );
  });

  test('running moments equal those of the whole, however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(anyTable, fc.array(fc.integer({ min: 0, max: 20 })), async (table, cuts) => {
        const { samples, features, x } = table;
        const edges = [0, ...cuts.filter((cut) => cut < samples).sort((a, b) => a - b), samples];
        const batches: Samples[] = edges.slice(1).map((end, i) => {
          const start = edges[i]!;
          return { x: x.subarray(start * features, end * features), samples: end - start, features };
        });
        const running = await firstValueFrom(from(batches).pipe(runningScaling()));
        const whole = standardScaling(table);
        // both are backward stable: relative to the size of the values, which is at most 2^14
        expect(largestGap(running.center, whole.center)).toBeLessThan(2 ** 14 * samples * 2 ** -50);
        expect(largestGap(running.divisor, whole.divisor)).toBeLessThan(2 ** 14 * samples * 2 ** -50);
      }),
    );
  });

  test('a wrong way of adding up would be seen: far from the origin squares lose everything', () => {
    const x = Float64Array.of(1e9, 1e9 + 1, 1e9 + 2, 1e9 + 3);
    const naive = x.reduce((sum, v) => sum + v * v, 0) / 4 - (x.reduce((sum, v) => sum + v, 0) / 4) ** 2;
    const moments = new RunningMoments(1);
    moments.add({ x: x.subarray(0, 1), samples: 1, features: 1 });
    moments.add({ x: x.subarray(1), samples: 3, features: 1 });
    expect(moments.scaling().divisor[0]).toBeCloseTo(Math.sqrt(1.25), 12);
    expect(Math.abs(naive - 1.25)).toBeGreaterThan(1);
  });
});

describe('folds and test parts', () => {
  test('each fold is fitted on its own training part', async () => {
    const data = makeRegression({ samples: 12, features: 3 }).pipe(kFold({ folds: 3 }), standardScale());
    const { folds } = await openOnce('test', data, { rng });
    for (const { train, val } of folds) {
      expect(Math.abs(train.x.reduce((a, b) => a + b))).toBeLessThan(1e-12);
      expect(Math.abs(val.x.reduce((a, b) => a + b))).toBeGreaterThan(1e-6);
    }
  });

  test('the test part is scaled as the others are, and has no say', async () => {
    const [train, val] = [tableOf([1, 3], 1), tableOf([5], 1)];
    const scaled = await run(minMaxScale<Split>(), { ...splitOf(train, val), test: tableOf([100], 1) });
    expect([scaled.train.x, scaled.val.x, scaled.test?.x].map((x) => [...(x ?? [])])).toEqual([[0, 1], [2], [49.5]]);
  });
});

describe('refusals', () => {
  test('options', () => {
    expect(() => minMaxScale({ range: [1, 1] })).toThrow('range: must be two finite numbers, the lower first');
    expect(() => robustScale({ quantiles: [75, 25] })).toThrow('quantiles: must be two percentages, the lower first');
    expect(() => normalizeRows({ norm: 'l3' as 'l2' })).toThrow('norm: must be "l1", "l2" or "max"');
    expect(() => standardScale({ mean: false } as object)).toThrow('no option named "mean"; known: center, deviation');
    expect(() => minMaxScaling(tableOf([1], 1), [2, 1])).toThrow('the lower first, is needed, got [2,1]');
    expect(() => robustScaling(tableOf([1], 1), [-1, 50])).toThrow('two percentages');
  });

  test.each(Object.entries(stages))('%s refuses broken parts', async (_name, make) => {
    const train = tableOf([1, 2], 1);
    await expect(run(make({}), splitOf(train, tableOf([Number.NaN], 1)))).rejects.toThrow('row 0, feature 0');
    await expect(run(make({}), splitOf(train, tableOf([1, 2], 2)))).rejects.toThrow(
      'validation part must have the 1 col',
    );
    const test = tableOf([1, 2], 2);
    await expect(run(make({}), { ...splitOf(train, train), test })).rejects.toThrow('the test part must have the 1');
  });

  test('no rows, spreads that overflow, other columns', async () => {
    for (const fit of Object.values(scalings)) expect(() => fit(tableOf([], 1))).toThrow('at least one row is needed');
    expect(() => minMaxScaling(tableOf([-1e308, 1e308], 1))).toThrow('the spread of column 0 must be finite');
    expect(() => standardScaling(tableOf([1, 2], 2)).apply(Float64Array.of(1))).toThrow('whole rows of 2 columns');
    const moments = new RunningMoments(2);
    expect(() => moments.scaling()).toThrow('at least one row is needed');
    expect(() => moments.add(tableOf([1], 1))).toThrow('batches of 2 columns are needed, got 1');
    await expect(firstValueFrom(from([]).pipe(runningScaling()))).rejects.toThrow('at least one row is needed');
  });
});

test('types: inline, scalers pass on what they get', () => {
  const regression: Source<Split<RegressionTable>> = makeRegression().pipe(holdout({ fraction: 0.2 }), robustScale());
  const folds: Source<Folds> = makeClassification().pipe(minMaxScale(), kFold(), maxAbsScale());
  const table: Source<Table> = makeClassification().pipe(normalizeRows(), standardScale({ center: false }));
  // @ts-expect-error scaling makes no split
  const wrong: Source<Split> = makeClassification().pipe(minMaxScale());
  // @ts-expect-error numbers cannot be scaled
  robustScale<number>();
  expect([regression, folds, table, wrong].map(({ steps }) => steps.length)).toEqual([3, 4, 3, 2]);
});
