/**
 * One-hot rows: a class as a row of zeros with a single one, as losses and matrix cores take classes.
 */
import { ConfigError } from '@tangentlab/core';

/**
 * One row for each label: 1 - smoothing at its class, and smoothing/classes added everywhere.
 *
 * *Shapes*: labels.length x classes, row-major. *Range*: smoothing in [0, 1), 0 unless given. *Cost*:
 * O(labels x classes). *Source*: Szegedy et al. (2016); PyTorch's `label_smoothing`.
 *
 * @throws ConfigError CONFIG_INVALID for a label that is no integer of 0..classes-1.
 * @example
 * [...oneHot([1, 0, 2], 3)] // => [0, 1, 0, 1, 0, 0, 0, 0, 1]
 * oneHot([1, 0], 2, 0.2) // => Float64Array.of(0.1, 0.9, 0.9, 0.1)
 */
export function oneHot(labels: ArrayLike<number>, classes: number, smoothing = 0): Float64Array {
  const targets = new Float64Array(labels.length * classes).fill(smoothing / classes); // n x classes
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
    targets[row * classes + label]! += 1 - smoothing;
  }
  return targets;
}
