/**
 * The mean of a loss over the rows of a table.
 */
import type { Loss } from '@tangentlab/tensor';

/**
 * *Shapes*: z and targets are rows x outputs, row-major. *Cost*: O(rows x outputs). NaN for no rows. Each row is copied to
 * the same two arrays, which the loss must not keep.
 */
export function meanLoss({ value }: Loss, z: Float64Array, targets: Float64Array, outputs: number): number {
  const rows = targets.length / outputs;
  const [zRow, tRow] = [new Float64Array(outputs), new Float64Array(outputs)];
  let total = 0;
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < outputs; j++, at++) {
      zRow[j] = z[at]!;
      tRow[j] = targets[at]!;
    }
    total += value(zRow, tRow);
  }
  return total / rows;
}
