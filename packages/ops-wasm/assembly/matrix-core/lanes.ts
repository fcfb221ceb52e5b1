/**
 * The four lanes of a vector: which of them count, and what they come to together.
 */

/** All bits set in the lanes j..j+3 that lie below n. */
export function inside(j: i32, n: i32): v128 {
  return i32x4.lt_s(i32x4.add(i32x4.splat(j), i32x4(0, 1, 2, 3)), i32x4.splat(n));
}

/** (x0 + x1) + (x2 + x3). */
export function sumOf(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

/** The largest lane, in all lanes. */
export function largestOf(x: v128): v128 {
  const y = f32x4.max(x, v128.shuffle<i32>(x, x, 2, 3, 0, 1));
  return f32x4.max(y, v128.shuffle<i32>(y, y, 1, 0, 3, 2));
}
