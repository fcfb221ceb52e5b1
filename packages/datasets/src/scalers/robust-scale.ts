/**
 * The stage `robustScale`: columns centred by their median and divided by the distance of two quantiles.
 *
 * Not moved by a few wild values, which it leaves wild. Invariant: on the rows that it was fitted on, each column has
 * median 0 and, unless it has no spread, a distance of 1 between the quantiles, to rounding.
 */
import { ConfigError, parseConfig, type Stage, show } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import type { Samples, Table } from '@tangentlab/tensor';
import { optionsSchema } from '../random/random-state-option.js';
import { ColumnScaling, checkRows, divisorsOf, perColumn } from './column-scaling.js';
import { type Scalable, scalingStage } from './scaling-stage.js';

/** What to scale by. */
export interface RobustScaleOptions {
  /** The two quantiles, in percent. *Range*: 0 <= low < high <= 100; [25, 75] by default. */
  readonly quantiles?: readonly [number, number];
  /** False to leave the medians where they are; true by default. */
  readonly center?: boolean;
  /** False to leave the spreads as they are; true by default. */
  readonly spread?: boolean;
}

const WHERE = 'robustScale';
const QUANTILES = 'must be two percentages, the lower first';
const percentage = z.number(QUANTILES).min(0, QUANTILES).max(100, QUANTILES);
const flag = z.boolean('must be true or false').default(true);
const schema = optionsSchema({
  quantiles: z
    .tuple([percentage, percentage], QUANTILES)
    .refine(([low, high]) => low < high, QUANTILES)
    .default([25, 75]),
  center: flag,
  spread: flag,
});

/**
 * Subtracts the median of each column and divides by the distance between two of its quantiles; a column without such a
 * distance is only centred. After a split it is fitted on the training part only.
 *
 * *Cost*: O(samples log(samples) x features). *Determinism*: draws nothing. *Source*: scikit-learn 1.9.1, `RobustScaler`
 * without `unit_variance`; quantiles interpolate linearly between rows.
 *
 * @throws ConfigError CONFIG_INVALID for options that do not fit, and from the stream for a table without rows, with values
 * that are not finite, or with a spread that overflows. @throws ShapeError SHAPE_MISMATCH from the stream for sizes that
 * disagree.
 * @example
 * robustScale({ quantiles: [10, 90] }).stageName // => 'robustScale'
 */
export function robustScale<D extends Scalable = Table>(options: RobustScaleOptions = {}): Stage<D, D> {
  const { quantiles, center, spread } = parseConfig(WHERE, schema, options);
  return scalingStage<D>(WHERE, options, (table) => {
    const fitted = robustScaling(table, quantiles);
    const { features } = table;
    const scaling = new ColumnScaling(
      center ? fitted.center : new Float64Array(features),
      spread ? fitted.divisor : new Float64Array(features).fill(1),
    );
    return (x) => scaling.apply(x);
  });
}

/**
 * The medians and the distances between two quantiles of the columns, as a scaling.
 *
 * *Cost*: O(samples log(samples) x features).
 * @throws ConfigError CONFIG_INVALID for a table without rows, quantiles that are none, or a spread that overflows.
 * @example
 * [...robustScaling({ x: Float64Array.of(1, 2, 9), samples: 3, features: 1 }).center] // => [2]
 */
export function robustScaling(table: Samples, quantiles: readonly [number, number] = [25, 75]): ColumnScaling {
  checkRows(WHERE, table);
  const [low, high] = quantiles;
  if (!(low >= 0 && low < high && high <= 100)) {
    throw new ConfigError('CONFIG_INVALID', {
      where: WHERE,
      expected: 'two percentages, the lower first, are needed',
      got: show(quantiles),
      todo: 'give quantiles such as [25, 75]',
    });
  }
  const at = (percent: number) => perColumn(table, (column) => quantile(column.sort(), percent / 100));
  const [lower, upper] = [at(low), at(high)];
  const spread = upper.map((value, j) => value - lower[j]!);
  return new ColumnScaling(at(50), divisorsOf(WHERE, spread));
}

/** A quantile of sorted values, interpolated from the nearer end as NumPy does. */
function quantile(sorted: Float64Array, part: number): number {
  const place = (sorted.length - 1) * part;
  const below = sorted[Math.floor(place)]!;
  const above = sorted[Math.ceil(place)]!;
  const t = place - Math.floor(place);
  return t < 0.5 ? below + (above - below) * t : above - (above - below) * (1 - t);
}
