/**
 * The mean of a loss over the rows of a table.
 */
import type { Loss } from '@tangentlab/tensor';

/** *Shapes*: z and targets are rows x outputs, row-major. *Cost*: O(rows x outputs). NaN for no rows. */
export function meanLoss({ value }: Loss, z: Float64Array, targets: Float64Array, outputs: number): number {
  const rows = targets.length / outputs;
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const [from, to] = [i * outputs, (i + 1) * outputs];
    total += value(z.subarray(from, to), targets.subarray(from, to));
  }
  return total / rows;
}
