/**
 * Products with two columns at the narrow end, as they stand at the outputs of a network that tells two classes apart:
 * tiles of four columns would compute two of padding beside them.
 *
 * Invariant: each entry is one chain of sums along the inner dimension, from 0, in order, as in `micro-kernels.ts`. All
 * strides count bytes.
 */
import { put } from './micro-kernels';
import { multiplyAdd } from './multiply-add';

/** A 16 x 2 tile of C from sixteen columns of A, whose rows are `along` apart; added to C if told. Padding becomes 0. */
export function turnedTile16x2(
  kc: i32,
  a: usize,
  along: usize,
  b: usize,
  ldb: usize,
  c: usize,
  ldc: usize,
  add: bool,
): void {
  let x0 = f32x4.splat(0); // the first column of C
  let x1 = x0;
  let x2 = x0;
  let x3 = x0;
  let y0 = x0; // the second
  let y1 = x0;
  let y2 = x0;
  let y3 = x0;
  for (const end = b + <usize>kc * ldb; b < end; b += ldb) {
    const s = v128.load32_splat(b);
    const t = v128.load32_splat(b, 4);
    let u = v128.load(a);
    x0 = multiplyAdd(u, s, x0);
    y0 = multiplyAdd(u, t, y0);
    u = v128.load(a, 16);
    x1 = multiplyAdd(u, s, x1);
    y1 = multiplyAdd(u, t, y1);
    u = v128.load(a, 32);
    x2 = multiplyAdd(u, s, x2);
    y2 = multiplyAdd(u, t, y2);
    u = v128.load(a, 48);
    x3 = multiplyAdd(u, s, x3);
    y3 = multiplyAdd(u, t, y3);
    a += along;
  }
  putPairs(c, ldc, x0, y0, add);
  putPairs(c + 4 * ldc, ldc, x1, y1, add);
  putPairs(c + 8 * ldc, ldc, x2, y2, add);
  putPairs(c + 12 * ldc, ldc, x3, y3, add);
}

/** Four rows (x, y, 0, 0) from the lanes of both. */
function putPairs(c: usize, ldc: usize, x: v128, y: v128, add: bool): void {
  const zero = f32x4.splat(0);
  const low = v128.shuffle<i32>(x, y, 0, 4, 1, 5);
  const high = v128.shuffle<i32>(x, y, 2, 6, 3, 7);
  put(c, v128.shuffle<i64>(low, zero, 0, 2), add);
  put(c + ldc, v128.shuffle<i64>(low, zero, 1, 3), add);
  put(c + 2 * ldc, v128.shuffle<i64>(high, zero, 0, 2), add);
  put(c + 3 * ldc, v128.shuffle<i64>(high, zero, 1, 3), add);
}

/**
 * C = (A B) factor mask: A has two columns in rows of four, B two rows `ldb` apart, C and the mask rows of `ldb`, too: a
 * gradient on its way through the weights of two outputs and the mask below.
 */
export function maskedOuter(rows: i32, a: usize, b: usize, ldb: usize, factor: f64, mask: usize, c: usize): void {
  const zero = f32x4.splat(0);
  const scale = f32x4.splat(<f32>factor);
  const end = b + ldb;
  for (let i = 0; i < rows; i++) {
    const s = v128.load32_splat(a);
    const t = v128.load32_splat(a, 4);
    let at = b;
    do {
      const sum = multiplyAdd(t, v128.load(at + ldb), multiplyAdd(s, v128.load(at), zero));
      v128.store(c, f32x4.mul(f32x4.mul(scale, sum), v128.load(mask)));
      at += 16;
      c += 16;
      mask += 16;
    } while (at < end);
    a += 16;
  }
}
