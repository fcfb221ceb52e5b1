import { isTangentError, openOnce, Rng, type Source, type Stage } from '@tangentlab/core';
import type { Folds, RegressionTable, Split, Table } from '@tangentlab/tensor';
import fc from 'fast-check';
import { firstValueFrom, of } from 'rxjs';
import { readReference } from '../../fixtures/reference.js';
import { makeClassification } from '../generators/make-classification.js';
import { type LinearTable, makeRegression } from '../generators/make-regression.js';
import { type HoldoutOptions, holdout } from './holdout.js';
import { type FoldOptions, kFold, stratifiedKFold } from './k-fold.js';

interface SplitCase {
  readonly labels: number[];
  readonly classes: number;
  readonly fraction: number;
  readonly test?: number;
  readonly stratify?: boolean;
  readonly randomState: number;
  readonly train: number[];
  readonly val: number[];
  readonly tested?: number[];
}
interface FoldCase {
  readonly kind: 'kFold' | 'stratifiedKFold';
  readonly options: FoldOptions;
  readonly labels: number[];
  readonly classes: number;
  readonly vals: number[][];
}
const fixture = JSON.parse(readReference('splits.json')) as {
  stratified: SplitCase[];
  threeWay: SplitCase[];
  folds: FoldCase[];
};

const rng = Rng.root(4);
const stages: Record<'kFold' | 'stratifiedKFold', (options: FoldOptions) => Stage<Table, Folds>> = {
  kFold,
  stratifiedKFold,
};

/** A table whose only feature is the row's number. */
function labelled(labels: readonly number[], classes = Math.max(0, ...labels) + 1): Table {
  const x = Float64Array.from(labels, (_, row) => row);
  return { x, y: Int32Array.from(labels), samples: labels.length, features: 1, classes };
}

const split = (table: Table, options: HoldoutOptions, path = rng): Promise<Split> =>
  firstValueFrom(of(table).pipe(holdout(options).bind({ rng: path })));
const fold = (kind: 'kFold' | 'stratifiedKFold', table: Table, options: FoldOptions): Promise<Folds> =>
  firstValueFrom(of(table).pipe(stages[kind](options).bind({ rng })));
const rowsOf = (part: Table | undefined) => (part === undefined ? undefined : [...part.x]);
const sorted = (rows: readonly number[]) => [...rows].sort((a, b) => a - b);

describe('scikit-learn’s rows', () => {
  test.each(fixture.stratified)('stratified, $fraction of $classes classes, state $randomState', async (given) => {
    const { labels, classes, fraction, randomState, train, val } = given;
    const parts = await split(labelled(labels, classes), { fraction, randomState, stratify: true });
    expect([rowsOf(parts.train), rowsOf(parts.val), parts.test]).toEqual([train, val, undefined]);
  });

  test.each(fixture.threeWay)('three ways, $fraction and $test, stratify $stratify', async (given) => {
    const { labels, classes, train, val, tested, fraction, test: part, stratify, randomState } = given;
    const options = { fraction, test: part as number, stratify: stratify as boolean, randomState };
    const parts = await split(labelled(labels, classes), options);
    expect([rowsOf(parts.train), rowsOf(parts.val), rowsOf(parts.test)]).toEqual([train, val, tested]);
  });

  test.each(fixture.folds)('$kind of $classes classes, $options', async ({ kind, options, labels, classes, vals }) => {
    const { folds } = await fold(kind, labelled(labels, classes), options);
    expect(folds.map(({ val }) => rowsOf(val))).toEqual(vals);
    for (const [k, { train }] of folds.entries()) {
      expect(rowsOf(train)).toEqual([...labels.keys()].filter((row) => !vals[k]?.includes(row)));
    }
  });
});

const counts = fc.array(fc.integer({ min: 4, max: 25 }), { minLength: 1, maxLength: 5 });
const tables = fc.tuple(counts, fc.nat()).map(([sizes, seed]) => {
  const labels = sizes.flatMap((size, k) => new Array<number>(size).fill(k));
  const draw = Rng.root(seed).stream();
  const keys = labels.map(() => draw());
  return labelled([...labels.keys()].sort((a, b) => keys[a]! - keys[b]!).map((row) => labels[row]!));
});

