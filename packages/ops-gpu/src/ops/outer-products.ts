/**
 * Outer products in batches: what the Jacobian of a layer is made of, sample by sample.
 */
import { defineMatrixOp, type MatrixOp } from '@tangentlab/tensor';

/**
 * Row r of the result is the outer product of row r of `a` with row floor(r / k) of `b`, flat, where `a` has k rows for
 * each row of `b`.
 *
 * With `a` the derivatives of k outputs on n samples by the pre-activations of a layer and `b` what that layer reads,
 * these are the columns of the Jacobian that belong to its weights; with k = 1, n outer products.
 * *Shapes*: a is (n k) x p, b is n x q, the result (n k) x (p q). *Cost*: O(n k p q).
 *
 * @example
 * outerProducts.shape({ rows: 6, cols: 4 }, { rows: 3, cols: 5 }) // => { rows: 6, cols: 20 }
 */
export const outerProducts: MatrixOp = defineMatrixOp({
  name: 'outerProducts',
  operands: ['a', 'b'],
  shape: (a, b) =>
    b!.rows > 0 && a!.rows % b!.rows === 0
      ? { rows: a!.rows, cols: a!.cols * b!.cols }
      : 'a must have the same number of rows for each row of b',
  kernel: (a, b) => ({
    statements: `const i = Math.floor(($row + 0.5) / ${a!.rows / b!.rows});
      const p = Math.floor(($col + 0.5) / ${b!.cols});`,
    value: `a[$row][p] * b[i][$col - p * ${b!.cols}]`,
  }),
  reference: ({ row, col }, [a, b]) =>
    a!.at(row, Math.floor(col / b!.cols)) * b!.at(Math.floor((row * b!.rows) / a!.rows), col % b!.cols),
  roundings: ({ row, col }, [a, b]) =>
    Math.abs(a!.at(row, Math.floor(col / b!.cols)) * b!.at(Math.floor((row * b!.rows) / a!.rows), col % b!.cols)),
});
