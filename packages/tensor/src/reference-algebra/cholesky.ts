/**
 * Reference Cholesky factorisations, row by row from inner products, and substitution with the factors.
 */
import type { Steps } from '../computation-steps.js';
import { checkSquare, type DenseMatrix } from '../dense-matrix.js';
import { dot } from '../dot.js';
import type { PivotedCholesky, TriangularOptions } from '../linear-algebra.js';
import { checkTolerance } from '../numerical-rank.js';
import { checkTriangular, notPositiveDefinite } from '../triangular-pivots.js';

/** *Cost*: n^3 / 6 multiplications. */
export function* choleskyInSteps(a: DenseMatrix): Steps<DenseMatrix> {
  checkSquare('cholesky', a);
  const n = a.rows;
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      l[i * n + j] = (a.values[i * n + j]! - dot(l, i * n, l, j * n, j)) / l[j * n + j]!;
    }
    const pivot = a.values[i * n + i]! - dot(l, i * n, l, i * n, i);
    if (!(pivot > 0 && Number.isFinite(pivot))) throw notPositiveDefinite(n, i, pivot);
    l[i * n + i] = Math.sqrt(pivot);
    yield (i * i) / 2;
  }
  return { rows: n, cols: n, values: l };
}

/** *Cost*: n r^2 multiplications for rank r. *Source*: Higham (2002), section 10.3; LAPACK's dpstrf for the tolerance. */
export function* pivotedCholeskyInSteps(a: DenseMatrix, tolerance?: number): Steps<PivotedCholesky> {
  checkSquare('pivotedCholesky', a);
  checkTolerance('pivotedCholesky', tolerance);
  const n = a.rows;
  const entry = (i: number, j: number) => (i < j ? a.values[j * n + i]! : a.values[i * n + j]!);
  const left = Float64Array.from({ length: n }, (_, i) => entry(i, i));
  const bound = tolerance ?? n * Number.EPSILON * left.reduce((most, value) => Math.max(most, value), 0);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  const l = new Float64Array(n * n); // row i belongs to row i of A until the end
  let rank = 0;
  for (; rank < n; rank++) {
    let best = rank;
    for (let i = rank; i < n; i++) if (left[order[i]!]! > left[order[best]!]!) best = i;
    const pivot = order[best]!;
    if (!(left[pivot]! > bound)) break;
    order[best] = order[rank]!;
    order[rank] = pivot;
    const root = Math.sqrt(left[pivot]!);
    l[pivot * n + rank] = root;
    for (const i of order.subarray(rank + 1)) {
      const value = (entry(i, pivot) - dot(l, i * n, l, pivot * n, rank)) / root;
      l[i * n + rank] = value;
      left[i]! -= value * value;
    }
    yield (n - rank) * rank;
  }
  const values = new Float64Array(n * rank);
  for (const [i, row] of order.entries()) values.set(l.subarray(row * n, row * n + rank), i * rank);
  const dropped = order.subarray(rank).reduce((most, i) => Math.max(most, left[i]!), 0);
  return { factor: { rows: n, cols: rank, values }, pivots: order, rank, tolerance: bound, dropped };
}

/** *Cost*: n^2 m / 2 multiplications. */
export function solveTriangular(
  t: DenseMatrix,
  b: DenseMatrix,
  { upper = false, trans = false }: TriangularOptions = {},
): DenseMatrix {
  checkTriangular(t, b);
  const [n, m] = [t.rows, b.cols];
  const entry = (i: number, k: number) => (trans ? t.values[k * n + i]! : t.values[i * n + k]!);
  const forwards = upper === trans; // op(T) is lower triangular
  const x = b.values.slice(); // n x m
  for (let step = 0; step < n; step++) {
    const i = forwards ? step : n - 1 - step;
    const [from, to] = forwards ? [0, i] : [i + 1, n];
    for (let k = from; k < to; k++) {
      const factor = entry(i, k);
      for (let j = 0; j < m; j++) x[i * m + j]! -= factor * x[k * m + j]!;
    }
    for (let j = 0; j < m; j++) x[i * m + j]! /= entry(i, i);
  }
  return { rows: n, cols: m, values: x };
}
