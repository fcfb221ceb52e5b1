/**
 * The stage `holdout`: one random split into rows to train on and rows to validate on.
 *
 * Not cross-validation, and not stratified: the classes fall as the shuffle lets them. Invariant: each row of the table
 * is in exactly one part.
 */
import { ConfigError, defineStageFactory, type Stage } from '@tangentlab/core';
import { checkTable, type Split, selectRows, type Table } from '@tangentlab/tensor';
import { map } from 'rxjs';
import * as z from 'zod';
import type { RandomState } from './numpy-random.js';
import { optionsSchema, randomStateFor, randomStateOption } from './random-state-option.js';

/** What to hold out. */
export interface HoldoutOptions {
  /** The part of the rows to validate on; their number is rounded up. *Range*: (0, 1). */
  readonly fraction: number;
  /** NumPy's seed, for scikit-learn's own split. *Range*: an integer in 0..2^32-1; the run's seed decides by default. */
  readonly randomState?: number;
}

const FRACTION = 'must be a number between 0 and 1, both excluded';

const schema = optionsSchema({
  fraction: z.number(FRACTION).gt(0, FRACTION).lt(1, FRACTION),
  randomState: randomStateOption,
});

const stage = defineStageFactory<Table, Split, typeof schema>({
  name: 'holdout',
  schema,
  bind: ({ rng }, { fraction, randomState }) =>
    // a fresh random state for each table: a second one is split like the first
    map((table) => splitTable(checkTable('holdout', table), fraction, randomStateFor(randomState, rng))),
});

/**
 * Splits a table at random: `ceil(fraction x samples)` rows to validate on, the others to train on.
 *
 * *Cost*: O(samples x features). *Determinism*: with `randomState`, the rows and their order are those of scikit-learn's
 * `train_test_split`; without, MT19937 seeded from the path of the stage, so that the seed of the run decides.
 * *Source*: scikit-learn 1.9.1, `train_test_split` with shuffling and without strata.
 *
 * @throws ConfigError CONFIG_INVALID for options that do not fit, and from the stream for a table that leaves no row to
 * train on. @throws ShapeError SHAPE_MISMATCH from the stream for a table whose sizes disagree.
 * @example
 * holdout({ fraction: 0.2 }).stageName // => 'holdout'
 */
export function holdout(options: HoldoutOptions): Stage<Table, Split> {
  return stage(options);
}

function splitTable(table: Table, fraction: number, random: RandomState): Split {
  const { samples, features, classes } = table;
  const held = Math.ceil(fraction * samples);
  if (held >= samples) {
    throw new ConfigError('CONFIG_INVALID', {
      where: 'holdout',
      expected: `a fraction of ${fraction} must leave rows to train on`,
      got: `${samples} rows, ${held} of them held out`,
      todo: 'give more rows or a smaller fraction',
    });
  }
  const rows = random.permutation(samples);
  const val = selectRows(table, rows.subarray(0, held));
  const train = selectRows(table, rows.subarray(held));
  return { train, val, features, classes };
}
