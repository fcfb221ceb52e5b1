/**
 * The built-in losses, row by row: the loss of each row, and the gradient of their mean. Rows are padded; the padding of
 * the gradient is 0.
 *
 * Source of the formulas: `loss.ts` in `tensor`.
 */
import { inside, sumOf } from './lanes';
import { softmaxCrossEntropy } from './softmax';

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
