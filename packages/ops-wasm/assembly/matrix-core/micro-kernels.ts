/**
 * The innermost loops of products: a tile of C in registers takes rank-one updates. 4 x 8 leaves room for the operands in
 * the sixteen vector registers of x86-64.
 *
 * Invariant: each entry is one chain of sums along the inner dimension, from 0, in order. So the tiling changes no bit.
 * All strides count bytes.
 *
 * The loops of the 4 x 8 tiles take two steps at a time, with a way out between them that also ends odd lengths: compilers
 * load all that a stretch without branches needs at its start, and the operands of two steps do not fit the registers.
 */
import { multiplyAdd } from './multiply-add';

/** A 4 x 8 tile of C from rows of A `across` apart and rows of B `ldb` apart; added to C if told. */
export function tile4x8(kc: i32, a: usize, across: usize, b: usize, ldb: usize, c: usize, ldc: usize, add: bool): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  let a1 = a + across;
  let a2 = a1 + across;
  let a3 = a2 + across;
  for (const end = b + <usize>kc * ldb; b < end; b += ldb) {
    let b0 = v128.load(b);
    let b1 = v128.load(b, 16);
    let t = v128.load32_splat(a);
    c00 = multiplyAdd(t, b0, c00);
    c01 = multiplyAdd(t, b1, c01);
    t = v128.load32_splat(a1);
    c10 = multiplyAdd(t, b0, c10);
    c11 = multiplyAdd(t, b1, c11);
    t = v128.load32_splat(a2);
    c20 = multiplyAdd(t, b0, c20);
    c21 = multiplyAdd(t, b1, c21);
    t = v128.load32_splat(a3);
    c30 = multiplyAdd(t, b0, c30);
    c31 = multiplyAdd(t, b1, c31);
    b += ldb;
    if (b === end) break;
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    t = v128.load32_splat(a, 4);
    c00 = multiplyAdd(t, b0, c00);
    c01 = multiplyAdd(t, b1, c01);
    t = v128.load32_splat(a1, 4);
    c10 = multiplyAdd(t, b0, c10);
    c11 = multiplyAdd(t, b1, c11);
    t = v128.load32_splat(a2, 4);
    c20 = multiplyAdd(t, b0, c20);
    c21 = multiplyAdd(t, b1, c21);
    t = v128.load32_splat(a3, 4);
    c30 = multiplyAdd(t, b0, c30);
    c31 = multiplyAdd(t, b1, c31);
    a += 8;
    a1 += 8;
    a2 += 8;
    a3 += 8;
  }
  put(c, c00, add);
  put(c + 16, c01, add);
  put(c + ldc, c10, add);
  put(c + ldc + 16, c11, add);
  put(c + 2 * ldc, c20, add);
  put(c + 2 * ldc + 16, c21, add);
  put(c + 3 * ldc, c30, add);
  put(c + 3 * ldc + 16, c31, add);
}

/** As `tile4x8`, from four columns of A, whose rows are `along` apart. */
export function turnedTile4x8(
  kc: i32,
  a: usize,
  along: usize,
  b: usize,
  ldb: usize,
  c: usize,
  ldc: usize,
  add: bool,
): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  for (const end = b + <usize>kc * ldb; b < end; b += ldb) {
    let b0 = v128.load(b);
    let b1 = v128.load(b, 16);
    let t = v128.load32_splat(a);
    c00 = multiplyAdd(t, b0, c00);
    c01 = multiplyAdd(t, b1, c01);
    t = v128.load32_splat(a, 4);
    c10 = multiplyAdd(t, b0, c10);
    c11 = multiplyAdd(t, b1, c11);
    t = v128.load32_splat(a, 8);
    c20 = multiplyAdd(t, b0, c20);
    c21 = multiplyAdd(t, b1, c21);
    t = v128.load32_splat(a, 12);
    c30 = multiplyAdd(t, b0, c30);
    c31 = multiplyAdd(t, b1, c31);
    a += along;
    b += ldb;
    if (b === end) break;
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    t = v128.load32_splat(a);
    c00 = multiplyAdd(t, b0, c00);
    c01 = multiplyAdd(t, b1, c01);
    t = v128.load32_splat(a, 4);
    c10 = multiplyAdd(t, b0, c10);
    c11 = multiplyAdd(t, b1, c11);
    t = v128.load32_splat(a, 8);
    c20 = multiplyAdd(t, b0, c20);
    c21 = multiplyAdd(t, b1, c21);
    t = v128.load32_splat(a, 12);
    c30 = multiplyAdd(t, b0, c30);
    c31 = multiplyAdd(t, b1, c31);
    a += along;
  }
  put(c, c00, add);
  put(c + 16, c01, add);
  put(c + ldc, c10, add);
  put(c + ldc + 16, c11, add);
  put(c + 2 * ldc, c20, add);
  put(c + 2 * ldc + 16, c21, add);
  put(c + 3 * ldc, c30, add);
  put(c + 3 * ldc + 16, c31, add);
}

