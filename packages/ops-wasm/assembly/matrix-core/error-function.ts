/**
 * erf and the Gaussian distribution function in four lanes, f32.
 *
 * *Error*: erf within 1.5e-7. *Source*: Taylor's series near 0, where it keeps the digits of small numbers; Abramowitz and
 * Stegun, 7.1.26, beyond.
 */
import { exp } from './exponentials';

const ROOT_HALF: f32 = <f32>Math.SQRT1_2;
const ONE_OVER_ROOT_TWO_PI: f32 = 0.3989422804014327;
const TWO_OVER_ROOT_PI: f32 = 1.1283791670955126;

export function erf(x: v128): v128 {
  const one = f32x4.splat(1);
  const size = f32x4.abs(x);
  const w = f32x4.mul(x, x);
  const t = f32x4.div(one, f32x4.add(one, f32x4.mul(f32x4.splat(0.3275911), size)));
  let p = f32x4.splat(1.061405429);
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(-1.453152027));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(1.421413741));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(-0.284496736));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(0.254829592));
  const far = f32x4.sub(one, f32x4.mul(f32x4.mul(p, t), exp(f32x4.neg(w))));
  const signed = v128.or(far, v128.and(x, i32x4.splat(<i32>0x80000000)));
  let s = f32x4.splat(-0.0008548327);
  s = f32x4.add(f32x4.mul(s, w), f32x4.splat(0.0052239776));
  s = f32x4.add(f32x4.mul(s, w), f32x4.splat(-0.0268661706));
  s = f32x4.add(f32x4.mul(s, w), f32x4.splat(0.1128379167));
  s = f32x4.add(f32x4.mul(s, w), f32x4.splat(-0.376126389));
  s = f32x4.add(f32x4.mul(s, w), f32x4.splat(TWO_OVER_ROOT_PI));
  return v128.bitselect(f32x4.mul(s, x), signed, f32x4.lt(w, f32x4.splat(0.25)));
}

/** 2/sqrt(pi) exp(-x^2). */
export function erfSlope(x: v128): v128 {
  return f32x4.mul(f32x4.splat(TWO_OVER_ROOT_PI), exp(f32x4.neg(f32x4.mul(x, x))));
}

/** x Phi(x); 0 at minus infinity. */
export function gelu(x: v128): v128 {
  const y = f32x4.mul(f32x4.mul(f32x4.splat(0.5), x), twicePhi(x));
  return v128.bitselect(f32x4.splat(0), y, f32x4.eq(x, f32x4.splat(-Infinity)));
}

/** Phi(x) + x phi(x); where the density is 0 it has the last word. */
export function geluSlope(x: v128): v128 {
  const u = f32x4.mul(x, f32x4.splat(ROOT_HALF));
  const density = f32x4.mul(f32x4.splat(ONE_OVER_ROOT_TWO_PI), exp(f32x4.neg(f32x4.mul(u, u))));
  const zero = f32x4.splat(0);
  const damped = v128.bitselect(zero, f32x4.mul(x, density), f32x4.eq(density, zero));
  return f32x4.add(f32x4.mul(f32x4.splat(0.5), twicePhi(x)), damped);
}

function twicePhi(x: v128): v128 {
  return f32x4.add(f32x4.splat(1), erf(f32x4.mul(x, f32x4.splat(ROOT_HALF))));
}
