/**
 * Householder reflections H = I - tau v v', and their blocks H_1 H_2 ... = I - V' T V for vectors stored as rows
 * (compact WY).
 *
 * Matrices are scaled to a largest entry of 1 before; a vector whose squares sum to less than NOTHING counts as 0.
 */
import { axpy, dot } from './vectors';

const NOTHING: f64 = 1e-280;

/**
 * Turns the n contiguous doubles at x into v, with H x = alpha e for the unit vector of the position `at`. Writes alpha and
 * tau.
 */
export function reflection(x: usize, n: i32, at: i32, alpha: usize, tau: usize): void {
  const squares = dot(x, x, n);
  if (squares < NOTHING) {
    // H = I: what is as small as this is dropped
    f64.store(alpha, 0);
    f64.store(tau, 0);
    return;
  }
  const pivot = x + (at << 3);
  const first = f64.load(pivot);
  const norm = Math.sqrt(squares);
  // away from x, so that nothing cancels
  f64.store(alpha, first > 0 ? -norm : norm);
  f64.store(pivot, first > 0 ? first + norm : first - norm);
  f64.store(tau, 1 / (norm * (norm + Math.abs(first))));
}

/** The nb x nb upper triangular T of a block, from the Gram matrix V V' and the taus. */
export function blockFactor(nb: i32, gram: usize, tau: usize, t: usize): void {
  memory.fill(t, 0, (nb * nb) << 3);
  for (let j = 0; j < nb; j++) {
    const scale = f64.load(tau + (j << 3));
    for (let i = 0; i < j; i++) {
      let sum: f64 = 0;
      for (let k = i; k < j; k++) {
        sum += f64.load(t + ((i * nb + k) << 3)) * f64.load(gram + ((k * nb + j) << 3));
      }
      f64.store(t + ((i * nb + j) << 3), -scale * sum);
    }
    f64.store(t + ((j * nb + j) << 3), scale);
  }
}

/** y += sum of rows: y_j += x_i A_ij over m rows of n columns, four rows at a time. */
export function addRows(m: i32, n: i32, a: usize, lda: i32, x: usize, y: usize): void {
  let i = 0;
  const step = <usize>(lda << 3);
  for (; i + 4 <= m; i += 4) {
    let a0 = a + ((i * lda) << 3);
    let a1 = a0 + step;
    let a2 = a1 + step;
    let a3 = a2 + step;
    const x0 = v128.load64_splat(x + (i << 3));
    const x1 = v128.load64_splat(x + (i << 3), 8);
    const x2 = v128.load64_splat(x + (i << 3), 16);
    const x3 = v128.load64_splat(x + (i << 3), 24);
    let to = y;
    let j = 0;
    for (; j + 2 <= n; j += 2) {
      const left = f64x2.add(f64x2.mul(x0, v128.load(a0)), f64x2.mul(x1, v128.load(a1)));
      const right = f64x2.add(f64x2.mul(x2, v128.load(a2)), f64x2.mul(x3, v128.load(a3)));
      v128.store(to, f64x2.add(v128.load(to), f64x2.add(left, right)));
      a0 += 16;
      a1 += 16;
      a2 += 16;
      a3 += 16;
      to += 16;
    }
    if (j < n) {
      const left = f64x2.extract_lane(x0, 0) * f64.load(a0) + f64x2.extract_lane(x1, 0) * f64.load(a1);
      const right = f64x2.extract_lane(x2, 0) * f64.load(a2) + f64x2.extract_lane(x3, 0) * f64.load(a3);
      f64.store(to, f64.load(to) + (left + right));
    }
  }
  for (; i < m; i++) axpy(f64.load(x + (i << 3)), a + ((i * lda) << 3), y, n);
}

/** y_i += alpha A_i x: an inner product for each of m rows of n columns, two rows at a time. */
export function addProducts(alpha: f64, m: i32, n: i32, a: usize, lda: i32, x: usize, y: usize): void {
  let i = 0;
  for (; i + 2 <= m; i += 2) {
    let a0 = a + ((i * lda) << 3);
    let a1 = a0 + (lda << 3);
    let from = x;
    let s00 = f64x2.splat(0);
    let s01 = f64x2.splat(0);
    let s10 = f64x2.splat(0);
    let s11 = f64x2.splat(0);
    let j = 0;
    for (; j + 4 <= n; j += 4) {
      const x0 = v128.load(from);
      const x1 = v128.load(from, 16);
      s00 = f64x2.add(s00, f64x2.mul(v128.load(a0), x0));
      s01 = f64x2.add(s01, f64x2.mul(v128.load(a0, 16), x1));
      s10 = f64x2.add(s10, f64x2.mul(v128.load(a1), x0));
      s11 = f64x2.add(s11, f64x2.mul(v128.load(a1, 16), x1));
      a0 += 32;
      a1 += 32;
      from += 32;
    }
    s00 = f64x2.add(s00, s01);
    s10 = f64x2.add(s10, s11);
    let first = f64x2.extract_lane(s00, 0) + f64x2.extract_lane(s00, 1);
    let second = f64x2.extract_lane(s10, 0) + f64x2.extract_lane(s10, 1);
    for (; j < n; j++) {
      first += f64.load(a0) * f64.load(from);
      second += f64.load(a1) * f64.load(from);
      a0 += 8;
      a1 += 8;
      from += 8;
    }
    const to = y + (i << 3);
    f64.store(to, f64.load(to) + alpha * first);
    f64.store(to, f64.load(to, 8) + alpha * second, 8);
  }
  if (i < m) {
    const to = y + (i << 3);
    f64.store(to, f64.load(to) + alpha * dot(a + ((i * lda) << 3), x, n));
  }
}
