/**
 * The inner product of two stretches of memory: the one loop that the plain TypeScript implementations spend their time
 * in.
 */

/**
 * sum of a[fromA + i] * b[fromB + i] for i in 0..length-1.
 *
 * Four sums side by side, so that the processor need not wait for one addition to start the next. *Error*: at most
 * (length/4 + 4) eps times the sum of absolute products.
 */
export function dot(a: Float64Array, fromA: number, b: Float64Array, fromB: number, length: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    s0 += a[fromA + i]! * b[fromB + i]!;
    s1 += a[fromA + i + 1]! * b[fromB + i + 1]!;
    s2 += a[fromA + i + 2]! * b[fromB + i + 2]!;
    s3 += a[fromA + i + 3]! * b[fromB + i + 3]!;
  }
  for (; i < length; i++) s0 += a[fromA + i]! * b[fromB + i]!;
  return s0 + s1 + (s2 + s3);
}
