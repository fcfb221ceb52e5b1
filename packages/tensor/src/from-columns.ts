/**
 * A matrix put together from its columns.
 */
import type { DenseMatrix } from './dense-matrix.js';

/** The rows x columns.length matrix with these columns. */
export function fromColumns(columns: readonly Float64Array[], rows: number): DenseMatrix {
  const cols = columns.length;
  const values = new Float64Array(rows * cols);
  for (const [j, column] of columns.entries()) for (let i = 0; i < rows; i++) values[i * cols + j] = column[i]!;
  return { rows, cols, values };
}
