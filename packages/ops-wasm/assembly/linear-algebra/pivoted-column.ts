/**
 * One column of a blocked Householder QR factorisation, with or without column pivoting. Within a panel only rows that are
 * finished are brought up to date; what is pending below, A - V'F, is applied by the caller as one product after the panel.
 * *Source*: LAPACK's dlaqps; Drmac and Bujanovic (2008) for when a length must be computed afresh.
 */
import { addProducts, addRows, reflection } from './householder';
import { axpy, exchange } from './vectors';

/** Below this share of its length, squared, a remainder is too uncertain to go on with: sqrt(eps). */
const UNCERTAIN: f64 = 1.4901161193847656e-8;

/**
 * Column i of an m x n matrix: exchanges it for the one with the largest remainder if `pivoting`, reflects it, appends v and
 * f = tau A'v to the panels (rows of length m and n), and finishes row i, with alpha on the diagonal. `lengths` are those
 * of the remainders, `known` what they were when last computed. Returns 1 if a length must be computed afresh before
 * the next column.
 */
export function pivotedColumn(
  m: i32,
  n: i32,
  i: i32,
  pending: i32,
  pivoting: i32,
  a: usize,
  lda: i32,
  v: usize,
  ldv: i32,
  f: usize,
  ldf: i32,
  order: usize,
  lengths: usize,
  known: usize,
  tau: usize,
  scratch: usize,
): i32 {
  if (pivoting) choose(m, n, i, pending, a, lda, f, ldf, order, lengths, known);
  const vNew = v + ((pending * ldv) << 3);
  const fNew = f + ((pending * ldf) << 3);
  memory.fill(vNew, 0, ldv << 3);
  memory.fill(fNew, 0, ldf << 3);
  const below = i << 3;
  const rows = m - i;
  const row = a + ((i * lda) << 3);
  let from = row + below;
  for (let r = 0; r < rows; r++) {
    f64.store(vNew + below + (r << 3), f64.load(from));
    from += lda << 3;
  }
  for (let p = 0; p < pending; p++) {
    axpy(-f64.load(f + ((p * ldf + i) << 3)), v + ((p * ldv + i) << 3), vNew + below, rows);
  }
  reflection(vNew + below, rows, 0, row + below, tau + (pending << 3));
  const t = f64.load(tau + (pending << 3));
  if (t === 0) memory.fill(vNew, 0, ldv << 3);
  const right = i + 1;
  const cols = n - right;
  if (cols <= 0) return 0;
  const beside = right << 3;
  if (t !== 0) {
    addRows(rows, cols, row + beside, lda, vNew + below, fNew + beside);
    memory.fill(scratch, 0, pending << 3);
    addProducts(-1, pending, rows, v + below, ldv, vNew + below, scratch);
    addRows(pending, cols, f + beside, ldf, scratch, fNew + beside);
    for (let j = right; j < n; j++) f64.store(fNew + (j << 3), t * f64.load(fNew + (j << 3)));
  }
  for (let p = 0; p <= pending; p++) {
    axpy(-f64.load(v + ((p * ldv + i) << 3)), f + ((p * ldf + right) << 3), row + beside, cols);
  }
  return pivoting ? shorten(n, right, row, lengths, known) : 0;
}

/** Brings the column with the largest remainder to place i. */
function choose(
  m: i32,
  n: i32,
  i: i32,
  pending: i32,
  a: usize,
  lda: i32,
  f: usize,
  ldf: i32,
  order: usize,
  lengths: usize,
  known: usize,
): void {
  let best = i;
  for (let j = i + 1; j < n; j++) {
    if (f64.load(lengths + (j << 3)) > f64.load(lengths + (best << 3))) best = j;
  }
  if (best === i) return;
  const x = i << 3;
  const y = best << 3;
  exchange(a + x, lda, a + y, lda, m);
  exchange(f + x, ldf, f + y, ldf, pending);
  exchange(lengths + x, 1, lengths + y, 1, 1);
  exchange(known + x, 1, known + y, 1, 1);
  const kept = i32.load(order + (i << 2));
  i32.store(order + (i << 2), i32.load(order + (best << 2)));
  i32.store(order + (best << 2), kept);
}

/** Takes the finished row off the lengths; 1 if one of them has become uncertain. */
function shorten(n: i32, from: i32, row: usize, lengths: usize, known: usize): i32 {
  let afresh = 0;
  for (let j = from; j < n; j++) {
    const at = lengths + (j << 3);
    const length = f64.load(at);
    if (length === 0) continue;
    const share = Math.abs(f64.load(row + (j << 3))) / length;
    const left = max(0, (1 + share) * (1 - share));
    const whole = length / f64.load(known + (j << 3));
    if (left * whole * whole <= UNCERTAIN) afresh = 1;
    f64.store(at, length * Math.sqrt(left));
  }
  return afresh;
}

/** The lengths of columns from..n-1, from row `from` on, as they stand in the matrix. */
export function columnLengths(m: i32, n: i32, from: i32, a: usize, lda: i32, lengths: usize, known: usize): void {
  for (let j = from; j < n; j++) f64.store(lengths + (j << 3), 0);
  for (let i = from; i < m; i++) {
    const row = a + ((i * lda) << 3);
    for (let j = from; j < n; j++) {
      const value = f64.load(row + (j << 3));
      const at = lengths + (j << 3);
      f64.store(at, f64.load(at) + value * value);
    }
  }
  for (let j = from; j < n; j++) {
    const length = Math.sqrt(f64.load(lengths + (j << 3)));
    f64.store(lengths + (j << 3), length);
    f64.store(known + (j << 3), length);
  }
}
