/**
 * The built-in losses, row by row: the loss of each row, and the gradient of their mean. Rows are padded; the padding of
 * the gradient is 0.
 *
 * Source of the formulas: `loss.ts` in `tensor`.
 */
import { exp, log } from './exponentials';

export const SOFTMAX_CROSS_ENTROPY: i32 = 0;
export const MSE: i32 = 1;
export const HUBER: i32 = 2;
export const HINGE: i32 = 3;

/**
 * @param parameter delta of Huber, the margin of hinge.
 * @param losses rows x 1, `lossStride` elements apart.
 */
export function loss(
  code: i32,
  parameter: f64,
  z: usize,
  targets: usize,
  rows: i32,
  cols: i32,
  stride: i32,
  losses: usize,
  lossStride: i32,
  gradient: usize,
): void {
  const width = (<usize>stride) << 2;
  const apart = (<usize>lossStride) << 2;
  if (code === SOFTMAX_CROSS_ENTROPY) {
    softmaxCrossEntropy(z, targets, rows, cols, width, losses, apart, gradient);
    return;
  }
  const p = <f32>parameter;
  for (let i = 0; i < rows; i++) {
    f32.store(losses, rowLoss(code, p, z, targets, cols, gradient, <f32>rows));
    losses += apart;
    z += width;
    targets += width;
    gradient += width;
  }
}

function rowLoss(code: i32, p: f32, z: usize, t: usize, n: i32, g: usize, rows: f32): f32 {
  switch (code) {
    case MSE:
      return squares(z, t, n, g, rows);
    case HUBER:
      return huber(p, z, t, n, g, rows);
    default:
      return hinge(p, z, t, n, g, rows);
  }
}

/** All bits set in the lanes j..j+3 that lie below n. */
function inside(j: i32, n: i32): v128 {
  return i32x4.lt_s(i32x4.add(i32x4.splat(j), i32x4(0, 1, 2, 3)), i32x4.splat(n));
}

