/**
 * Rows in random order, as scikit-learn's generators put them: `sklearn.utils.shuffle` of inputs and labels together.
 *
 * Not a stage; trainers shuffle by themselves. Invariant: one permutation is drawn, whatever the columns.
 */
import { type Samples, selectRows } from '@tangentlab/tensor';
import type { RandomState } from '../random/numpy-random.js';

/** The table with its rows in random order. *Cost*: O(samples x features). */
export function shuffleRows<T extends Samples>(table: T, random: RandomState): T {
  return selectRows(table, random.permutation(table.samples));
}

/** Adds to each number a normal one of this standard deviation, in order; 0 adds nothing and draws nothing. */
export function addNoise(values: Float64Array, deviation: number, random: RandomState): void {
  if (deviation === 0) return;
  for (let i = 0; i < values.length; i++) values[i] = values[i]! + deviation * random.standardNormal();
}
