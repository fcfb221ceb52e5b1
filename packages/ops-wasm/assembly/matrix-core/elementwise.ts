/**
 * Loops over whole matrices: count is a multiple of four, padding included; `stride` is that of padded rows. Constants come
 * in f64 and are rounded once.
 */

/** x *= alpha. */
export function scale(alpha: f64, x: usize, count: i32): void {
  const factor = f32x4.splat(<f32>alpha);
  for (let end = x + ((<usize>count) << 2); x < end; x += 16) v128.store(x, f32x4.mul(factor, v128.load(x)));
}

/** Each row of z += alpha bias. */
export function addBias(alpha: f64, bias: usize, z: usize, rows: i32, stride: i32): void {
  const factor = f32x4.splat(<f32>alpha);
  const width = (<usize>stride) << 2;
  for (let i = 0; i < rows; i++) {
    for (let j: usize = 0; j < width; j += 16) {
      v128.store(z, f32x4.add(v128.load(z), f32x4.mul(factor, v128.load(bias + j))));
      z += 16;
    }
  }
}

/** to = a b. */
export function multiply(a: usize, b: usize, to: usize, count: i32): void {
  for (let end = to + ((<usize>count) << 2); to < end; to += 16) {
    v128.store(to, f32x4.mul(v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
  }
}

/** target += alpha a. */
export function accumulate(alpha: f64, a: usize, target: usize, count: i32): void {
  const factor = f32x4.splat(<f32>alpha);
  for (let end = target + ((<usize>count) << 2); target < end; target += 16) {
    v128.store(target, f32x4.add(v128.load(target), f32x4.mul(factor, v128.load(a))));
    a += 16;
  }
}

/** target += alpha sign(a); NaN has a sign of NaN. */
export function accumulateSign(alpha: f64, a: usize, target: usize, count: i32): void {
  const factor = f32x4.splat(<f32>alpha);
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  for (let end = target + ((<usize>count) << 2); target < end; target += 16) {
    const x = v128.load(a);
    const size = v128.bitselect(v128.and(one, f32x4.ne(x, zero)), x, f32x4.eq(x, x));
    const sign = v128.or(size, v128.and(x, i32x4.splat(<i32>0x80000000)));
    v128.store(target, f32x4.add(v128.load(target), f32x4.mul(factor, sign)));
    a += 16;
  }
}

/** Moves x towards 0 by the threshold, and stops there. */
export function softThreshold(threshold: f64, x: usize, count: i32): void {
  const t = f32x4.splat(<f32>threshold);
  const zero = f32x4.splat(0);
  for (let end = x + ((<usize>count) << 2); x < end; x += 16) {
    const value = v128.load(x);
    const size = f32x4.max(f32x4.sub(f32x4.abs(value), t), zero);
    v128.store(x, v128.or(size, v128.and(value, i32x4.splat(<i32>0x80000000))));
  }
}

/** Cuts x to [-limit, limit]; NaN stays. */
export function clamp(limit: f64, x: usize, count: i32): void {
  const top = f32x4.splat(<f32>limit);
  const bottom = f32x4.neg(top);
  for (let end = x + ((<usize>count) << 2); x < end; x += 16)
    v128.store(x, f32x4.max(f32x4.min(v128.load(x), top), bottom));
}

/** to = alpha times the sum over the rows. */
export function columnSums(alpha: f64, a: usize, rows: i32, stride: i32, to: usize): void {
  const factor = f32x4.splat(<f32>alpha);
  const width = (<usize>stride) << 2;
  for (let j: usize = 0; j < width; j += 16) {
    let sum = f32x4.splat(0);
    for (let i = 0, at = a + j; i < rows; i++) {
      sum = f32x4.add(sum, v128.load(at));
      at += width;
    }
    v128.store(to + j, f32x4.mul(factor, sum));
  }
}

/** The sum of squares of a rows x cols matrix in f64, where each square is exact. */
export function sumOfSquares(a: usize, rows: i32, cols: i32, stride: i32): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < rows; i++) {
    const row = a + ((<usize>(i * stride)) << 2);
    for (let j = 0; j < cols; j++) {
      const value = <f64>f32.load(row + ((<usize>j) << 2));
      sum += value * value;
    }
  }
  return sum;
}

/** The rows of a at these indices. */
export function gatherRows(a: usize, stride: i32, order: usize, count: i32, to: usize): void {
  const width = (<usize>stride) << 2;
  for (let i = 0; i < count; i++) {
    let from = a + <usize>i32.load(order) * width;
    for (const end = to + width; to < end; to += 16) {
      v128.store(to, v128.load(from));
      from += 16;
    }
    order += 4;
  }
}

/** to[j, i] = from[i, j], with columns up to the stride set to 0. */
export function transpose(from: usize, rows: i32, cols: i32, stride: i32, to: usize, toStride: i32): void {
  for (let j = 0; j < cols; j++) {
    const row = to + ((<usize>(j * toStride)) << 2);
    let at = from + ((<usize>j) << 2);
    let i = 0;
    for (; i < rows; i++) {
      f32.store(row + ((<usize>i) << 2), f32.load(at));
      at += (<usize>stride) << 2;
    }
    for (; i < toStride; i++) f32.store(row + ((<usize>i) << 2), 0);
  }
}

/** Sets what is below 2^-100 to 0: samples that are learnt by heart would make products of subnormal numbers, and slow. */
export function settle(x: usize, count: i32): void {
  const least = f32x4.splat(7.888609052210118e-31);
  for (const end = x + ((<usize>count) << 2); x < end; x += 16) {
    const value = v128.load(x);
    v128.store(x, v128.andnot(value, f32x4.lt(f32x4.abs(value), least)));
  }
}