describe('laws', () => {
  test('every row is in one part, and a stratified part has each class within one row of its share', async () => {
    const part = fc.double({ min: 0.3, max: 0.45, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        tables,
        part,
        fc.option(part, { nil: undefined }),
        fc.nat(),
        async (table, fraction, test, seed) => {
          fc.pre(Math.floor(table.samples * 0.1) >= table.classes);
          const given = { fraction, stratify: true, ...(test === undefined ? {} : { test }) };
          const parts = await split(table, given, Rng.root(seed));
          const all = [parts.train, parts.val, ...(parts.test === undefined ? [] : [parts.test])];
          expect(sorted(all.flatMap((p) => [...p.x]))).toEqual([...table.x]);
          expect(parts.val.samples).toBe(Math.ceil(fraction * table.samples));
          expect(parts.test?.samples).toBe(test === undefined ? undefined : Math.ceil(test * table.samples));
          for (const p of all) {
            for (let k = 0; k < table.classes; k++) {
              const share = (table.y.filter((label) => label === k).length * p.samples) / table.samples;
              const got = p.y.filter((label) => label === k).length;
              // two roundings by less than one row each in a three-way split
              expect(Math.abs(got - share)).toBeLessThan(test === undefined ? 1 + 1e-9 : 2);
            }
          }
        },
      ),
    );
  });

  test('folds are a partition of even sizes, stratified ones with even classes', async () => {
    const options = fc.record({ folds: fc.integer({ min: 2, max: 4 }), shuffle: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('kFold', 'stratifiedKFold'), tables, options, async (kind, table, given) => {
        const { folds } = await fold(kind, table, given);
        expect(sorted(folds.flatMap(({ val }) => [...val.x]))).toEqual([...table.x]);
        const spread = (sizes: readonly number[]) => Math.max(...sizes) - Math.min(...sizes);
        expect(spread(folds.map(({ val }) => val.samples))).toBeLessThanOrEqual(1);
        for (const { train, val } of folds) expect(sorted([...train.x, ...val.x])).toEqual([...table.x]);
        if (kind === 'kFold') return;
        for (let k = 0; k < table.classes; k++) {
          const sizes = folds.map(({ val }) => val.y.filter((label) => label === k).length);
          expect(spread(sizes)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test('the run’s seed decides without randomState, and a test part leaves the draw of a two-way split alone', async () => {
    const table = labelled(new Array(60).fill(0).map((_, i) => i % 3));
    const first = await split(table, { fraction: 0.2, stratify: true }, Rng.root(1));
    expect(await split(table, { fraction: 0.2, stratify: true }, Rng.root(1))).toEqual(first);
    expect((await split(table, { fraction: 0.2, stratify: true }, Rng.root(2))).val.x).not.toEqual(first.val.x);
    const shuffled = (path: Rng) =>
      firstValueFrom(of(table).pipe(kFold({ shuffle: true }).bind({ rng: path }))).then(({ folds }) =>
        rowsOf(folds[0]?.val),
      );
    expect(await shuffled(Rng.root(1))).toEqual(await shuffled(Rng.root(1)));
    expect(await shuffled(Rng.root(1))).not.toEqual(await shuffled(Rng.root(2)));
  });
});

describe('refusals', () => {
  test.each<[string, readonly number[], HoldoutOptions, string]>([
    [
      'nothing left',
      [0, 0, 1, 1],
      { fraction: 0.5, test: 0.5 },
      'a fraction of 0.5 and a test part of 0.5 must leave rows',
    ],
    ['a lonely class', [0, 0, 0, 1], { fraction: 0.5, stratify: true }, 'class 1, got 1; merge or drop it'],
    [
      'too small a part',
      [0, 0, 1, 1, 2, 2],
      { fraction: 0.2, stratify: true },
      'one row of each of the 3 classes, got parts of 4 and 2',
    ],
  ])('%s', async (_name, labels, options, message) => {
    await expect(split(labelled(labels), options)).rejects.toThrow(message);
  });

  test.each([0, 1, '0.1', null])('test %p', (part) => {
    expect(() => holdout({ fraction: 0.2, test: part as number })).toThrow('test: must be a number between 0 and 1');
  });

  test('strata of real targets', async () => {
    const data = makeRegression({ samples: 10, features: 2 }).pipe(holdout({ fraction: 0.5, stratify: true }));
    await expect(openOnce('test', data, { rng })).rejects.toThrow('strata are classes, got a table of real targets');
  });

  test('folds', async () => {
    expect(() => kFold({ folds: 1 })).toThrow('folds: must be an integer of 2 or more');
    expect(() => kFold({ randomState: 1 })).toThrow('randomState has a meaning with shuffle only');
    await expect(fold('kFold', labelled([0, 1, 1]), { folds: 4 })).rejects.toThrow(
      '4 folds need at least 4 rows, got 3',
    );
    await expect(fold('stratifiedKFold', labelled([0, 0, 0, 0, 1]), { folds: 2 })).rejects.toThrow(
      'every class must have a row for each of the 2 folds, class 1, got 1; use fewer folds',
    );
  });

  test.each([
    ['NaN', { ...labelled([0, 1, 0, 1]), x: Float64Array.of(1, Number.NaN, 2, 3) }, 'row 1, feature 0 must be finite'],
    ['a label', { ...labelled([0, 1, 0, 1]), classes: 1 }, 'the label of row 1 must lie in 0..0'],
    ['no table', {} as Table, 'a table of labels (y, classes) or of targets (targets, outputs) is needed'],
  ])('a broken table: %s', async (_name, table, message) => {
    await expect(split(table, { fraction: 0.5 })).rejects.toThrow(message);
    await expect(fold('kFold', table, { folds: 2 })).rejects.toThrow(message);
  });

  test('whatever the options, the answer is a split or an error of the house', async () => {
    const junk = fc.oneof(fc.double(), fc.constantFrom(null, true, 0.3, 0.5, 2, 3, 'x', {}, []));
    const options = fc.dictionary(
      fc.constantFrom('fraction', 'test', 'stratify', 'folds', 'shuffle', 'randomState'),
      junk,
    );
    const stage = fc.constantFrom(holdout, kFold, stratifiedKFold) as fc.Arbitrary<
      (options: unknown) => ReturnType<typeof kFold>
    >;
    const small = fc.array(fc.nat(3), { maxLength: 9 }).map((labels) => labelled(labels));
    await fc.assert(
      fc.asyncProperty(stage, options, small, async (make, given, table) => {
        try {
          await firstValueFrom(of(table).pipe(make(given).bind({ rng })));
        } catch (error) {
          if (!isTangentError(error)) throw error;
        }
      }),
      { numRuns: 400 },
    );
  });
});

test('types: inline, a stage takes the kind of table that the source makes', async () => {
  const regression = makeRegression({ samples: 10, features: 2 });
  const parts: Source<Split<LinearTable>> = regression.pipe(holdout({ fraction: 0.2 }));
  const general: Source<Split<RegressionTable>> = regression.pipe(holdout({ fraction: 0.2, test: 0.2 }));
  const folds: Source<Folds<RegressionTable>> = regression.pipe(kFold({ folds: 2 }));
  const strata: Source<Folds> = makeClassification().pipe(stratifiedKFold());
  // @ts-expect-error real targets have no strata
  regression.pipe(stratifiedKFold());
  // @ts-expect-error a split of targets is no split of labels
  const wrong: Source<Split> = regression.pipe(holdout({ fraction: 0.2 }));
  // @ts-expect-error folds cannot be split
  makeClassification().pipe(kFold(), holdout({ fraction: 0.2 }));
  const { train, outputs, coefficients } = await openOnce('test', parts, { rng });
  expect([train.targets.length, outputs, coefficients.length]).toEqual([8, 1, 2]);
  expect([general, folds, strata, wrong].map(({ steps }) => steps.length)).toEqual([2, 2, 2, 2]);
});
