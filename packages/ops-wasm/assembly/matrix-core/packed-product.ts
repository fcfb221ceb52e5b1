/**
 * Products of large matrices, blocked as in Goto and van de Geijn (2008): a stretch of op(B) is packed for the second level
 * of cache, a block of op(A) for the first, and the micro-kernel walks over both. All strides count bytes.
 */
import { packedTile } from './micro-kernels';
import { COLS, edgeTile, KC, MC, NC, packedA, packedB, ROWS } from './scratch';

/** C = op(A) op(B), m x n, inner size k: element (i, k) of op(A) lies at a + i aAcross + k aAlong, (k, j) of op(B) likewise. */
export function packedProduct(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  aAcross: usize,
  aAlong: usize,
  b: usize,
  bAcross: usize,
  bAlong: usize,
  c: usize,
  ldc: usize,
): void {
  clear(m, n, c, ldc);
  for (let j0 = 0; j0 < n; j0 += NC) {
    const nc = min(NC, n - j0);
    for (let k0 = 0; k0 < k; k0 += KC) {
      const kc = min(KC, k - k0);
      packB(packedB(), b + <usize>j0 * bAcross + <usize>k0 * bAlong, nc, kc, bAcross, bAlong);
      for (let i0 = 0; i0 < m; i0 += MC) {
        const mc = min(MC, m - i0);
        packA(packedA(), a + <usize>i0 * aAcross + <usize>k0 * aAlong, mc, kc, aAcross, aAlong);
        block(mc, nc, kc, c + <usize>i0 * ldc + ((<usize>j0) << 2), ldc);
      }
    }
  }
}

function clear(m: i32, n: i32, c: usize, ldc: usize): void {
  for (let i = 0; i < m; i++) memory.fill(c + <usize>i * ldc, 0, (<usize>n) << 2);
}

/** One packed block times one packed stretch. */
function block(mc: i32, nc: i32, kc: i32, c: usize, ldc: usize): void {
  for (let j = 0; j < nc; j += COLS) {
    const b = packedB() + ((<usize>(j * kc)) << 2);
    const width = min(COLS, nc - j);
    for (let i = 0; i < mc; i += ROWS) {
      const a = packedA() + ((<usize>(i * kc)) << 2);
      const to = c + <usize>i * ldc + ((<usize>j) << 2);
      const height = min(ROWS, mc - i);
      if (height === ROWS && width === COLS) packedTile(kc, a, b, to, ldc);
      else edge(kc, a, b, to, ldc, height, width);
    }
  }
}

/** A tile that hangs over the edge: computed aside, then its part inside is added. */
function edge(kc: i32, a: usize, b: usize, c: usize, ldc: usize, height: i32, width: i32): void {
  const tile = edgeTile();
  memory.fill(tile, 0, (ROWS * COLS) << 2);
  packedTile(kc, a, b, tile, COLS << 2);
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const at = c + <usize>i * ldc + ((<usize>j) << 2);
      f32.store(at, f32.load(at) + f32.load(tile + ((<usize>(i * COLS + j)) << 2)));
    }
  }
}

/** Panels of four rows of op(A), padded with zeros. */
function packA(to: usize, from: usize, count: i32, kc: i32, across: usize, along: usize): void {
  for (let i = 0; i < count; i += ROWS) {
    let source = from + <usize>i * across;
    if (count - i < ROWS) {
      packRest(to, source, count - i, ROWS, kc, across, along);
      to += (kc * ROWS) << 2;
    } else if (across === 4) {
      for (let k = 0; k < kc; k++) {
        v128.store(to, v128.load(source));
        to += 16;
        source += along;
      }
    } else {
      const r1 = across;
      const r2 = across + across;
      const r3 = r2 + across;
      for (let k = 0; k < kc; k++) {
        f32.store(to, f32.load(source));
        f32.store(to, f32.load(source + r1), 4);
        f32.store(to, f32.load(source + r2), 8);
        f32.store(to, f32.load(source + r3), 12);
        to += 16;
        source += along;
      }
    }
  }
}

/** Panels of eight columns of op(B), padded with zeros. */
function packB(to: usize, from: usize, count: i32, kc: i32, across: usize, along: usize): void {
  for (let j = 0; j < count; j += COLS) {
    let source = from + <usize>j * across;
    if (count - j < COLS) {
      packRest(to, source, count - j, COLS, kc, across, along);
      to += (kc * COLS) << 2;
    } else if (across === 4) {
      for (let k = 0; k < kc; k++) {
        v128.store(to, v128.load(source));
        v128.store(to, v128.load(source, 16), 16);
        to += 32;
        source += along;
      }
    } else {
      for (let k = 0; k < kc; k++) {
        let at = source;
        for (let x: usize = 0; x < 32; x += 4) {
          f32.store(to + x, f32.load(at));
          at += across;
        }
        to += 32;
        source += along;
      }
    }
  }
}

function packRest(to: usize, from: usize, left: i32, width: i32, kc: i32, across: usize, along: usize): void {
  for (let k = 0; k < kc; k++) {
    for (let r = 0; r < width; r++) {
      f32.store(to, r < left ? f32.load(from + <usize>r * across + <usize>k * along) : 0);
      to += 4;
    }
  }
}