/** As `tile4x8`, on packed panels: four of A and eight of B beside each other. */
export function packedTile(kc: i32, a: usize, b: usize, c: usize, ldc: usize): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  const end = a + ((<usize>kc) << 4);
  const last = end - 16;
  do {
    let b0 = v128.load(b);
    let b1 = v128.load(b, 16);
    let t = v128.load32_splat(a);
    c00 = multiplyAdd(t, b0, c00);
    c01 = multiplyAdd(t, b1, c01);
    t = v128.load32_splat(a, 4);
    c10 = multiplyAdd(t, b0, c10);
    c11 = multiplyAdd(t, b1, c11);
    t = v128.load32_splat(a, 8);
    c20 = multiplyAdd(t, b0, c20);
    c21 = multiplyAdd(t, b1, c21);
    t = v128.load32_splat(a, 12);
    c30 = multiplyAdd(t, b0, c30);
    c31 = multiplyAdd(t, b1, c31);
    if (a === last) break;
    b0 = v128.load(b, 32);
    b1 = v128.load(b, 48);
    t = v128.load32_splat(a, 16);
    c00 = multiplyAdd(t, b0, c00);
    c01 = multiplyAdd(t, b1, c01);
    t = v128.load32_splat(a, 20);
    c10 = multiplyAdd(t, b0, c10);
    c11 = multiplyAdd(t, b1, c11);
    t = v128.load32_splat(a, 24);
    c20 = multiplyAdd(t, b0, c20);
    c21 = multiplyAdd(t, b1, c21);
    t = v128.load32_splat(a, 28);
    c30 = multiplyAdd(t, b0, c30);
    c31 = multiplyAdd(t, b1, c31);
    a += 32;
    b += 64;
  } while (a < end);
  put(c, c00, true);
  put(c + 16, c01, true);
  put(c + ldc, c10, true);
  put(c + ldc + 16, c11, true);
  put(c + 2 * ldc, c20, true);
  put(c + 2 * ldc + 16, c21, true);
  put(c + 3 * ldc, c30, true);
  put(c + 3 * ldc + 16, c31, true);
}

/** A 4 x 4 tile. */
export function tile4x4(
  kc: i32,
  a: usize,
  across: usize,
  along: usize,
  b: usize,
  ldb: usize,
  c: usize,
  ldc: usize,
  add: bool,
): void {
  let c0 = f32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  let a1 = a + across;
  let a2 = a1 + across;
  let a3 = a2 + across;
  for (let k = 0; k < kc; k++) {
    const b0 = v128.load(b);
    c0 = multiplyAdd(v128.load32_splat(a), b0, c0);
    c1 = multiplyAdd(v128.load32_splat(a1), b0, c1);
    c2 = multiplyAdd(v128.load32_splat(a2), b0, c2);
    c3 = multiplyAdd(v128.load32_splat(a3), b0, c3);
    a += along;
    a1 += along;
    a2 += along;
    a3 += along;
    b += ldb;
  }
  put(c, c0, add);
  put(c + ldc, c1, add);
  put(c + 2 * ldc, c2, add);
  put(c + 3 * ldc, c3, add);
}

/** A 1 x 8 tile. */
export function tile1x8(kc: i32, a: usize, along: usize, b: usize, ldb: usize, c: usize, add: bool): void {
  let c0 = f32x4.splat(0);
  let c1 = c0;
  for (let k = 0; k < kc; k++) {
    const t = v128.load32_splat(a);
    c0 = multiplyAdd(t, v128.load(b), c0);
    c1 = multiplyAdd(t, v128.load(b, 16), c1);
    a += along;
    b += ldb;
  }
  put(c, c0, add);
  put(c + 16, c1, add);
}

/** A 1 x 4 tile. */
export function tile1x4(kc: i32, a: usize, along: usize, b: usize, ldb: usize, c: usize, add: bool): void {
  let c0 = f32x4.splat(0);
  for (let k = 0; k < kc; k++) {
    c0 = multiplyAdd(v128.load32_splat(a), v128.load(b), c0);
    a += along;
    b += ldb;
  }
  put(c, c0, add);
}

/** Four entries of C: replaced, or added to. */
export function put(c: usize, value: v128, add: bool): void {
  v128.store(c, add ? f32x4.add(v128.load(c), value) : value);
}
