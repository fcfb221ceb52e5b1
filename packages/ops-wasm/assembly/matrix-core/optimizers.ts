/**
 * One step of each optimizer on a stretch of parameters, in place: count is a multiple of four. Constants are computed in
 * f64 and rounded once.
 *
 * Source of the formulas: `optimizer.ts` in `tensor`.
 */

import { SETTLED, scale, settle, settled } from './elementwise';

export const SGD: i32 = 0;
export const MOMENTUM: i32 = 1;
export const NESTEROV: i32 = 2;
export const ADAM: i32 = 3;
export const RMS_PROP: i32 = 4;
export const RMS_PROP_MOMENTUM: i32 = 5;
export const ADAGRAD: i32 = 6;

/**
 * Arithmetic on numbers below 2^-126 takes a hundred times as long as on others, and what decays geometrically would end
 * there for good: 0.9 times the smallest of them is rounded to itself. State below SETTLED is set to 0, by Adam before every
 * sixteenth step: between two of them it does not get to 2^-126 from there.
 */
const SETTLING: i32 = 15;
/** Entries of gradients below this count as 0 where they are squared: their squares, weighed by 1/1000, fall below 2^-126. */
const SQUARABLE: f32 = 3.469446951953614e-18; // 2^-58

/**
 * @param a momentum, beta1 or alpha.
 * @param b beta2, or RMSProp's momentum.
 * @param epsilon what keeps a divisor from 0.
 * @param decay what parameters shrink by before the step, times the learning rate: AdamW's.
 */
export function optimizerStep(
  code: i32,
  theta: usize,
  gradient: usize,
  first: usize,
  second: usize,
  count: i32,
  lr: f64,
  step: i32,
  a: f64,
  b: f64,
  epsilon: f64,
  decay: f64,
): void {
  if (count === 0) return;
  const end = theta + ((<usize>count) << 2);
  switch (code) {
    case SGD:
      descend(theta, gradient, end, lr);
      break;
    case MOMENTUM:
    case NESTEROV:
      descendWithMomentum(code === NESTEROV, theta, gradient, first, end, lr, a);
      break;
    case ADAM:
      adam(theta, gradient, first, second, count, lr, step, a, b, epsilon, decay);
      break;
    case RMS_PROP:
      rmsProp(theta, gradient, first, end, lr, a, epsilon);
      break;
    case RMS_PROP_MOMENTUM:
      rmsPropWithMomentum(theta, gradient, first, second, end, lr, a, b, epsilon);
      break;
    default:
      adagrad(theta, gradient, first, end, lr, epsilon);
  }
}

function descend(theta: usize, g: usize, end: usize, lr: f64): void {
  const rate = f32x4.splat(<f32>lr);
  do {
    v128.store(theta, f32x4.sub(v128.load(theta), f32x4.mul(rate, v128.load(g))));
    g += 16;
    theta += 16;
  } while (theta < end);
}

function descendWithMomentum(
  nesterov: bool,
  theta: usize,
  g: usize,
  velocity: usize,
  end: usize,
  lr: f64,
  momentum: f64,
): void {
  const rate = f32x4.splat(<f32>lr);
  const kept = f32x4.splat(<f32>momentum);
  const least = f32x4.splat(SETTLED);
  do {
    const slope = v128.load(g);
    const v = settled(f32x4.add(f32x4.mul(kept, v128.load(velocity)), slope), least);
    v128.store(velocity, v);
    const move = nesterov ? f32x4.add(slope, f32x4.mul(kept, v)) : v;
    v128.store(theta, f32x4.sub(v128.load(theta), f32x4.mul(rate, move)));
    g += 16;
    velocity += 16;
    theta += 16;
  } while (theta < end);
}

