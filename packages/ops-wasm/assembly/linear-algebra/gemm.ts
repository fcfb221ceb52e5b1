/**
 * C += alpha op(A) op(B) in f64, blocked as in Goto and van de Geijn (2008): a stretch of op(B) is packed for the third
 * level of cache, a block of op(A) for the second, and the micro-kernel walks over both.
 *
 * Pointers are byte addresses, leading dimensions count doubles. C must not overlap A or B.
 */

import { TILE, tile } from './micro-kernel';
import { pack } from './packing';

const KC: i32 = 256;
const MC: i32 = 96;
const NC: i32 = 512;

// scratch in front of the heap: a block of op(A), a stretch of op(B), one tile
const PACKED_A: usize = (__heap_base + 63) & ~63;
const PACKED_B: usize = PACKED_A + ((MC * KC) << 3);
const EDGE: usize = PACKED_B + ((NC * KC) << 3);

/** Where memory is free for the caller. */
export function heapStart(): usize {
  return EDGE + ((TILE * TILE) << 3);
}

/**
 * C += alpha op(A) op(B), C m x n, k the inner size.
 *
 * With `lower` set only tiles that touch the lower triangle, shifted by `diagonal` (element (i, j) with j <= i + diagonal),
 * are computed; others stay as they are.
 */
export function gemm(
  transA: i32,
  transB: i32,
  m: i32,
  n: i32,
  k: i32,
  alpha: f64,
  a: usize,
  lda: i32,
  b: usize,
  ldb: i32,
  c: usize,
  ldc: i32,
  lower: i32,
  diagonal: i32,
): void {
  const aAcross = transA ? 1 : lda;
  const aAlong = transA ? lda : 1;
  const bAcross = transB ? ldb : 1;
  const bAlong = transB ? 1 : ldb;
  for (let j0 = 0; j0 < n; j0 += NC) {
    const nc = min(NC, n - j0);
    for (let k0 = 0; k0 < k; k0 += KC) {
      const kc = min(KC, k - k0);
      pack(PACKED_B, b + ((j0 * bAcross + k0 * bAlong) << 3), nc, kc, bAcross, bAlong);
      for (let i0 = 0; i0 < m; i0 += MC) {
        const mc = min(MC, m - i0);
        if (lower && j0 > i0 + mc - 1 + diagonal) continue;
        pack(PACKED_A, a + ((i0 * aAcross + k0 * aAlong) << 3), mc, kc, aAcross, aAlong);
        block(mc, nc, kc, alpha, c + ((i0 * ldc + j0) << 3), ldc, lower, i0 - j0 + diagonal);
      }
    }
  }
}

/** One packed block times one packed stretch. */
function block(mc: i32, nc: i32, kc: i32, alpha: f64, c: usize, ldc: i32, lower: i32, diagonal: i32): void {
  for (let j = 0; j < nc; j += TILE) {
    const b = PACKED_B + ((j * kc) << 3);
    const width = min(TILE, nc - j);
    // the first tile row that reaches column j of the lower triangle
    const first = lower ? max(0, (j - diagonal) & ~(TILE - 1)) : 0;
    for (let i = first; i < mc; i += TILE) {
      const a = PACKED_A + ((i * kc) << 3);
      const to = c + ((i * ldc + j) << 3);
      const height = min(TILE, mc - i);
      if (height === TILE && width === TILE) tile(kc, alpha, a, b, to, (<usize>ldc) << 3);
      else edge(kc, alpha, a, b, to, ldc, height, width);
    }
  }
}

/** A tile that hangs over the edge: computed aside, then its part inside is added. */
function edge(kc: i32, alpha: f64, a: usize, b: usize, c: usize, ldc: i32, height: i32, width: i32): void {
  memory.fill(EDGE, 0, (TILE * TILE) << 3);
  tile(kc, alpha, a, b, EDGE, TILE << 3);
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const at = c + ((i * ldc + j) << 3);
      f64.store(at, f64.load(at) + f64.load(EDGE + ((i * TILE + j) << 3)));
    }
  }
}
