/**
 * Solves with triangular matrices by halving: the two halves are solved, what the first contributes to the second goes
 * through `gemm`. Substitution all the way down, never an inverse, so that each column of the result is backward stable.
 */
import { gemm } from './gemm';
import { axpy, dot } from './vectors';

/** Triangles of at most this size are solved directly. */
const SMALL: i32 = 16;

/** Where to cut a size in two: a multiple of SMALL, so that the halves keep whole tiles. */
export function half(n: i32): i32 {
  return ((n / 2 + SMALL - 1) / SMALL) * SMALL;
}

/** X L' = B for lower L, in place: row after row of B. X is m x n. */
export function solveRowsLower(m: i32, n: i32, l: usize, ldl: i32, x: usize, ldx: i32): void {
  if (n <= SMALL) {
    for (let i = 0; i < m; i++) {
      const row = x + ((i * ldx) << 3);
      for (let j = 0; j < n; j++) {
        const lj = l + ((j * ldl) << 3);
        const at = row + (j << 3);
        f64.store(at, (f64.load(at) - dot(row, lj, j)) / f64.load(lj + (j << 3)));
      }
    }
    return;
  }
  const p = half(n);
  const l21 = l + ((p * ldl) << 3);
  const x2 = x + (p << 3);
  solveRowsLower(m, p, l, ldl, x, ldx);
  gemm(0, 1, m, n - p, p, -1, x, ldx, l21, ldl, x2, ldx, 0, 0);
  solveRowsLower(m, n - p, l21 + (p << 3), ldl, x2, ldx);
}

/**
 * op(T) X = B in place, T n x n triangular, X n x m. Element (i, k) of op(T) lies at t + 8 (i across + k along); `lower`
 * speaks of op(T).
 */
export function solveTriangular(
  n: i32,
  m: i32,
  t: usize,
  across: i32,
  along: i32,
  lower: i32,
  x: usize,
  ldx: i32,
): void {
  if (m === 1 && ldx === 1) {
    substituteOne(n, t, across, along, lower, x);
    return;
  }
  if (n <= SMALL) {
    substitute(n, m, t, across, along, lower, x, ldx);
    return;
  }
  const p = half(n);
  const trans = along === 1 ? 0 : 1;
  const ldt = trans ? along : across;
  const t22 = t + ((p * (across + along)) << 3);
  const x2 = x + ((p * ldx) << 3);
  if (lower) {
    solveTriangular(p, m, t, across, along, lower, x, ldx);
    gemm(trans, 0, n - p, m, p, -1, t + ((p * across) << 3), ldt, x, ldx, x2, ldx, 0, 0);
    solveTriangular(n - p, m, t22, across, along, lower, x2, ldx);
  } else {
    solveTriangular(n - p, m, t22, across, along, lower, x2, ldx);
    gemm(trans, 0, p, m, n - p, -1, t + ((p * along) << 3), ldt, x2, ldx, x, ldx, 0, 0);
    solveTriangular(p, m, t, across, along, lower, x, ldx);
  }
}

function substitute(n: i32, m: i32, t: usize, across: i32, along: i32, lower: i32, x: usize, ldx: i32): void {
  for (let step = 0; step < n; step++) {
    const i = lower ? step : n - 1 - step;
    const row = x + ((i * ldx) << 3);
    const from = lower ? 0 : i + 1;
    const to = lower ? i : n;
    for (let k = from; k < to; k++) {
      axpy(-f64.load(t + ((i * across + k * along) << 3)), x + ((k * ldx) << 3), row, m);
    }
    const pivot = f64.load(t + ((i * (across + along)) << 3));
    for (let j = 0; j < m; j++) f64.store(row + (j << 3), f64.load(row + (j << 3)) / pivot);
  }
}

/** One right-hand side: rows of T as inner products, columns of T as updates, whichever is contiguous. */
function substituteOne(n: i32, t: usize, across: i32, along: i32, lower: i32, x: usize): void {
  for (let step = 0; step < n; step++) {
    const i = lower ? step : n - 1 - step;
    const at = x + (i << 3);
    const diagonal = t + ((i * (across + along)) << 3);
    if (along === 1) {
      const from = lower ? 0 : i + 1;
      const sum = dot(t + ((i * across + from) << 3), x + (from << 3), lower ? i : n - 1 - i);
      f64.store(at, (f64.load(at) - sum) / f64.load(diagonal));
    } else {
      const value = f64.load(at) / f64.load(diagonal);
      f64.store(at, value);
      const from = lower ? i + 1 : 0;
      axpy(-value, t + ((i * along + from * across) << 3), x + (from << 3), lower ? n - 1 - i : i);
    }
  }
}
