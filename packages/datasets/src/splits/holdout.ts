/**
 * The stage `holdout`: one random split into rows to train on, rows to validate on and, if wanted, rows to test on.
 *
 * Not cross-validation. Invariant: each row of the table is in exactly one part.
 */
import { ConfigError, defineStage, parseConfig, type Stage } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import type { Samples, Split, Table } from '@tangentlab/tensor';
import { map } from 'rxjs';
import type { RandomState } from '../random/numpy-random.js';
import { optionsSchema, randomStateFor, randomStateOption } from '../random/random-state-option.js';
import { classShares } from './class-shares.js';
import { checkSamples, labelsOf, rowsByClass, splitRows } from './split-parts.js';

/** What to hold out. */
export interface HoldoutOptions {
  /** The part of the rows to validate on; their number is rounded up. *Range*: (0, 1). */
  readonly fraction: number;
  /** The part of the rows to test on, held out first; their number is rounded up. *Range*: (0, 1); none by default. */
  readonly test?: number;
  /** True for parts with the classes in the proportion of the table; false by default. Tables of labels only. */
  readonly stratify?: boolean;
  /** NumPy's seed, for scikit-learn's own split. *Range*: an integer in 0..2^32-1; the run's seed decides by default. */
  readonly randomState?: number;
}

const FRACTION = 'must be a number between 0 and 1, both excluded';
const fraction = z.number(FRACTION).gt(0, FRACTION).lt(1, FRACTION);

const schema = optionsSchema({
  fraction,
  test: fraction.optional(),
  stratify: z.boolean('must be true or false').optional(),
  randomState: randomStateOption,
});

const WHERE = 'holdout';

/**
 * Splits a table at random: `ceil(fraction x samples)` rows to validate on, with `test` also `ceil(test x samples)` rows
 * to test on, the others to train on.
 *
 * *Cost*: O(samples x features). *Determinism*: with `randomState: s`, the rows and their order are those of
 * scikit-learn's `train_test_split(rows, test_size=fraction, random_state=s, stratify=y or None)`; with `test`, those of
 * two calls: `rest, test = train_test_split(rows, test_size=test, random_state=s)`, then
 * `train, val = train_test_split(rest, test_size=ceil(fraction * samples), random_state=s)`. Without `randomState`,
 * MT19937 seeded from the path of the stage, so that the seed of the run decides; the test part has a child of its own.
 * *Source*: scikit-learn 1.9.1, `train_test_split` with shuffling.
 *
 * @throws ConfigError CONFIG_INVALID for options that do not fit, and from the stream for a table that leaves no row to
 * train on, for strata of real targets, and for a class with too few rows to stand in each part.
 * @throws ShapeError SHAPE_MISMATCH from the stream for a table whose sizes disagree.
 * @example
 * holdout({ fraction: 0.2, test: 0.1, stratify: true }).stageName // => 'holdout'
 */
export function holdout<T extends Samples = Table>(options: HoldoutOptions): Stage<T, Split<T>> {
  const { fraction, test, stratify = false, randomState } = parseConfig(WHERE, schema, options);
  return defineStage<T, Split<T>>({
    name: WHERE,
    config: { ...options },
    bind: ({ rng }) =>
      map((table) => {
        const labels = stratify ? labelsOf(WHERE, checkSamples(WHERE, table)) : undefined;
        const rows = Uint32Array.from({ length: checkSamples(WHERE, table).samples }, (_, i) => i);
        checkRoom(rows.length, fraction, test);
        // fresh random states for each table: a second one is split like the first
        const random = randomStateFor(randomState, rng);
        const held = Math.ceil(fraction * rows.length);
        if (test === undefined) return splitRows(table, parted(rows, held, labels, random));
        const tested = Math.ceil(test * rows.length);
        const first = parted(rows, tested, labels, randomStateFor(randomState, rng.split('test')));
        return splitRows(table, { ...parted(first.train, held, labels, random), test: first.val });
      }),
  });
}

function checkRoom(samples: number, fraction: number, test: number | undefined): void {
  const held = Math.ceil(fraction * samples) + (test === undefined ? 0 : Math.ceil(test * samples));
  if (held < samples) return;
  throw new ConfigError('CONFIG_INVALID', {
    where: WHERE,
    expected: `a fraction of ${fraction}${test === undefined ? '' : ` and a test part of ${test}`} must leave rows to train on`,
    got: `${samples} rows, ${held} of them held out`,
    todo: 'give more rows or a smaller fraction',
  });
}

interface Parted {
  readonly train: Uint32Array;
  readonly val: Uint32Array;
}

function parted(rows: Uint32Array, held: number, labels: Int32Array | undefined, random: RandomState): Parted {
  if (labels !== undefined) return stratified(rows, held, labels, random);
  const order = random.permutation(rows.length).map((at) => rows[at]!);
  return { val: order.subarray(0, held), train: order.subarray(held) };
}

/** The draws of scikit-learn's `StratifiedShuffleSplit`, in its order. */
function stratified(rows: Uint32Array, held: number, labels: Int32Array, random: RandomState): Parted {
  const strata = rowsByClass(Int32Array.from(rows, (row) => labels[row]!));
  const members = [...strata.values()];
  checkStrata(strata, rows.length - held, held);
  const counts = members.map((places) => places.length);
  const trainShares = classShares(counts, rows.length - held, random);
  const rest = counts.map((count, k) => count - trainShares[k]!);
  const valShares = classShares(rest, held, random);
  const train: number[] = [];
  const val: number[] = [];
  members.forEach((places, k) => {
    const mixed = Array.from(random.permutation(places.length), (at) => rows[places[at]!]!);
    const share = trainShares[k]!;
    train.push(...mixed.slice(0, share));
    val.push(...mixed.slice(share, share + valShares[k]!));
  });
  return { train: random.shuffle(Uint32Array.from(train)), val: random.shuffle(Uint32Array.from(val)) };
}

function checkStrata(strata: ReadonlyMap<number, readonly number[]>, train: number, held: number): void {
  for (const [label, rows] of strata) {
    if (rows.length < 2) {
      throw invalid(
        `every class must have 2 rows to stratify by, class ${label}`,
        `${rows.length}`,
        'merge or drop it',
      );
    }
  }
  if (Math.min(train, held) >= strata.size) return;
  throw invalid(
    `each part must have room for one row of each of the ${strata.size} classes`,
    `parts of ${train} and ${held} rows`,
    'change fraction, or leave out stratify',
  );
}

function invalid(expected: string, got: string, todo: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', { where: WHERE, expected, got, todo });
}
