/**
 * The stage `standardScale`: columns of mean 0 and variance 1.
 *
 * Not a robust scaler: one wild value moves it. Invariant: its input is never changed, and labels pass through.
 */
import { ConfigError, parseConfig, type Stage } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import type { Samples, Table } from '@tangentlab/tensor';
import { optionsSchema } from '../random/random-state-option.js';
import { ColumnScaling, checkRows } from './column-scaling.js';
import { type Scalable, scalingStage } from './scaling-stage.js';

/** What to make standard. */
export interface StandardScaleOptions {
  /** False to leave the means where they are; true by default. */
  readonly center?: boolean;
  /** False to leave the deviations as they are; true by default. */
  readonly deviation?: boolean;
}

const WHERE = 'standardScale';
const flag = z.boolean('must be true or false').default(true);
const schema = optionsSchema({ center: flag, deviation: flag });

/**
 * Centres each column and divides it by its (population) standard deviation; a constant column is only centred.
 *
 * On a table it is fitted on all rows. Placed before the split, as the seed's code does, it thus lets the validation rows
 * leak into the scaling; placed after the split, or after folds, it is fitted on each training part only and applied to
 * the other parts.
 *
 * *Range*: columns that spread by 1e-150 to 1e150, whose squares neither vanish nor overflow.
 * *Cost*: O(samples x features). *Determinism*: draws nothing. *Source*: scikit-learn 1.9.1, `StandardScaler`.
 *
 * @throws ConfigError CONFIG_INVALID for options that do not fit, and from the stream for a table without rows, with
 * values that are not finite, or with a column too large to square. @throws ShapeError SHAPE_MISMATCH from the stream for
 * sizes that disagree.
 * @example
 * standardScale().stageName // => 'standardScale'
 */
export function standardScale<D extends Scalable = Table>(options: StandardScaleOptions = {}): Stage<D, D> {
  const { center, deviation } = parseConfig(WHERE, schema, options);
  return scalingStage<D>(WHERE, options, (table) => {
    const fitted = standardScaling(table);
    const { features } = table;
    const scaling = new ColumnScaling(
      center ? fitted.center : new Float64Array(features),
      deviation ? fitted.divisor : new Float64Array(features).fill(1),
    );
    return (x) => scaling.apply(x);
  });
}

/**
 * The means and standard deviations of the columns, as a scaling.
 *
 * *Cost*: O(samples x features). *Source*: the variance by Chan, Golub & LeVeque's corrected two-pass sum.
 * @throws ConfigError CONFIG_INVALID for a table without rows, or with a column too large to square.
 * @example
 * [...standardScaling({ x: Float64Array.of(1, 3), samples: 2, features: 1 }).center] // => [2]
 */
export function standardScaling(table: Samples): ColumnScaling {
  checkRows(WHERE, table);
  const { samples: n, features } = table;
  const mean = columnSums(table, (value) => value).map((sum) => sum / n);
  const centred = (value: number, column: number) => value - mean[column]!;
  // zero but for rounding, and the measure of it: what the mean lost is taken back from the sum of squares
  const residue = columnSums(table, centred);
  const squares = columnSums(table, (value, column) => centred(value, column) ** 2);
  const variance = new Float64Array(features).map((_, j) => (squares[j]! - residue[j]! ** 2 / n) / n);
  return new ColumnScaling(mean, deviations(mean, variance, n));
}

/** Standard deviations as divisors: 1 for a constant column. *Throws* CONFIG_INVALID for a variance that overflowed. */
export function deviations(mean: Float64Array, variance: Float64Array, n: number): Float64Array {
  return variance.map((value, j) => {
    if (!Number.isFinite(value)) {
      throw new ConfigError('CONFIG_INVALID', {
        where: WHERE,
        expected: `the variance of column ${j} must be finite`,
        got: String(value),
        todo: 'rescale its values first',
      });
    }
    return isConstant(value, mean[j]!, n) ? 1 : Math.sqrt(value);
  });
}

/** True of a variance within the error bound of its own computation (Chan, Golub & LeVeque 1983). */
function isConstant(variance: number, mean: number, n: number): boolean {
  return variance <= n * Number.EPSILON * variance + (n * mean * Number.EPSILON) ** 2;
}

function columnSums({ x, features }: Samples, term: (value: number, column: number) => number): Float64Array {
  const sums = new Float64Array(features);
  for (let i = 0; i < x.length; ) for (let j = 0; j < features; j++) sums[j]! += term(x[i++]!, j);
  return sums;
}
