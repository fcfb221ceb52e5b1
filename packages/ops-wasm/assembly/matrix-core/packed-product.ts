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
    } else if (across === 4) {
      for (let at = to, end = to + ((<usize>kc) << 4); at < end; at += 16) {
        v128.store(at, v128.load(source));
        source += along;
      }
    } else {
      turnFour(to, ROWS << 2, source, across, kc);
    }
    to += (kc * ROWS) << 2;
  }
}

/** Panels of eight columns of op(B), padded with zeros. */
function packB(to: usize, from: usize, count: i32, kc: i32, across: usize, along: usize): void {
  for (let j = 0; j < count; j += COLS) {
    let source = from + <usize>j * across;
    if (count - j < COLS) {
      packRest(to, source, count - j, COLS, kc, across, along);
    } else if (across === 4) {
      for (let at = to, end = to + ((<usize>kc) << 5); at < end; at += 32) {
        v128.store(at, v128.load(source));
        v128.store(at, v128.load(source, 16), 16);
        source += along;
      }
    } else {
      turnFour(to, COLS << 2, source, across, kc);
      turnFour(to + 16, COLS << 2, source + 4 * across, across, kc);
    }
    to += (kc * COLS) << 2;
  }
}

/** Four rows, `across` apart and kc long, as kc groups of four, `step` apart. */
function turnFour(to: usize, step: usize, from: usize, across: usize, kc: i32): void {
  let r1 = from + across;
  let r2 = r1 + across;
  let r3 = r2 + across;
  let k = 0;
  for (; k + 4 <= kc; k += 4) {
    const a = v128.load(from);
    const b = v128.load(r1);
    const c = v128.load(r2);
    const d = v128.load(r3);
    const abLow = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
    const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
    const cdLow = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
    const cdHigh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<i64>(abLow, cdLow, 0, 2));
    v128.store(to + step, v128.shuffle<i64>(abLow, cdLow, 1, 3));
    v128.store(to + 2 * step, v128.shuffle<i64>(abHigh, cdHigh, 0, 2));
    v128.store(to + 3 * step, v128.shuffle<i64>(abHigh, cdHigh, 1, 3));
    to += 4 * step;
    from += 16;
    r1 += 16;
    r2 += 16;
    r3 += 16;
  }
  for (; k < kc; k++) {
    f32.store(to, f32.load(from));
    f32.store(to, f32.load(r1), 4);
    f32.store(to, f32.load(r2), 8);
    f32.store(to, f32.load(r3), 12);
    to += step;
    from += 4;
    r1 += 4;
    r2 += 4;
    r3 += 4;
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
