/**
 * Softmax and cross-entropy, row by row, in three passes: exponentials and their sums, the logarithms of these four at a
 * time, shares and losses. Rows of at most four classes go four at a time, with the same bits.
 */
import { log } from './exponentials';
import { fourRows, weight } from './few-classes';
import { inside, largestOf, sumOf } from './lanes';

/** The loss of each row, `apart` from each other, and the gradient of their mean. */
export function softmaxCrossEntropy(
  z: usize,
  targets: usize,
  rows: i32,
  cols: i32,
  width: usize,
  losses: usize,
  apart: usize,
  gradient: usize,
): void {
  const divisor = f32x4.splat(<f32>rows);
  let first = 0;
  if (cols <= 4) {
    for (; first + 4 <= rows; first += 4) {
      const at = <usize>first * width;
      fourRows(z + at, targets + at, cols, losses + <usize>first * apart, apart, divisor, gradient + at);
    }
  }
  const at = <usize>first * width;
  const rest = losses + <usize>first * apart;
  anyRows(z + at, targets + at, rows - first, cols, width, rest, apart, divisor, gradient + at);
}

/** As `softmaxCrossEntropy`, of any shape. */
function anyRows(
  z: usize,
  targets: usize,
  rows: i32,
  cols: i32,
  width: usize,
  losses: usize,
  apart: usize,
  divisor: v128,
  gradient: usize,
): void {
  for (let i = 0; i < rows; i++) {
    const at = <usize>i * width;
    f32.store(losses + <usize>i * apart, exponentials(z + at, cols, gradient + at));
  }
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

/** exp(z - top) of a row, and their sum. */
function exponentials(z: usize, n: i32, to: usize): f32 {
  const top = topOf(z, n);
  let sums = f32x4.splat(0);
  for (let j = 0; j < n; j += 4) {
    const at = (<usize>j) << 2;
    const d = f32x4.sub(v128.load(z + at), top);
    const e = v128.and(weight(d), inside(j, n));
    sums = f32x4.add(sums, e);
    v128.store(to + at, e);
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
