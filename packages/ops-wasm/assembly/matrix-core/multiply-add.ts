/**
 * a b + c in four lanes: one fused operation in the relaxed build, two roundings in the plain one, whose bits are the same
 * on every machine.
 */

export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}
