/**
 * Loops over whole matrices: count is a multiple of four, padding included; `stride` is that of padded rows. Constants come
 * in f64 and are rounded once.
 *
 * Loops that use constants end with their condition. V8 lifts what does not change out of a loop only from where every way
 * out passes: in a loop that starts with its condition, each constant is made anew at each turn, at twice the time.
 */

/** x *= alpha. */
export function scale(alpha: f64, x: usize, count: i32): void {
  if (count === 0) return;
  const factor = f32x4.splat(<f32>alpha);
  const end = x + ((<usize>count) << 2);
  do {
    v128.store(x, f32x4.mul(factor, v128.load(x)));
    x += 16;
  } while (x < end);
}

/** Each row of z += alpha bias. */
export function addBias(alpha: f64, bias: usize, z: usize, rows: i32, stride: i32): void {
  if (stride === 0) return;
  const factor = f32x4.splat(<f32>alpha);
  const width = (<usize>stride) << 2;
  for (let i = 0; i < rows; i++) {
    let j: usize = 0;
    do {
      v128.store(z, f32x4.add(v128.load(z), f32x4.mul(factor, v128.load(bias + j))));
      z += 16;
      j += 16;
    } while (j < width);
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
  if (count === 0) return;
  const factor = f32x4.splat(<f32>alpha);
  const end = target + ((<usize>count) << 2);
  do {
    v128.store(target, f32x4.add(v128.load(target), f32x4.mul(factor, v128.load(a))));
    a += 16;
    target += 16;
  } while (target < end);
}

/** target += alpha sign(a); NaN has a sign of NaN. */
export function accumulateSign(alpha: f64, a: usize, target: usize, count: i32): void {
  if (count === 0) return;
  const factor = f32x4.splat(<f32>alpha);
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  const end = target + ((<usize>count) << 2);
  do {
    const x = v128.load(a);
    const size = v128.bitselect(v128.and(one, f32x4.ne(x, zero)), x, f32x4.eq(x, x));
    const sign = v128.or(size, v128.and(x, i32x4.splat(<i32>0x80000000)));
    v128.store(target, f32x4.add(v128.load(target), f32x4.mul(factor, sign)));
    a += 16;
    target += 16;
  } while (target < end);
}

/** Moves x towards 0 by the threshold, and stops there. */
export function softThreshold(threshold: f64, x: usize, count: i32): void {
  if (count === 0) return;
  const t = f32x4.splat(<f32>threshold);
  const zero = f32x4.splat(0);
  const end = x + ((<usize>count) << 2);
  do {
    const value = v128.load(x);
    const size = f32x4.max(f32x4.sub(f32x4.abs(value), t), zero);
    v128.store(x, v128.or(size, v128.and(value, i32x4.splat(<i32>0x80000000))));
    x += 16;
  } while (x < end);
}

/** Cuts x to [-limit, limit]; NaN stays. */
export function clamp(limit: f64, x: usize, count: i32): void {
  if (count === 0) return;
  const top = f32x4.splat(<f32>limit);
  const bottom = f32x4.neg(top);
  const end = x + ((<usize>count) << 2);
  do {
    v128.store(x, f32x4.max(f32x4.min(v128.load(x), top), bottom));
    x += 16;
  } while (x < end);
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

/** 2^-100. */
export const SETTLED: f32 = 7.888609052210118e-31;

/** x, or 0 where it is smaller than that; NaN stays. */
export function settled(x: v128, least: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), least));
}

/** Sets what is below 2^-100 to 0: samples that are learnt by heart would make products of subnormal numbers, and slow. */
export function settle(x: usize, count: i32): void {
  if (count === 0) return;
  const least = f32x4.splat(SETTLED);
  const end = x + ((<usize>count) << 2);
  do {
    v128.store(x, settled(v128.load(x), least));
    x += 16;
  } while (x < end);
}