function sumOf(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

function largestOf(x: v128): v128 {
  const y = f32x4.max(x, v128.shuffle<i32>(x, x, 2, 3, 0, 1));
  return f32x4.max(y, v128.shuffle<i32>(y, y, 1, 0, 3, 2));
}

/** Shares below 2^-120 count as 0: their gradients, divided by the rows, would be subnormal, and slow. */
const LEAST_LOG_SHARE: f32 = -83.17;

/** In three passes: exponentials and their sums, the logarithms of these four at a time, shares and losses. */
function softmaxCrossEntropy(
  z: usize,
  targets: usize,
  rows: i32,
  cols: i32,
  width: usize,
  losses: usize,
  apart: usize,
  gradient: usize,
): void {
  for (let i = 0; i < rows; i++) {
    const at = <usize>i * width;
    f32.store(losses + <usize>i * apart, exponentials(z + at, cols, gradient + at));
  }
  const divisor = f32x4.splat(<f32>rows);
  for (let from = 0; from < rows; from += 4) {
    const logs = log(fourOf(losses, apart, from, rows));
    const count = min(4, rows - from);
    for (let lane = 0; lane < count; lane++) {
      const i = <usize>(from + lane);
      const total = f32.load(losses + i * apart);
      const at = i * width;
      f32.store(
        losses + i * apart,
        shares(z + at, targets + at, cols, total, laneOf(logs, lane), divisor, gradient + at),
      );
    }
  }
}

/** Four sums from rows that lie `apart`; 1 beyond the last row. */
function fourOf(sums: usize, apart: usize, from: i32, rows: i32): v128 {
  let four = f32x4.splat(1);
  four = f32x4.replace_lane(four, 0, f32.load(sums + <usize>from * apart));
  if (from + 1 < rows) four = f32x4.replace_lane(four, 1, f32.load(sums + <usize>(from + 1) * apart));
  if (from + 2 < rows) four = f32x4.replace_lane(four, 2, f32.load(sums + <usize>(from + 2) * apart));
  if (from + 3 < rows) four = f32x4.replace_lane(four, 3, f32.load(sums + <usize>(from + 3) * apart));
  return four;
}

function laneOf(x: v128, lane: i32): f32 {
  switch (lane) {
    case 0:
      return f32x4.extract_lane(x, 0);
    case 1:
      return f32x4.extract_lane(x, 1);
    case 2:
      return f32x4.extract_lane(x, 2);
    default:
      return f32x4.extract_lane(x, 3);
  }
}

/** The largest logit of a row, in all lanes. */
function topOf(z: usize, n: i32): v128 {
  const lowest = f32x4.splat(-Infinity);
  let most = lowest;
  for (let j = 0; j < n; j += 4) {
    const value = v128.load(z + ((<usize>j) << 2));
    most = f32x4.max(most, v128.bitselect(value, lowest, inside(j, n)));
  }
  return largestOf(most);
}

/** exp(z - top) of a row into `e`, and their sum. */
function exponentials(z: usize, n: i32, e: usize): f32 {
  const top = topOf(z, n);
  let sums = f32x4.splat(0);
  for (let j = 0; j < n; j += 4) {
    const at = (<usize>j) << 2;
    const d = f32x4.sub(v128.load(z + at), top);
    const shown = v128.andnot(inside(j, n), f32x4.lt(d, f32x4.splat(LEAST_LOG_SHARE)));
    const share = v128.and(exp(d), shown);
    sums = f32x4.add(sums, share);
    v128.store(e + at, share);
  }
  return sumOf(sums);
}

/** The loss of a row, and its gradient in place of the exponentials. */
function shares(z: usize, t: usize, n: i32, sum: f32, logSum: f32, divisor: v128, g: usize): f32 {
  const zero = f32x4.splat(0);
  const total = f32x4.splat(sum);
  const logTotal = f32x4.add(f32x4.splat(logSum), topOf(z, n));
  let losses = zero;
  for (let j = 0; j < n; j += 4) {
    const at = (<usize>j) << 2;
    const within = inside(j, n);
    const wanted = v128.and(v128.load(t + at), within);
    // what has no share counts for nothing, even where its logit is infinitely far away
    const term = f32x4.mul(wanted, f32x4.sub(logTotal, v128.load(z + at)));
    losses = f32x4.add(losses, v128.and(term, f32x4.ne(wanted, zero)));
    const share = f32x4.div(v128.load(g + at), total);
    v128.store(g + at, v128.and(f32x4.div(f32x4.sub(share, wanted), divisor), within));
  }
  return sumOf(losses);
}

function squares(z: usize, t: usize, n: i32, g: usize, rows: f32): f32 {
  const count = f32x4.splat(<f32>n);
  const divisor = f32x4.splat(rows);
  let sums = f32x4.splat(0);
  for (let j = 0; j < n; j += 4) {
    const at = (<usize>j) << 2;
    const d = v128.and(f32x4.sub(v128.load(z + at), v128.load(t + at)), inside(j, n));
    sums = f32x4.add(sums, f32x4.mul(d, d));
    v128.store(g + at, f32x4.div(f32x4.div(f32x4.add(d, d), count), divisor));
  }
  return sumOf(sums) / <f32>n;
}

function huber(delta: f32, z: usize, t: usize, n: i32, g: usize, rows: f32): f32 {
  const limit = f32x4.splat(delta);
  const half = f32x4.splat(0.5);
  const count = f32x4.splat(<f32>n);
  const divisor = f32x4.splat(rows);
  let sums = f32x4.splat(0);
  for (let j = 0; j < n; j += 4) {
    const at = (<usize>j) << 2;
    const d = v128.and(f32x4.sub(v128.load(z + at), v128.load(t + at)), inside(j, n));
    const size = f32x4.abs(d);
    const far = f32x4.mul(limit, f32x4.sub(size, f32x4.mul(half, limit)));
    const near = f32x4.mul(half, f32x4.mul(d, d));
    sums = f32x4.add(sums, v128.bitselect(far, near, f32x4.gt(size, limit)));
    const slope = f32x4.max(f32x4.min(d, limit), f32x4.neg(limit));
    v128.store(g + at, f32x4.div(f32x4.div(slope, count), divisor));
  }
  return sumOf(sums) / <f32>n;
}

/** Targets between the corners of the simplex count as their share of every class. */
function hinge(margin: f32, z: usize, t: usize, n: i32, g: usize, rows: f32): f32 {
  const k = <f32>n;
  let sum: f32 = 0;
  memory.fill(g, 0, ((<usize>n + 3) & ~3) << 2);
  for (let c = 0; c < n; c++) {
    const share = f32.load(t + ((<usize>c) << 2));
    if (share === 0) continue;
    const zc = f32.load(z + ((<usize>c) << 2));
    const own = g + ((<usize>c) << 2);
    for (let j = 0; j < n; j++) {
      if (j === c) continue;
      const slack = margin - zc + f32.load(z + ((<usize>j) << 2));
      if (slack <= 0) continue;
      sum += share * slack;
      // a slack that is no number spoils the slopes, too
      const part: f32 = isNaN<f32>(slack) ? slack : share / k;
      const other = g + ((<usize>j) << 2);
      f32.store(other, f32.load(other) + part);
      f32.store(own, f32.load(own) - part);
    }
  }
  for (let j = 0; j < n; j++) {
    const at = g + ((<usize>j) << 2);
    f32.store(at, f32.load(at) / rows);
  }
  return sum / k;
}
