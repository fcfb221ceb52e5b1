/**
 * Dense targets: classes as rows of numbers, one for each output, as losses and matrix cores take them.
 */
import { oneHot, type RegressionTable, type Table } from '@tangentlab/tensor';

/** True of a table of classes, as against one of real targets. */
export function hasClasses(table: Table | RegressionTable): table is Table {
  return 'y' in table;
}

/** A table with dense targets: its own, or its classes as rows. The inputs are shared, not copied. */
export function targetsOf(table: Table | RegressionTable, smoothing = 0): RegressionTable {
  if (!hasClasses(table)) return table;
  const { x, y, samples, features, classes } = table;
  return { x, targets: oneHot(y, classes, smoothing), samples, features, outputs: classes };
}