/** theta -= lr / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon). */
function adam(
  theta: usize,
  g: usize,
  mean: usize,
  squares: usize,
  count: i32,
  lr: f64,
  step: i32,
  beta1: f64,
  beta2: f64,
  epsilon: f64,
  decay: f64,
): void {
  if (decay !== 0) scale(1 - lr * decay, theta, count);
  if ((step & SETTLING) === 0) {
    settle(mean, count);
    settle(squares, count);
  }
  const kept1 = f32x4.splat(<f32>beta1);
  const kept2 = f32x4.splat(<f32>beta2);
  const new1 = f32x4.splat(<f32>(1 - beta1));
  const new2 = f32x4.splat(<f32>(1 - beta2));
  const rate = f32x4.splat(<f32>(lr / (1 - power(beta1, step))));
  const correction = f32x4.splat(<f32>(1 / Math.sqrt(1 - power(beta2, step))));
  const tiny = f32x4.splat(<f32>epsilon);
  const squarable = f32x4.splat(SQUARABLE);
  const end = theta + ((<usize>count) << 2);
  do {
    const slope = settled(v128.load(g), squarable);
    const m = f32x4.add(f32x4.mul(kept1, v128.load(mean)), f32x4.mul(new1, slope));
    const v = f32x4.add(f32x4.mul(kept2, v128.load(squares)), f32x4.mul(new2, f32x4.mul(slope, slope)));
    v128.store(mean, m);
    v128.store(squares, v);
    const below = f32x4.add(f32x4.mul(f32x4.sqrt(v), correction), tiny);
    v128.store(theta, f32x4.sub(v128.load(theta), f32x4.div(f32x4.mul(rate, m), below)));
    g += 16;
    mean += 16;
    squares += 16;
    theta += 16;
  } while (theta < end);
}

function rmsProp(theta: usize, g: usize, squares: usize, end: usize, lr: f64, alpha: f64, epsilon: f64): void {
  const rate = f32x4.splat(<f32>lr);
  do {
    const scaled = scaledBySize(g, squares, alpha, epsilon);
    v128.store(theta, f32x4.sub(v128.load(theta), f32x4.mul(rate, scaled)));
    g += 16;
    squares += 16;
    theta += 16;
  } while (theta < end);
}

function rmsPropWithMomentum(
  theta: usize,
  g: usize,
  squares: usize,
  velocity: usize,
  end: usize,
  lr: f64,
  alpha: f64,
  momentum: f64,
  epsilon: f64,
): void {
  const rate = f32x4.splat(<f32>lr);
  const kept = f32x4.splat(<f32>momentum);
  do {
    const old = f32x4.mul(kept, v128.load(velocity));
    const v = settled(f32x4.add(old, scaledBySize(g, squares, alpha, epsilon)), f32x4.splat(SETTLED));
    v128.store(velocity, v);
    v128.store(theta, f32x4.sub(v128.load(theta), f32x4.mul(rate, v)));
    g += 16;
    squares += 16;
    velocity += 16;
    theta += 16;
  } while (theta < end);
}

/** The gradient over the root of its running mean of squares, which takes it in. */
function scaledBySize(g: usize, squares: usize, alpha: f64, epsilon: f64): v128 {
  const slope = settled(v128.load(g), f32x4.splat(SQUARABLE));
  const old = f32x4.mul(f32x4.splat(<f32>alpha), v128.load(squares));
  const added = f32x4.mul(f32x4.splat(<f32>(1 - alpha)), f32x4.mul(slope, slope));
  const s = settled(f32x4.add(old, added), f32x4.splat(SETTLED));
  v128.store(squares, s);
  return f32x4.div(slope, f32x4.add(f32x4.sqrt(s), f32x4.splat(<f32>epsilon)));
}

function adagrad(theta: usize, g: usize, squares: usize, end: usize, lr: f64, epsilon: f64): void {
  const rate = f32x4.splat(<f32>lr);
  const tiny = f32x4.splat(<f32>epsilon);
  do {
    const slope = settled(v128.load(g), f32x4.splat(SQUARABLE));
    const s = f32x4.add(v128.load(squares), f32x4.mul(slope, slope));
    v128.store(squares, s);
    v128.store(theta, f32x4.sub(v128.load(theta), f32x4.div(f32x4.mul(rate, slope), f32x4.add(f32x4.sqrt(s), tiny))));
    g += 16;
    squares += 16;
    theta += 16;
  } while (theta < end);
}

/** x^n by repeated squaring: the same bits whoever asks, and for whichever step first. */
function power(x: f64, n: i32): f64 {
  let result: f64 = 1;
  for (; n > 0; n >>= 1) {
    if (n & 1) result *= x;
    x *= x;
  }
  return result;
}
