/**
 * One column of a blocked Householder tridiagonalisation, from the last row upwards, so that rows of the lower triangle are
 * read along memory. Within a panel the matrix is not touched: what is pending, A - V'W - W'V, is taken into account row
 * by row; after a panel the caller applies it as one product. *Source*: LAPACK's dlatrd, upper triangle.
 */
import { addProducts, reflection } from './householder';
import { axpy, dot } from './vectors';

/**
 * Row k of the n x n matrix at a: brings it up to date with the `pending` columns of the panel, reflects it, and appends
 * v and w = tau (A v) less its half along v to the panels. Row p of V and W lies p ld doubles from v and w; reflection
 * p belongs to row k + pending - p. Writes d[k], e[k] (between k-1 and k) and tau[pending]. `scratch` holds pending
 * doubles.
 */
export function tridiagonalColumn(
  k: i32,
  pending: i32,
  a: usize,
  lda: i32,
  v: usize,
  w: usize,
  ld: i32,
  d: usize,
  e: usize,
  tau: usize,
  scratch: usize,
): void {
  const row = a + ((k * lda) << 3);
  for (let p = 0; p < pending; p++) {
    const vp = v + ((p * ld) << 3);
    const wp = w + ((p * ld) << 3);
    const vk = f64.load(vp + (k << 3));
    const wk = f64.load(wp + (k << 3));
    axpy(-vk, wp, row, k + 1);
    axpy(-wk, vp, row, k + 1);
  }
  f64.store(d + (k << 3), f64.load(row + (k << 3)));
  const vNew = v + ((pending * ld) << 3);
  const wNew = w + ((pending * ld) << 3);
  const scale = tau + (pending << 3);
  memory.fill(vNew, 0, ld << 3);
  memory.fill(wNew, 0, ld << 3);
  if (k === 0) {
    f64.store(scale, 0);
    return;
  }
  memory.copy(vNew, row, k << 3);
  reflection(vNew, k, k - 1, e + (k << 3), scale);
  const t = f64.load(scale);
  if (t === 0) {
    memory.fill(vNew, 0, k << 3);
    return;
  }
  symmetricProduct(k, a, lda, vNew, wNew);
  memory.fill(scratch, 0, pending << 3);
  addProducts(1, pending, k, w, ld, vNew, scratch);
  for (let p = 0; p < pending; p++) axpy(-f64.load(scratch + (p << 3)), v + ((p * ld) << 3), wNew, k);
  memory.fill(scratch, 0, pending << 3);
  addProducts(1, pending, k, v, ld, vNew, scratch);
  for (let p = 0; p < pending; p++) axpy(-f64.load(scratch + (p << 3)), w + ((p * ld) << 3), wNew, k);
  for (let i = 0; i < k; i++) f64.store(wNew + (i << 3), t * f64.load(wNew + (i << 3)));
  axpy(-0.5 * t * dot(wNew, vNew, k), vNew, wNew, k);
}

/** y += A x for a symmetric matrix of which the lower triangle is read, once, four rows at a time. */
export function symmetricProduct(n: i32, a: usize, lda: i32, x: usize, y: usize): void {
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    fourRows(i, a + ((i * lda) << 3), (<usize>lda) << 3, x, y);
    // the triangle on the diagonal
    for (let r = 0; r < 4; r++) {
      const at = i + r;
      const row = a + ((at * lda + i) << 3);
      const xr = f64.load(x + (at << 3));
      let sum: f64 = f64.load(row + (r << 3)) * xr;
      for (let c = 0; c < r; c++) {
        const value = f64.load(row + (c << 3));
        const to = y + ((i + c) << 3);
        sum += value * f64.load(x + ((i + c) << 3));
        f64.store(to, f64.load(to) + value * xr);
      }
      f64.store(y + (at << 3), f64.load(y + (at << 3)) + sum);
    }
  }
  for (; i < n; i++) {
    const row = a + ((i * lda) << 3);
    const xi = f64.load(x + (i << 3));
    const sum = dot(row, x, i) + f64.load(row + (i << 3)) * xi;
    axpy(xi, row, y, i);
    f64.store(y + (i << 3), f64.load(y + (i << 3)) + sum);
  }
}

/** Columns 0..n-1 of the four rows at a (n a multiple of 4): y_j gets the column sums, y_(n..n+3) the row sums. */
function fourRows(n: i32, a: usize, step: usize, x: usize, y: usize): void {
  const at = x + (n << 3);
  const x0 = v128.load64_splat(at);
  const x1 = v128.load64_splat(at, 8);
  const x2 = v128.load64_splat(at, 16);
  const x3 = v128.load64_splat(at, 24);
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let s2 = f64x2.splat(0);
  let s3 = f64x2.splat(0);
  let a1 = a + step;
  let a2 = a1 + step;
  let a3 = a2 + step;
  const sums = y + (n << 3);
  for (let j = 0; j < n; j += 2) {
    const xj = v128.load(x);
    const v0 = v128.load(a);
    const v1 = v128.load(a1);
    const v2 = v128.load(a2);
    const v3 = v128.load(a3);
    s0 = f64x2.add(s0, f64x2.mul(v0, xj));
    s1 = f64x2.add(s1, f64x2.mul(v1, xj));
    s2 = f64x2.add(s2, f64x2.mul(v2, xj));
    s3 = f64x2.add(s3, f64x2.mul(v3, xj));
    const left = f64x2.add(f64x2.mul(v0, x0), f64x2.mul(v1, x1));
    const right = f64x2.add(f64x2.mul(v2, x2), f64x2.mul(v3, x3));
    v128.store(y, f64x2.add(v128.load(y), f64x2.add(left, right)));
    a += 16;
    a1 += 16;
    a2 += 16;
    a3 += 16;
    x += 16;
    y += 16;
  }
  addSum(sums, s0);
  addSum(sums + 8, s1);
  addSum(sums + 16, s2);
  addSum(sums + 24, s3);
}

function addSum(to: usize, lanes: v128): void {
  f64.store(to, f64.load(to) + (f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1)));
}
