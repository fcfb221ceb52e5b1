/**
 * The stage `minMaxScale`: columns stretched to a given range.
 *
 * Not robust: the range is set by the two most extreme rows. Invariant: on the rows that it was fitted on, every column
 * that is not constant spans the range exactly, to rounding.
 */
import { ConfigError, parseConfig, type Stage, show } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import type { Samples, Table } from '@tangentlab/tensor';
import { optionsSchema } from '../random/random-state-option.js';
import { ColumnScaling, checkRows, divisorsOf, perColumn } from './column-scaling.js';
import { type Scalable, scalingStage } from './scaling-stage.js';

/** Where to stretch to. */
export interface MinMaxScaleOptions {
  /** The least and the largest value of each column afterwards. *Range*: low < high; [0, 1] by default. */
  readonly range?: readonly [number, number];
  /** True to cut values of other rows to the range; false by default. */
  readonly clip?: boolean;
}

const WHERE = 'minMaxScale';
const RANGE = 'must be two finite numbers, the lower first';
const end = z.number(RANGE);
const schema = optionsSchema({
  range: z
    .tuple([end, end], RANGE)
    .refine(([low, high]) => low < high, RANGE)
    .default([0, 1]),
  clip: z.boolean('must be true or false').default(false),
});

/**
 * Stretches each column so that its least and largest values become the ends of the range; a constant one becomes the
 * lower end. After a split it is fitted on the training part only, so that other rows may leave the range.
 *
 * *Cost*: O(samples x features). *Determinism*: draws nothing. *Source*: scikit-learn 1.9.1, `MinMaxScaler`.
 *
 * @throws ConfigError CONFIG_INVALID for options that do not fit, and from the stream for a table without rows, with values
 * that are not finite, or with a spread that overflows. @throws ShapeError SHAPE_MISMATCH from the stream for sizes that
 * disagree.
 * @example
 * minMaxScale({ range: [-1, 1] }).config // => { range: [-1, 1] }
 */
export function minMaxScale<D extends Scalable = Table>(options: MinMaxScaleOptions = {}): Stage<D, D> {
  const { range, clip } = parseConfig(WHERE, schema, options);
  const [low, high] = range;
  return scalingStage<D>(WHERE, options, (table) => {
    const scaling = minMaxScaling(table, range);
    if (!clip) return (x) => scaling.apply(x);
    return (x) => scaling.apply(x).map((value) => Math.min(high, Math.max(low, value)));
  });
}

/**
 * The scaling that stretches each column to the range.
 *
 * *Cost*: O(samples x features).
 * @throws ConfigError CONFIG_INVALID for a table without rows, a range that is none, or a spread that overflows.
 * @example
 * [...minMaxScaling({ x: Float64Array.of(2, 6), samples: 2, features: 1 }).apply(Float64Array.of(3))] // => [0.25]
 */
export function minMaxScaling(table: Samples, range: readonly [number, number] = [0, 1]): ColumnScaling {
  checkRows(WHERE, table);
  const [low, high] = range;
  if (!(low < high && Number.isFinite(high - low))) {
    throw new ConfigError('CONFIG_INVALID', {
      where: WHERE,
      expected: 'a range of two finite numbers, the lower first, is needed',
      got: show(range),
      todo: 'give [low, high]',
    });
  }
  const least = perColumn(table, (column) => column.reduce((a, b) => Math.min(a, b)));
  const most = perColumn(table, (column) => column.reduce((a, b) => Math.max(a, b)));
  const spread = divisorsOf(
    WHERE,
    most.map((value, j) => value - least[j]!),
  );
  return new ColumnScaling(
    least,
    spread.map((value) => value / (high - low)),
    new Float64Array(table.features).fill(low),
  );
}
