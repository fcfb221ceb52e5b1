/**
 * exp, log and what is made of them, in four lanes, f32. Built from additions and multiplications in a fixed order, so that
 * the bits are the same on every machine. NaN stays NaN.
 *
 * *Error*: exp and log within 2 units in the last place, the others within 4. *Source*: the polynomials of Moshier's
 * Cephes library, single precision.
 */
const LOG2_E: f32 = <f32>Math.LOG2E;
// ln 2 in two parts: the first has so few digits that its product with a small integer is exact
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.1219444e-4;

/** exp(x): 0 below -87.33, where numbers would become subnormal, and slow; an infinity above 88.8. */
export function exp(x: v128): v128 {
  // pmin and pmax keep a NaN in the place of x
  x = f32x4.pmax(f32x4.pmin(x, f32x4.splat(89)), f32x4.splat(-87.5));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(LOG2_E)));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(LN2_HIGH)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(LN2_LOW)));
  let p = f32x4.splat(1.98756915e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), f32x4.splat(1));
  // 2^n in two factors, since 2^128 is no number
  const whole = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(whole, 1);
  const power = f32x4.mul(f32x4.mul(p, powerOfTwo(half)), powerOfTwo(i32x4.sub(whole, half)));
  return v128.andnot(power, f32x4.lt(x, f32x4.splat(-87.33)));
}

function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/** log(x) for normal x > 0, and NaN. */
export function log(x: v128): v128 {
  const bits = i32x4.sub(x, i32x4.splat(0x3f3504f3)); // those of sqrt(1/2): what is left lies in [sqrt(1/2), sqrt(2))
  const exponent = i32x4.shr_s(bits, 23);
  const m = i32x4.add(v128.and(bits, i32x4.splat(0x7fffff)), i32x4.splat(0x3f3504f3));
  const e = f32x4.convert_i32x4_s(exponent);
  const f = f32x4.sub(m, f32x4.splat(1));
  const z = f32x4.mul(f, f);
  let p = f32x4.splat(7.0376836292e-2);
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-1.151461031e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(1.167699874e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-1.2420140846e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(1.4249322787e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-1.6668057665e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(2.0000714765e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-2.4999993993e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(3.3333331174e-1));
  let y = f32x4.mul(f32x4.mul(p, f), z);
  y = f32x4.add(y, f32x4.mul(e, f32x4.splat(LN2_LOW)));
  y = f32x4.sub(y, f32x4.mul(f32x4.splat(0.5), z));
  y = f32x4.add(f, y);
  y = f32x4.add(y, f32x4.mul(e, f32x4.splat(LN2_HIGH)));
  // what is not a number has no exponent: x - x carries it over
  return f32x4.add(y, f32x4.sub(x, x));
}

/** log(1 + x) for 0 <= x <= 1: the rounding of 1 + x is taken back. *Source*: Kahan. */
export function log1p(x: v128): v128 {
  const one = f32x4.splat(1);
  const u = f32x4.add(one, x);
  const lost = f32x4.eq(u, one);
  const corrected = f32x4.div(f32x4.mul(log(u), x), f32x4.sub(u, one));
  return v128.bitselect(x, corrected, lost);
}

/** tanh(x): a polynomial near 0, where 1 - 2/(exp(2x) + 1) would cancel. */
export function tanh(x: v128): v128 {
  const size = f32x4.abs(x);
  const z = f32x4.mul(x, x);
  let p = f32x4.splat(-5.70498872745e-3);
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(2.06390887954e-2));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-5.37397155531e-2));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(1.33314422036e-1));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-3.33332819422e-1));
  const near = f32x4.add(x, f32x4.mul(f32x4.mul(p, z), x));
  const e = exp(f32x4.add(size, size));
  const far = f32x4.sub(f32x4.splat(1), f32x4.div(f32x4.splat(2), f32x4.add(e, f32x4.splat(1))));
  const sign = v128.and(x, i32x4.splat(<i32>0x80000000));
  return v128.bitselect(near, v128.or(far, sign), f32x4.lt(size, f32x4.splat(0.625)));
}

/** 1 / (1 + exp(-x)), which never overflows. */
export function sigmoid(x: v128): v128 {
  const one = f32x4.splat(1);
  const e = exp(f32x4.neg(f32x4.abs(x)));
  return f32x4.div(v128.bitselect(e, one, f32x4.lt(x, f32x4.splat(0))), f32x4.add(one, e));
}

/** e / (1 + e)^2 with e = exp(-|x|): not s (1 - s), which is 0 from x = 17 on. */
export function sigmoidSlope(x: v128): v128 {
  const e = exp(f32x4.neg(f32x4.abs(x)));
  const below = f32x4.add(f32x4.splat(1), e);
  return f32x4.div(e, f32x4.mul(below, below));
}

/** log(1 + exp(x)), which never overflows. */
export function softplus(x: v128): v128 {
  return f32x4.add(f32x4.max(x, f32x4.splat(0)), log1p(exp(f32x4.neg(f32x4.abs(x)))));
}
