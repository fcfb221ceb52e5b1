/**
 * The stage `maxAbsScale`: columns divided by their largest magnitude. Zeros stay zeros.
 *
 * Not centred. Invariant: on the rows that it was fitted on, no value leaves [-1, 1].
 */
import type { Stage } from '@tangentlab/core';
import type { Samples, Table } from '@tangentlab/tensor';
import { ColumnScaling, checkRows, divisorsOf, perColumn } from './column-scaling.js';
import { type Scalable, scalingStage } from './scaling-stage.js';

const WHERE = 'maxAbsScale';

/**
 * Divides each column by its largest magnitude; a column of zeros is left alone. After a split it is fitted on the
 * training part only.
 *
 * *Cost*: O(samples x features). *Determinism*: draws nothing. *Source*: scikit-learn 1.9.1, `MaxAbsScaler`.
 *
 * @throws ConfigError CONFIG_INVALID from the stream for a table without rows or with values that are not finite.
 * @throws ShapeError SHAPE_MISMATCH from the stream for sizes that disagree.
 * @example
 * maxAbsScale().stageName // => 'maxAbsScale'
 */
export function maxAbsScale<D extends Scalable = Table>(): Stage<D, D> {
  return scalingStage<D>(WHERE, {}, (table) => {
    const scaling = maxAbsScaling(table);
    return (x) => scaling.apply(x);
  });
}

/**
 * The scaling by the largest magnitude of each column.
 *
 * *Cost*: O(samples x features). @throws ConfigError CONFIG_INVALID for a table without rows.
 * @example
 * [...maxAbsScaling({ x: Float64Array.of(-2, 1), samples: 2, features: 1 }).divisor] // => [2]
 */
export function maxAbsScaling(table: Samples): ColumnScaling {
  checkRows(WHERE, table);
  const most = perColumn(table, (column) => column.reduce((a, b) => Math.max(a, Math.abs(b)), 0));
  return new ColumnScaling(new Float64Array(table.features), divisorsOf(WHERE, most));
}
