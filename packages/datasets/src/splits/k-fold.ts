/**
 * The stages `kFold` and `stratifiedKFold`: several splits of one table, each row being validated on in exactly one.
 *
 * Not repeated random splits. Invariant: the validation parts are a partition of the rows, and rows keep their order in
 * every part.
 */
import { ConfigError, defineStage, parseConfig, type Stage } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import type { Folds, Samples, Table } from '@tangentlab/tensor';
import { map } from 'rxjs';
import type { RandomState } from '../random/numpy-random.js';
import { optionsSchema, randomStateFor, randomStateOption } from '../random/random-state-option.js';
import { checkSamples, labelsOf, rowsByClass, sharedSizes, splitRows } from './split-parts.js';

/** How to fold. */
export interface FoldOptions {
  /** How many folds. *Range*: 2 and up; 5 by default. */
  readonly folds?: number;
  /** True to deal out the rows at random, false to cut them in their order; false by default. */
  readonly shuffle?: boolean;
  /** NumPy's seed, for scikit-learn's own folds, with `shuffle` only. *Range*: an integer in 0..2^32-1. */
  readonly randomState?: number;
}

const FOLDS = 'must be an integer of 2 or more';

const schema = optionsSchema({
  folds: z.int(FOLDS).min(2, FOLDS).default(5),
  shuffle: z.boolean('must be true or false').default(false),
  randomState: randomStateOption,
});

/** The fold in which each row of a table is validated on. */
type Dealing<T extends Samples> = (table: T, folds: number, random: RandomState | undefined) => Uint32Array;

/**
 * Cuts a table into folds of equal size; the first ones get a row more if the rows do not divide.
 *
 * *Cost*: O(folds x samples x features). *Determinism*: without `shuffle`, draws nothing; with it and `randomState`,
 * scikit-learn's own folds; with it alone, MT19937 seeded from the path of the stage, so that the seed of the run decides.
 * *Source*: scikit-learn 1.9.1, `KFold`.
 *
 * @throws ConfigError CONFIG_INVALID for options that do not fit, and from the stream for fewer rows than folds.
 * @throws ShapeError SHAPE_MISMATCH from the stream for a table whose sizes disagree.
 * @example
 * kFold({ folds: 3, shuffle: true }).stageName // => 'kFold'
 */
export function kFold<T extends Samples = Table>(options: FoldOptions = {}): Stage<T, Folds<T>> {
  return foldStage<T>('kFold', options, ({ samples }, folds, random) => {
    const order = random?.permutation(samples) ?? Uint32Array.from({ length: samples }, (_, i) => i);
    const foldOf = new Uint32Array(samples);
    const larger = samples % folds;
    const size = Math.floor(samples / folds);
    order.forEach((row, i) => {
      foldOf[row] = i < larger * (size + 1) ? Math.floor(i / (size + 1)) : Math.floor((i - larger) / size);
    });
    return foldOf;
  });
}

/**
 * Cuts a table into folds of equal size that have the classes in the proportion of the table, within one row.
 *
 * *Cost*: O(folds x samples x features). *Determinism*: as `kFold`. *Source*: scikit-learn 1.9.1, `StratifiedKFold`, with
 * one departure: a class with fewer rows than folds is refused where scikit-learn warns.
 *
 * @throws ConfigError CONFIG_INVALID for options that do not fit, and from the stream for a class with fewer rows than
 * folds. @throws ShapeError SHAPE_MISMATCH from the stream for a table whose sizes disagree.
 * @example
 * stratifiedKFold({ folds: 3 }).stageName // => 'stratifiedKFold'
 */
export function stratifiedKFold<T extends Table = Table>(options: FoldOptions = {}): Stage<T, Folds<T>> {
  return foldStage<T>('stratifiedKFold', options, (table, folds, random) => {
    const strata = rowsByClass(labelsOf('stratifiedKFold', table));
    checkStrata(strata, folds);
    const foldOf = new Uint32Array(table.samples);
    let dealt = 0;
    // classes in order of appearance, each dealt out in turn where the one before it ended
    for (const rows of [...strata.values()].sort((a, b) => a[0]! - b[0]!)) {
      const sizes = new Array<number>(folds).fill(0);
      for (let i = 0; i < rows.length; i++) {
        const fold = (dealt + i) % folds;
        sizes[fold] = sizes[fold]! + 1;
      }
      const blocks = Uint32Array.from(sizes.flatMap((size, fold) => new Array<number>(size).fill(fold)));
      random?.shuffle(blocks);
      rows.forEach((row, i) => {
        foldOf[row] = blocks[i]!;
      });
      dealt += rows.length;
    }
    return foldOf;
  });
}

function foldStage<T extends Samples>(where: string, options: FoldOptions, deal: Dealing<T>): Stage<T, Folds<T>> {
  const { folds, shuffle, randomState } = parseConfig(where, schema, options);
  if (randomState !== undefined && !shuffle) {
    const complaint = { expected: 'randomState has a meaning with shuffle only', got: `randomState ${randomState}` };
    throw new ConfigError('CONFIG_INVALID', { where, ...complaint, todo: 'set shuffle: true, or leave it out' });
  }
  return defineStage<T, Folds<T>>({
    name: where,
    config: { ...options },
    bind: ({ rng }) =>
      map((table) => {
        checkRows(where, checkSamples(where, table).samples, folds);
        const foldOf = deal(table, folds, shuffle ? randomStateFor(randomState, rng) : undefined);
        const rows = [...foldOf.keys()];
        const splits = Array.from({ length: folds }, (_, fold) =>
          splitRows(table, {
            train: rows.filter((row) => foldOf[row] !== fold),
            val: rows.filter((row) => foldOf[row] === fold),
          }),
        );
        return { ...sharedSizes(table), folds: splits };
      }),
  });
}

function checkRows(where: string, samples: number, folds: number): void {
  if (samples >= folds) return;
  throw new ConfigError('CONFIG_INVALID', {
    where,
    expected: `${folds} folds need at least ${folds} rows`,
    got: String(samples),
    todo: 'give more rows or fewer folds',
  });
}

function checkStrata(strata: ReadonlyMap<number, readonly number[]>, folds: number): void {
  for (const [label, rows] of strata) {
    if (rows.length >= folds) continue;
    throw new ConfigError('CONFIG_INVALID', {
      where: 'stratifiedKFold',
      expected: `every class must have a row for each of the ${folds} folds, class ${label}`,
      got: `${rows.length}`,
      todo: 'use fewer folds, merge the class with another, or use kFold',
    });
  }
}
