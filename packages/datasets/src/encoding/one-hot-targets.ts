/**
 * The stage `oneHotTargets`: classes as real targets.
 *
 * Not for columns of files: readers encode those themselves. Invariant: every row of the targets sums to 1.
 */
import { defineStage, type Stage } from '@tangentlab/core';
import { checkTable, oneHot, type RegressionTable, type Table } from '@tangentlab/tensor';
import { map } from 'rxjs';

/**
 * A table of labels as a table of real targets, one output per class: for losses that compare numbers.
 *
 * *Shapes*: targets are samples x classes. *Cost*: O(samples x classes). *Determinism*: draws nothing.
 *
 * @throws ConfigError, ShapeError from the stream for a broken table.
 * @example
 * oneHotTargets().stageName // => 'oneHotTargets'
 */
export function oneHotTargets(): Stage<Table, RegressionTable> {
  return defineStage<Table, RegressionTable>({
    name: 'oneHotTargets',
    bind: () =>
      map((table) => {
        const { x, y, samples, features, classes } = checkTable('oneHotTargets', table);
        return { x, targets: oneHot(y, classes), samples, features, outputs: classes };
      }),
  });
}
