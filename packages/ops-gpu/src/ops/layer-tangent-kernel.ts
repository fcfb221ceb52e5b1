/**
 * What one layer adds to the tangent kernel, without its Jacobian: for a wide layer that would not fit anywhere.
 */
import { defineMatrixOp, type MatrixOp, type OpOperand } from '@tangentlab/tensor';

/**
 * Theta_l[(i,c),(j,d)] = (delta_ic . delta_jd) (h_i . h_j + bias): J J' of the columns of one layer.
 *
 * *Shapes*: delta is (n k) x p, derivatives of k outputs on n samples by the layer's pre-activations; h is n x q, what the
 * layer reads; the result (n k) x (n k). *Range*: bias is 1 where the layer has biases, else 0. *Cost*: O((n k)^2 (p + q)).
 * *Source*: Jacot, Gabriel, Hongler (2018).
 *
 * @example
 * layerTangentKernel.shape({ rows: 6, cols: 4 }, { rows: 3, cols: 5 }) // => { rows: 6, cols: 6 }
 */
export const layerTangentKernel: MatrixOp = defineMatrixOp({
  name: 'layerTangentKernel',
  operands: ['delta', 'h'],
  numbers: ['bias'],
  shape: (delta, h) =>
    h!.rows > 0 && delta!.rows % h!.rows === 0
      ? { rows: delta!.rows, cols: delta!.rows }
      : 'delta must have the same number of rows for each row of h',
  kernel: (delta, h) => ({
    statements: `const i = Math.floor(($row + 0.5) / ${delta!.rows / h!.rows});
      const j = Math.floor(($col + 0.5) / ${delta!.rows / h!.rows});
      let back = 0;
      for (let p = 0; p < ${delta!.cols}; p++) { back += delta[$row][p] * delta[$col][p]; }
      let fore = bias;
      for (let q = 0; q < ${h!.cols}; q++) { fore += h[i][q] * h[j][q]; }`,
    value: 'back * fore',
  }),
  reference: ({ row, col }, [delta, h], [bias]) => {
    const k = delta!.rows / h!.rows;
    return dotOfRows(delta!, row, col) * (bias! + dotOfRows(h!, Math.floor(row / k), Math.floor(col / k)));
  },
  // each sum by its own count of terms, and the product of both
  roundings: ({ row, col }, [delta, h], [bias]) => {
    const k = delta!.rows / h!.rows;
    const back = dotOfRows(delta!, row, col, Math.abs);
    const fore = Math.abs(bias!) + dotOfRows(h!, Math.floor(row / k), Math.floor(col / k), Math.abs);
    return (delta!.cols + h!.cols + 4) * back * fore;
  },
});

/** The inner product of two rows; with `size`, that of the sizes of their entries. */
function dotOfRows(a: OpOperand, i: number, j: number, size: (value: number) => number = (value) => value): number {
  let sum = 0;
  for (let p = 0; p < a.cols; p++) sum += size(a.at(i, p)) * size(a.at(j, p));
  return sum;
}
