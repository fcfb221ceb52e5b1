/**
 * Reference eigenvalues of symmetric matrices, by two routes: Householder tridiagonalisation and implicit QL for the values
 * alone, Jacobi's method where the vectors are wanted.
 */
import type { Steps } from '../computation-steps.js';
import { checkSquare, type DenseMatrix, largestBelow } from '../dense-matrix.js';
import { dot } from '../dot.js';
import type { SymmetricEigen } from '../linear-algebra.js';
import { axpy, householder } from './reflection.js';
import { tridiagonalEigenvalues } from './tridiagonal-ql.js';

/** *Cost*: 4/3 n^3 multiplications. *Source*: Golub, Van Loan, alg. 8.3.1. */
export function* symmetricEigenvaluesInSteps(a: DenseMatrix): Steps<Float64Array> {
  checkSquare('symmetricEigenvalues', a);
  const { rows, scale } = scaledRows(a);
  const n = rows.length;
  const diagonal = new Float64Array(n);
  const off = new Float64Array(n); // the last stays 0
  for (let k = 0; k < n; k++) {
    const v = rows[k]!; // row k is column k
    diagonal[k] = v[k]!;
    if (k + 1 >= n) break;
    const { alpha, scale: tau } = householder(v, k + 1, n);
    off[k] = alpha;
    if (tau === 0) continue;
    const w = new Float64Array(n); // tau A v, less its half along v
    for (let i = k + 1; i < n; i++) w[i] = tau * dot(rows[i]!, k + 1, v, k + 1, n - k - 1);
    axpy(w, v, (-tau / 2) * dot(w, k + 1, v, k + 1, n - k - 1), k + 1, n);
    for (let i = k + 1; i < n; i++) {
      axpy(rows[i]!, w, -v[i]!, k + 1, n);
      axpy(rows[i]!, v, -w[i]!, k + 1, n);
    }
    yield 3 * (n - k) * (n - k);
  }
  const values = yield* tridiagonalEigenvalues(diagonal, off);
  return values.sort().map((value) => value * scale);
}

/** *Cost*: about 40 n^3 multiplications. *Source*: Golub, Van Loan, section 8.5 (cyclic Jacobi). */
export function* symmetricEigenInSteps(a: DenseMatrix): Steps<SymmetricEigen> {
  checkSquare('symmetricEigen', a);
  const { rows, scale } = scaledRows(a);
  const n = rows.length;
  const vectors = Array.from({ length: n }, (_, i) => {
    const unit = new Float64Array(n);
    unit[i] = 1;
    return unit;
  });
  const negligible = Number.EPSILON * Math.sqrt(rows.reduce((sum, row) => sum + dot(row, 0, row, 0, n), 0));
  for (let rotated = true; rotated; ) {
    rotated = false;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (Math.abs(rows[p]![q]!) <= negligible / n) continue;
        rotated = true;
        const { c, s } = annihilate(rows[p]![p]!, rows[q]![q]!, rows[p]![q]!);
        turn(rows[p]!, rows[q]!, c, s);
        for (const row of rows) turnPair(row, p, q, c, s);
        // what rounding leaves of it is as large as eps times the diagonal, and would never be negligible
        rows[p]![q] = 0;
        rows[q]![p] = 0;
        turn(vectors[p]!, vectors[q]!, c, s);
      }
      yield 6 * n * n;
    }
  }
  return inOrder(rows, vectors, scale);
}

/** The rows of the symmetric matrix whose lower triangle is given, divided by the largest entry. */
function scaledRows(a: DenseMatrix): { rows: Float64Array[]; scale: number } {
  const n = a.rows;
  const scale = largestBelow(a) || 1;
  const rows = Array.from({ length: n }, (_, i) =>
    Float64Array.from({ length: n }, (__, j) => a.values[Math.max(i, j) * n + Math.min(i, j)]! / scale),
  );
  return { rows, scale };
}

/** The rotation that makes the off-diagonal entry of [[x, z], [z, y]] vanish. */
function annihilate(x: number, y: number, z: number): { c: number; s: number } {
  const tau = (y - x) / (2 * z);
  const t = (tau < 0 ? -1 : 1) / (Math.abs(tau) + Math.hypot(1, tau));
  const c = 1 / Math.hypot(1, t);
  return { c, s: t * c };
}

/** Rows x, y become c x - s y, s x + c y. */
export function turn(x: Float64Array, y: Float64Array, c: number, s: number): void {
  for (let i = 0; i < x.length; i++) {
    const [xi, yi] = [x[i]!, y[i]!];
    x[i] = c * xi - s * yi;
    y[i] = s * xi + c * yi;
  }
}

function turnPair(row: Float64Array, p: number, q: number, c: number, s: number): void {
  const [x, y] = [row[p]!, row[q]!];
  row[p] = c * x - s * y;
  row[q] = s * x + c * y;
}

function inOrder(rows: readonly Float64Array[], vectors: readonly Float64Array[], scale: number): SymmetricEigen {
  const n = rows.length;
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => rows[i]![i]! - rows[j]![j]!);
  const values = new Float64Array(n * n);
  for (const [j, from] of order.entries()) for (let i = 0; i < n; i++) values[i * n + j] = vectors[from]![i]!;
  return {
    values: Float64Array.from(order, (i) => rows[i]![i]! * scale),
    vectors: { rows: n, cols: n, values },
  };
}
