/**
 * Loops over one or two contiguous vectors of doubles. Sums run in four lanes that are added at the end, in an order that
 * depends on the length alone.
 */

/** x'y. */
export function dot(x: usize, y: usize, n: i32): f64 {
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    s0 = f64x2.add(s0, f64x2.mul(v128.load(x), v128.load(y)));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(x, 16), v128.load(y, 16)));
    x += 32;
    y += 32;
  }
  s0 = f64x2.add(s0, s1);
  let sum = f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1);
  for (; i < n; i++) {
    sum += f64.load(x) * f64.load(y);
    x += 8;
    y += 8;
  }
  return sum;
}

/** y += alpha x. */
export function axpy(alpha: f64, x: usize, y: usize, n: i32): void {
  const scale = f64x2.splat(alpha);
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    v128.store(y, f64x2.add(v128.load(y), f64x2.mul(scale, v128.load(x))));
    v128.store(y, f64x2.add(v128.load(y, 16), f64x2.mul(scale, v128.load(x, 16))), 16);
    x += 32;
    y += 32;
  }
  for (; i < n; i++) {
    f64.store(y, f64.load(y) + alpha * f64.load(x));
    x += 8;
    y += 8;
  }
}

/** x *= alpha. */
export function scale(alpha: f64, x: usize, n: i32): void {
  const factor = f64x2.splat(alpha);
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    v128.store(x, f64x2.mul(factor, v128.load(x)));
    x += 16;
  }
  if (i < n) f64.store(x, alpha * f64.load(x));
}

/** Exchanges x and y, whose elements lie the given numbers of doubles apart. */
export function exchange(x: usize, xStride: i32, y: usize, yStride: i32, n: i32): void {
  for (let i = 0; i < n; i++) {
    const kept = f64.load(x);
    f64.store(x, f64.load(y));
    f64.store(y, kept);
    x += xStride << 3;
    y += yStride << 3;
  }
}

/** to[j, i] = from[i, j] for a rows x cols matrix, in squares that fit the first level of cache. */
export function transpose(rows: i32, cols: i32, from: usize, ldf: i32, to: usize, ldt: i32): void {
  const SQUARE = 32;
  for (let i0 = 0; i0 < rows; i0 += SQUARE) {
    const iEnd = min(rows, i0 + SQUARE);
    for (let j0 = 0; j0 < cols; j0 += SQUARE) {
      const jEnd = min(cols, j0 + SQUARE);
      for (let i = i0; i < iEnd; i++) {
        let source = from + ((i * ldf + j0) << 3);
        let target = to + ((j0 * ldt + i) << 3);
        for (let j = j0; j < jEnd; j++) {
          f64.store(target, f64.load(source));
          source += 8;
          target += ldt << 3;
        }
      }
    }
  }
}

/** Copies the lower triangle of an n x n matrix over the upper one. */
export function mirror(n: i32, a: usize, lda: i32): void {
  const SQUARE = 32;
  for (let i0 = 0; i0 < n; i0 += SQUARE) {
    for (let j0 = 0; j0 <= i0; j0 += SQUARE) {
      for (let i = i0; i < min(n, i0 + SQUARE); i++) {
        for (let j = j0; j < min(i, j0 + SQUARE); j++) {
          f64.store(a + ((j * lda + i) << 3), f64.load(a + ((i * lda + j) << 3)));
        }
      }
    }
  }
}
