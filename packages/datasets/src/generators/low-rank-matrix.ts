/**
 * Matrices of a chosen effective rank, which makeRegression takes for correlated inputs.
 *
 * The orthonormal factors come from Householder's QR with LAPACK's choice of signs, so that the numbers are scikit-learn's
 * up to rounding. Invariant: the columns of the factors are orthonormal to rounding.
 */
import type { RandomState } from '../random/numpy-random.js';

// m rows, n columns, m >= n; matrices are row-major

/**
 * Q of the reduced QR decomposition of an m x n matrix, m >= n, with the signs that LAPACK's `geqrf` gives it: column k of
 * R's diagonal has the sign opposite to the entry that it replaces, but the last one of a square matrix is kept as it is.
 *
 * *Shapes*: m x n. *Cost*: O(m n^2). *Source*: Golub & Van Loan, Matrix Computations, 5.1 and 5.2.
 */
export function orthonormalColumns(matrix: Float64Array, m: number, n: number): Float64Array {
  const a = Float64Array.from(matrix); // m x n: reflectors below the diagonal
  const tau = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    tau[k] = makeReflector(a, m, n, k);
    for (let j = k + 1; j < n; j++) reflect(a, a, m, n, k, j, tau[k]!);
  }
  const q = new Float64Array(m * n); // m x n
  for (let k = 0; k < n; k++) q[k * n + k] = 1;
  for (let k = n - 1; k >= 0; k--) {
    for (let j = k; j < n; j++) reflect(a, q, m, n, k, j, tau[k]!);
  }
  return q;
}

/** Replaces column k below the diagonal by the vector v of I - tau v v', v_k = 1, that clears it; returns tau. */
function makeReflector(a: Float64Array, m: number, n: number, k: number): number {
  const alpha = a[k * n + k]!;
  let below = 0;
  for (let i = k + 1; i < m; i++) below += a[i * n + k]! ** 2;
  if (below === 0) return 0;
  const beta = -Math.sign(alpha || 1) * Math.sqrt(alpha * alpha + below);
  for (let i = k + 1; i < m; i++) a[i * n + k] = a[i * n + k]! / (alpha - beta);
  return (beta - alpha) / beta;
}

/** Applies reflector k, which stands in `a`, to column j of `target`. */
function reflect(a: Float64Array, target: Float64Array, m: number, n: number, k: number, j: number, tau: number): void {
  let dot = target[k * n + j]!;
  for (let i = k + 1; i < m; i++) dot += a[i * n + k]! * target[i * n + j]!;
  target[k * n + j] = target[k * n + j]! - tau * dot;
  for (let i = k + 1; i < m; i++) target[i * n + j] = target[i * n + j]! - tau * dot * a[i * n + k]!;
}

/**
 * A random matrix whose singular values are a bell of width `effectiveRank` and a slowly falling tail.
 *
 * *Shapes*: rows x columns. *Cost*: O(rows columns min(rows, columns)). *Source*: scikit-learn 1.9.1,
 * `make_low_rank_matrix`.
 */
export function lowRankMatrix(
  rows: number,
  columns: number,
  { effectiveRank, tailStrength }: { readonly effectiveRank: number; readonly tailStrength: number },
  random: RandomState,
): Float64Array {
  const n = Math.min(rows, columns);
  const normals = (count: number) => Float64Array.from({ length: count }, () => random.standardNormal());
  const u = orthonormalColumns(normals(rows * n), rows, n); // rows x n
  const v = orthonormalColumns(normals(columns * n), columns, n); // columns x n
  const singular = Float64Array.from({ length: n }, (_, i) => {
    const bell = (1 - tailStrength) * Math.exp(-((i / effectiveRank) ** 2));
    return bell + tailStrength * Math.exp((-0.1 * i) / effectiveRank);
  });
  const product = new Float64Array(rows * columns); // rows x columns
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += u[i * n + k]! * singular[k]! * v[j * n + k]!;
      product[i * columns + j] = sum;
    }
  }
  return product;
}
