/**
 * Softmax and cross-entropy of at most four classes, four rows at a time: each row in a lane of its own, so that nothing is
 * summed across lanes. Sums are those of `softmax.ts`, in the same order.
 */
import { exp, log } from './exponentials';

/** Shares below 2^-120 count as 0: their gradients, divided by the rows, would be subnormal, and slow. */
const LEAST_LOG_SHARE: f32 = -83.17;

/** exp(d), and 0 where that would be too small a share of a whole of at least 1. */
export function weight(d: v128): v128 {
  return v128.andnot(exp(d), f32x4.lt(d, f32x4.splat(LEAST_LOG_SHARE)));
}

/** Four rows of n <= 4 columns, padded to four: their losses, `apart` from each other, and their gradients. */
export function fourRows(
  z: usize,
  targets: usize,
  n: i32,
  losses: usize,
  apart: usize,
  divisor: v128,
  gradient: usize,
): void {
  const zero = f32x4.splat(0);
  const lowest = f32x4.splat(-Infinity);
  const za = v128.load(z);
  const zb = v128.load(z, 16);
  const zc = v128.load(z, 32);
  const zd = v128.load(z, 48);
  const z0 = column0(za, zb, zc, zd);
  const z1 = n > 1 ? column1(za, zb, zc, zd) : lowest;
  const z2 = n > 2 ? column2(za, zb, zc, zd) : lowest;
  const z3 = n > 3 ? column3(za, zb, zc, zd) : lowest;
  const top = f32x4.max(f32x4.max(z0, z2), f32x4.max(z1, z3));
  const e0 = weight(f32x4.sub(z0, top));
  const e1 = n > 1 ? weight(f32x4.sub(z1, top)) : zero;
  const e2 = n > 2 ? weight(f32x4.sub(z2, top)) : zero;
  const e3 = n > 3 ? weight(f32x4.sub(z3, top)) : zero;
  const total = f32x4.add(f32x4.add(e0, e1), f32x4.add(e2, e3));
  const logTotal = f32x4.add(log(total), top);

  const ta = v128.load(targets);
  const tb = v128.load(targets, 16);
  const tc = v128.load(targets, 32);
  const td = v128.load(targets, 48);
  const t0 = column0(ta, tb, tc, td);
  const t1 = n > 1 ? column1(ta, tb, tc, td) : zero;
  const t2 = n > 2 ? column2(ta, tb, tc, td) : zero;
  const t3 = n > 3 ? column3(ta, tb, tc, td) : zero;
  const l0 = term(t0, z0, logTotal);
  const l1 = term(t1, z1, logTotal);
  const l2 = term(t2, z2, logTotal);
  const l3 = term(t3, z3, logTotal);
  const sums = f32x4.add(f32x4.add(l0, l1), f32x4.add(l2, l3));
  f32.store(losses, f32x4.extract_lane(sums, 0));
  f32.store(losses + apart, f32x4.extract_lane(sums, 1));
  f32.store(losses + 2 * apart, f32x4.extract_lane(sums, 2));
  f32.store(losses + 3 * apart, f32x4.extract_lane(sums, 3));

  const g0 = slope(e0, total, t0, divisor);
  const g1 = n > 1 ? slope(e1, total, t1, divisor) : zero;
  const g2 = n > 2 ? slope(e2, total, t2, divisor) : zero;
  const g3 = n > 3 ? slope(e3, total, t3, divisor) : zero;
  v128.store(gradient, column0(g0, g1, g2, g3));
  v128.store(gradient, column1(g0, g1, g2, g3), 16);
  v128.store(gradient, column2(g0, g1, g2, g3), 32);
  v128.store(gradient, column3(g0, g1, g2, g3), 48);
}

/** t (log total - z); what has no share counts for nothing, even where its logit is infinitely far away. */
function term(t: v128, z: v128, logTotal: v128): v128 {
  const zero = f32x4.splat(0);
  return f32x4.add(zero, v128.and(f32x4.mul(t, f32x4.sub(logTotal, z)), f32x4.ne(t, zero)));
}

/** (e / total - t) / divisor. */
function slope(e: v128, total: v128, t: v128, divisor: v128): v128 {
  return f32x4.div(f32x4.sub(f32x4.div(e, total), t), divisor);
}

/** The first column of four rows. */
function column0(a: v128, b: v128, c: v128, d: v128): v128 {
  return v128.shuffle<i64>(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 0, 4, 1, 5), 0, 2);
}

function column1(a: v128, b: v128, c: v128, d: v128): v128 {
  return v128.shuffle<i64>(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 0, 4, 1, 5), 1, 3);
}

function column2(a: v128, b: v128, c: v128, d: v128): v128 {
  return v128.shuffle<i64>(v128.shuffle<i32>(a, b, 2, 6, 3, 7), v128.shuffle<i32>(c, d, 2, 6, 3, 7), 0, 2);
}

function column3(a: v128, b: v128, c: v128, d: v128): v128 {
  return v128.shuffle<i64>(v128.shuffle<i32>(a, b, 2, 6, 3, 7), v128.shuffle<i32>(c, d, 2, 6, 3, 7), 1, 3);
}
