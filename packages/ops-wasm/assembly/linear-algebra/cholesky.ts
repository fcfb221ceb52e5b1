/**
 * Cholesky factorisations of symmetric matrices, of which only the lower triangle is read and written: plain by halving,
 * and with diagonal pivoting in panels (LAPACK's dpstrf).
 */
import { gemm } from './gemm';
import { half, solveRowsLower } from './triangular';
import { dot, exchange } from './vectors';

const SMALL: i32 = 16;

/** A = L L' in place. Returns the index of the first pivot that is not positive, n if there is none. */
export function cholesky(n: i32, a: usize, lda: i32): i32 {
  if (n <= SMALL) return choleskySmall(n, a, lda);
  const p = half(n);
  const a21 = a + ((p * lda) << 3);
  const failed = cholesky(p, a, lda);
  if (failed < p) return failed;
  solveRowsLower(n - p, p, a, lda, a21, lda);
  gemm(0, 1, n - p, n - p, p, -1, a21, lda, a21, lda, a21 + (p << 3), lda, 1, 0);
  return p + cholesky(n - p, a21 + (p << 3), lda);
}

function choleskySmall(n: i32, a: usize, lda: i32): i32 {
  for (let i = 0; i < n; i++) {
    const row = a + ((i * lda) << 3);
    for (let j = 0; j < i; j++) {
      const other = a + ((j * lda) << 3);
      const at = row + (j << 3);
      f64.store(at, (f64.load(at) - dot(row, other, j)) / f64.load(other + (j << 3)));
    }
    const at = row + (i << 3);
    const pivot = f64.load(at) - dot(row, row, i);
    f64.store(at, pivot);
    if (!(pivot > 0)) return i;
    f64.store(at, Math.sqrt(pivot));
  }
  return n;
}

/**
 * Columns from..to-1 of the pivoted factorisation, the largest remaining diagonal entry first; the trailing matrix is not
 * yet updated by them. `order` holds n i32, `sums` n doubles that are 0 before a panel begins. Returns the first column
 * whose pivot is at most `tolerance`, `to` if there is none.
 */
export function pivotedPanel(
  n: i32,
  from: i32,
  to: i32,
  a: usize,
  lda: i32,
  order: usize,
  sums: usize,
  tolerance: f64,
): i32 {
  for (let j = from; j < to; j++) {
    let best = j;
    let most: f64 = -Infinity;
    for (let i = j; i < n; i++) {
      const left = f64.load(a + ((i * (lda + 1)) << 3)) - f64.load(sums + (i << 3));
      if (left > most) {
        most = left;
        best = i;
      }
    }
    f64.store(sums + (n << 3), most);
    if (!(most > tolerance)) return j;
    if (best !== j) swap(n, j, best, a, lda, order, sums);
    const root = Math.sqrt(most);
    const row = a + ((j * lda) << 3);
    f64.store(row + (j << 3), root);
    for (let i = j + 1; i < n; i++) {
      const other = a + ((i * lda) << 3);
      const value = (f64.load(other + (j << 3)) - dot(other + (from << 3), row + (from << 3), j - from)) / root;
      f64.store(other + (j << 3), value);
      f64.store(sums + (i << 3), f64.load(sums + (i << 3)) + value * value);
    }
  }
  return to;
}

/** Exchanges rows and columns j < p in the lower triangle. */
function swap(n: i32, j: i32, p: i32, a: usize, lda: i32, order: usize, sums: usize): void {
  const jj = a + ((j * (lda + 1)) << 3);
  const pp = a + ((p * (lda + 1)) << 3);
  exchange(a + ((j * lda) << 3), 1, a + ((p * lda) << 3), 1, j);
  exchange(jj, 1, pp, 1, 1);
  exchange(jj + (lda << 3), lda, a + ((p * lda + j + 1) << 3), 1, p - j - 1);
  exchange(jj + (((p - j + 1) * lda) << 3), lda, pp + (lda << 3), lda, n - p - 1);
  exchange(sums + (j << 3), 1, sums + (p << 3), 1, 1);
  const kept = i32.load(order + (j << 2));
  i32.store(order + (j << 2), i32.load(order + (p << 2)));
  i32.store(order + (p << 2), kept);
}
