/**
 * One-hot encoding: a class or level as a row of zeros with a single one.
 *
 * Not for columns of files: readers encode those themselves. Invariant: every row sums to 1.
 */
import { ConfigError, defineStage, type Stage } from '@tangentlab/core';
import { checkTable, type RegressionTable, type Table } from '@tangentlab/tensor';
import { map } from 'rxjs';

/**
 * Labels as rows of zeros with a one at the label.
 *
 * *Shapes*: labels.length x classes, row-major. *Cost*: O(labels x classes).
 * @throws ConfigError CONFIG_INVALID for a label that is no integer of 0..classes-1.
 * @example
 * [...oneHot([1, 0, 2], 3)] // => [0, 1, 0, 1, 0, 0, 0, 0, 1]
 */
export function oneHot(labels: ArrayLike<number>, classes: number): Float64Array {
  const encoded = new Float64Array(labels.length * classes); // n x classes
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!;
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new ConfigError('CONFIG_INVALID', {
        where: 'oneHot',
        expected: `the label of row ${row} must be an integer in 0..${classes - 1}`,
        got: String(label),
        todo: 'number the classes from 0',
      });
    }
    encoded[row * classes + label] = 1;
  }
  return encoded;
}

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
