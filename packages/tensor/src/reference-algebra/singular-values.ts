/**
 * Reference singular values by Householder bidiagonalisation, then the eigenvalues of the Golub-Kahan tridiagonal by
 * implicit QL.
 */
import type { Steps } from '../computation-steps.js';
import { checkFinite, type DenseMatrix } from '../dense-matrix.js';
import { axpy, householder, reflect } from './reflection.js';
import { tridiagonalEigenvalues } from './tridiagonal-ql.js';

/** *Cost*: 4 m n^2 - 4/3 n^3 operations, m = max(rows, cols), n = min(rows, cols); a column of the matrix a step. */
export function* singularValuesInSteps(a: DenseMatrix): Steps<Float64Array> {
  checkFinite('singularValues', a);
  const { columns, length } = tallColumns(a);
  const n = columns.length;
  if (n === 0) return new Float64Array(0);
  // scaled so that squares neither overflow nor vanish, whatever the units of the matrix
  const largest = columns.reduce((max, column) => column.reduce((m, v) => Math.max(m, Math.abs(v)), max), 0);
  if (largest === 0) return new Float64Array(n);
  for (const column of columns) for (let i = 0; i < length; i++) column[i] = (column[i] as number) / largest;

  const { diagonal, superdiagonal } = yield* bidiagonalise(columns, length);
  // the 2n x 2n matrix with zero diagonal and off-diagonals d1, e1, d2, e2, ..., dn has eigenvalues +-sigma_i
  const offDiagonal = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    offDiagonal[2 * i] = diagonal[i] as number;
    offDiagonal[2 * i + 1] = superdiagonal[i] as number;
  }
  const eigenvalues = yield* tridiagonalEigenvalues(new Float64Array(2 * n), offDiagonal);
  return eigenvalues
    .sort()
    .reverse()
    .subarray(0, n)
    .map((value) => Math.max(0, value) * largest);
}

/** The columns of A, or of A' if A is wide, as arrays of their own: at least as many rows as columns. */
export function tallColumns({ rows, cols, values }: DenseMatrix): { columns: Float64Array[]; length: number } {
  if (rows < cols) {
    const columns = Array.from({ length: rows }, (_, i) => values.slice(i * cols, (i + 1) * cols));
    return { columns, length: cols };
  }
  const columns = Array.from({ length: cols }, (_, j) =>
    Float64Array.from({ length: rows }, (__, i) => values[i * cols + j] as number),
  );
  return { columns, length: rows };
}

/** Householder reflections from both sides, in place: A = U B V'; a column a step. *Source*: Golub, Van Loan, alg. 5.4.2. */
function* bidiagonalise(
  columns: Float64Array[],
  length: number,
): Steps<{ diagonal: Float64Array; superdiagonal: Float64Array }> {
  const n = columns.length;
  const diagonal = new Float64Array(n);
  const superdiagonal = new Float64Array(n); // the last stays 0
  const row = new Float64Array(n);
  const sums = new Float64Array(length);
  for (let k = 0; k < n; k++) {
    const v = columns[k] as Float64Array;
    const beta = householder(v, k, length);
    diagonal[k] = beta.alpha;
    for (let j = k + 1; j < n; j++) reflect(columns[j] as Float64Array, v, k, length, beta.scale);

    if (k + 1 >= n) break;
    for (let j = k + 1; j < n; j++) row[j] = (columns[j] as Float64Array)[k] as number;
    const right = householder(row, k + 1, n);
    superdiagonal[k] = right.alpha;
    if (right.scale === 0) continue;
    // A (I - s w w') on rows k+1.., column by column: sums = s A w
    sums.fill(0, k + 1);
    for (let j = k + 1; j < n; j++)
      axpy(sums, columns[j] as Float64Array, right.scale * (row[j] as number), k + 1, length);
    for (let j = k + 1; j < n; j++) axpy(columns[j] as Float64Array, sums, -(row[j] as number), k + 1, length);
    yield 4 * (length - k) * (n - k);
  }
  return { diagonal, superdiagonal };
}
