/**
 * One column and row of a blocked Householder bidiagonalisation of a tall matrix to upper bidiagonal form. Within a panel
 * the matrix is not touched; what is pending, A - U'Y - X'V, is taken into account column by column and row by row, and
 * applied by the caller as two products after the panel. *Source*: LAPACK's dlabrd.
 *
 * U and X are panels of rows of length m, Y and V of length n: row p belongs to the p-th pending reflection.
 */
import { addProducts, addRows, reflection } from './householder';
import { axpy } from './vectors';

/** The panels, their lengths and what they hold. */
export function bidiagonalColumn(
  m: i32,
  n: i32,
  i: i32,
  pending: i32,
  a: usize,
  lda: i32,
  u: usize,
  x: usize,
  ldu: i32,
  v: usize,
  y: usize,
  ldv: i32,
  d: usize,
  e: usize,
  tauU: usize,
  tauV: usize,
  scratch: usize,
): void {
  const uNew = u + ((pending * ldu) << 3);
  const xNew = x + ((pending * ldu) << 3);
  const vNew = v + ((pending * ldv) << 3);
  const yNew = y + ((pending * ldv) << 3);
  memory.fill(uNew, 0, ldu << 3);
  memory.fill(xNew, 0, ldu << 3);
  memory.fill(vNew, 0, ldv << 3);
  memory.fill(yNew, 0, ldv << 3);
  const below = i << 3;
  const rows = m - i;

  // column i, brought up to date and reflected
  let from = a + ((i * lda + i) << 3);
  for (let r = 0; r < rows; r++) {
    f64.store(uNew + below + (r << 3), f64.load(from));
    from += lda << 3;
  }
  for (let p = 0; p < pending; p++) {
    axpy(-f64.load(y + ((p * ldv + i) << 3)), u + ((p * ldu + i) << 3), uNew + below, rows);
    axpy(-f64.load(v + ((p * ldv + i) << 3)), x + ((p * ldu + i) << 3), uNew + below, rows);
  }
  reflection(uNew + below, rows, 0, d + (i << 3), tauU + (pending << 3));
  const tu = f64.load(tauU + (pending << 3));
  if (tu === 0) memory.fill(uNew, 0, ldu << 3);
  f64.store(tauV + (pending << 3), 0);
  const right = i + 1;
  const cols = n - right;
  if (cols <= 0) return;
  const beside = right << 3;

  // y = tau A'u on the columns to the right
  if (tu !== 0) {
    addRows(rows, cols, a + ((i * lda + right) << 3), lda, uNew + below, yNew + beside);
    takeOff(pending, rows, cols, u + below, ldu, uNew + below, y + beside, ldv, yNew + beside, scratch);
    takeOff(pending, rows, cols, x + below, ldu, uNew + below, v + beside, ldv, yNew + beside, scratch);
    for (let j = right; j < n; j++) f64.store(yNew + (j << 3), tu * f64.load(yNew + (j << 3)));
  }

  // row i, brought up to date - by the new reflection too - and reflected
  memory.copy(vNew + beside, a + ((i * lda + right) << 3), cols << 3);
  for (let p = 0; p <= pending; p++) {
    axpy(-f64.load(u + ((p * ldu + i) << 3)), y + ((p * ldv + right) << 3), vNew + beside, cols);
    if (p < pending) axpy(-f64.load(x + ((p * ldu + i) << 3)), v + ((p * ldv + right) << 3), vNew + beside, cols);
  }
  reflection(vNew + beside, cols, 0, e + (i << 3), tauV + (pending << 3));
  const tv = f64.load(tauV + (pending << 3));
  if (tv === 0) {
    memory.fill(vNew, 0, ldv << 3);
    return;
  }

  // x = tau A v on the rows below
  const left = m - right;
  addProducts(1, left, cols, a + ((right * lda + right) << 3), lda, vNew + beside, xNew + beside);
  takeOff(pending + 1, cols, left, y + beside, ldv, vNew + beside, u + beside, ldu, xNew + beside, scratch);
  takeOff(pending, cols, left, v + beside, ldv, vNew + beside, x + beside, ldu, xNew + beside, scratch);
  for (let r = right; r < m; r++) f64.store(xNew + (r << 3), tv * f64.load(xNew + (r << 3)));
}

/** to -= sum over p of (by_p z) row_p, for count rows by of `inner` and row of `outer` doubles. */
function takeOff(
  count: i32,
  inner: i32,
  outer: i32,
  by: usize,
  ldBy: i32,
  z: usize,
  row: usize,
  ldRow: i32,
  to: usize,
  scratch: usize,
): void {
  memory.fill(scratch, 0, count << 3);
  addProducts(-1, count, inner, by, ldBy, z, scratch);
  addRows(count, outer, row, ldRow, scratch, to);
}
