/**
 * Dense targets: classes as rows of numbers, one for each output, as losses and matrix cores take them.
 */
import type { RegressionTable, Table } from '@tangentlab/tensor';

/**
 * One row for each label: 1 - smoothing at its class, and smoothing/classes added everywhere.
 *
 * *Shapes*: labels in, labels x classes out, row-major. `smoothing` is 0 unless given. *Source*: Szegedy et al. (2016);
 * PyTorch's `label_smoothing`.
 *
 * @example
 * oneHot(Int32Array.of(1, 0), 2, 0.2) // => Float64Array.of(0.1, 0.9, 0.9, 0.1)
 */
export function oneHot(labels: Int32Array, classes: number, smoothing = 0): Float64Array {
  const targets = new Float64Array(labels.length * classes).fill(smoothing / classes);
  for (let i = 0; i < labels.length; i++) targets[i * classes + labels[i]!]! += 1 - smoothing;
  return targets;
}

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
