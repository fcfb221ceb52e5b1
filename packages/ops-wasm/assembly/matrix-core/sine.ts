/**
 * sin and cos in four lanes, f32. Whole quarter turns are taken off in f64: two lanes at a time, and exact enough for every
 * argument that has digits behind the point.
 *
 * *Error*: 2 units in the last place up to |x| = 1e6; beyond, the rounding of pi counts. *Source*: the polynomials of
 * Moshier's Cephes library, single precision; Cody and Waite for the reduction.
 */
const TWO_OVER_PI: f64 = 0.6366197723675814;
const HALF_PI_HIGH: f64 = 1.5707963267341256;
const HALF_PI_LOW: f64 = 6.077100506506192e-11;

export function sin(x: v128): v128 {
  return quarterTurns(x, 0);
}

export function cos(x: v128): v128 {
  return quarterTurns(x, 1);
}

/** sin(x + turns pi/2). */
function quarterTurns(x: v128, turns: i32): v128 {
  const high = v128.shuffle<i32>(x, x, 2, 3, 2, 3);
  const n0 = f64x2.nearest(f64x2.mul(f64x2.promote_low_f32x4(x), f64x2.splat(TWO_OVER_PI)));
  const n1 = f64x2.nearest(f64x2.mul(f64x2.promote_low_f32x4(high), f64x2.splat(TWO_OVER_PI)));
  const r0 = f32x4.demote_f64x2_zero(rest(f64x2.promote_low_f32x4(x), n0));
  const r1 = f32x4.demote_f64x2_zero(rest(f64x2.promote_low_f32x4(high), n1));
  let r = v128.shuffle<i32>(r0, r1, 0, 1, 4, 5);
  r = f32x4.pmax(f32x4.pmin(r, f32x4.splat(0.7854)), f32x4.splat(-0.7854)); // for arguments that are all rounding
  const q0 = i32x4.trunc_sat_f64x2_s_zero(quarter(n0));
  const q1 = i32x4.trunc_sat_f64x2_s_zero(quarter(n1));
  const q = i32x4.add(v128.shuffle<i32>(q0, q1, 0, 1, 4, 5), i32x4.splat(turns));
  const z = f32x4.mul(r, r);
  let s = f32x4.splat(-1.9515295891e-4);
  s = f32x4.add(f32x4.mul(s, z), f32x4.splat(8.3321608736e-3));
  s = f32x4.add(f32x4.mul(s, z), f32x4.splat(-1.6666654611e-1));
  s = f32x4.add(f32x4.mul(f32x4.mul(s, z), r), r);
  let c = f32x4.splat(2.443315711809948e-5);
  c = f32x4.add(f32x4.mul(c, z), f32x4.splat(-1.388731625493765e-3));
  c = f32x4.add(f32x4.mul(c, z), f32x4.splat(4.166664568298827e-2));
  c = f32x4.mul(f32x4.mul(c, z), z);
  c = f32x4.add(f32x4.sub(c, f32x4.mul(f32x4.splat(0.5), z)), f32x4.splat(1));
  const one = i32x4.splat(1);
  const odd = i32x4.eq(v128.and(q, one), one);
  const negative = i32x4.shl(v128.and(q, i32x4.splat(2)), 30);
  return v128.xor(v128.bitselect(c, s, odd), negative);
}

function rest(x: v128, n: v128): v128 {
  return f64x2.sub(f64x2.sub(x, f64x2.mul(n, f64x2.splat(HALF_PI_HIGH))), f64x2.mul(n, f64x2.splat(HALF_PI_LOW)));
}

/** n modulo 4. */
function quarter(n: v128): v128 {
  return f64x2.sub(n, f64x2.mul(f64x2.splat(4), f64x2.floor(f64x2.mul(n, f64x2.splat(0.25)))));
}
