/**
 * Products in f32: small ones straight from where the operands lie, large ones from packed copies, and those by several
 * threads if there are. Which way is taken changes no bit: every entry is the sum, over blocks of KC along the inner
 * dimension, of chains from 0 in order.
 *
 * Strides count elements here; rows of B and C are padded to four.
 */
import { tile1x4, tile1x8, tile4x4, tile4x8, turnedTile4x8 } from './micro-kernels';
import { packedProduct } from './packed-product';
import { KC } from './scratch';
import { sharedProduct } from './shared-product';
import { threads } from './team';
import { turnedTile16x2 } from './two-columns';

/** So many elements of op(B) lie in the first level of cache. */
const SMALL: i32 = 32768;
/** So many multiplications, some 10 us of them, are worth the while of several threads. */
const SHARED: i64 = 262144;

/** C = op(A) op(B), m x n, inner size k, row strides lda, ldb, ldc. */
export function gemm(
  transA: i32,
  transB: i32,
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  lda: i32,
  b: usize,
  ldb: i32,
  c: usize,
  ldc: i32,
): void {
  const rowA: usize = (<usize>lda) << 2;
  const rowB: usize = (<usize>ldb) << 2;
  const rowC: usize = (<usize>ldc) << 2;
  const aAcross: usize = transA ? 4 : rowA;
  const aAlong: usize = transA ? rowA : 4;
  const bAcross: usize = transB ? rowB : 4;
  const bAlong: usize = transB ? 4 : rowB;
  const direct = !transB && (n * k <= SMALL || k <= 8);
  if (ASC_FEATURE_THREADS) {
    if (<i64>m * n * k >= SHARED && threads() > 1) {
      sharedProduct(direct, m, n, k, a, aAcross, aAlong, b, bAcross, bAlong, c, rowC);
      return;
    }
  }
  product(direct, m, n, k, a, aAcross, aAlong, b, bAcross, bAlong, c, rowC);
}

/** The same by this thread: straight from where the operands lie, or packed. Steps count bytes. */
export function product(
  direct: bool,
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
  if (direct && n === 2 && aAcross === 4) twoColumns(m, k, a, aAlong, b, bAlong, c, ldc);
  else if (direct) smallProduct(m, padded(n), k, a, aAcross, aAlong, b, bAlong, c, ldc);
  else packedProduct(m, n, k, a, aAcross, aAlong, b, bAcross, bAlong, c, ldc);
}

/** The next multiple of four. */
export function padded(n: i32): i32 {
  return (n + 3) & ~3;
}

/** C = A'B with two columns. */
function twoColumns(m: i32, k: i32, a: usize, along: usize, b: usize, ldb: usize, c: usize, ldc: usize): void {
  let i = 0;
  for (; i + 16 <= m; i += 16) {
    let k0 = 0;
    do {
      const from = a + <usize>k0 * along;
      turnedTile16x2(min(KC, k - k0), from, along, b + <usize>k0 * ldb, ldb, c, ldc, k0 > 0);
      k0 += KC;
    } while (k0 < k);
    a += 64;
    c += 16 * ldc;
  }
  if (i < m) smallProduct(m - i, 4, k, a, 4, along, b, ldb, c, ldc);
}

/** C = op(A) B with n a multiple of four. */
function smallProduct(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  across: usize,
  along: usize,
  b: usize,
  ldb: usize,
  c: usize,
  ldc: usize,
): void {
  let k0 = 0;
  do {
    const kc = min(KC, k - k0);
    panel(m, n, kc, a + <usize>k0 * along, across, along, b + <usize>k0 * ldb, ldb, c, ldc, k0 > 0);
    k0 += KC;
  } while (k0 < k);
}

function panel(
  m: i32,
  n: i32,
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
  let j = 0;
  for (; j + 8 <= n; j += 8) {
    const to = c + ((<usize>j) << 2);
    const from = b + ((<usize>j) << 2);
    let i = 0;
    for (; i + 4 <= m; i += 4) {
      const rows = a + <usize>i * across;
      if (along === 4) tile4x8(kc, rows, across, from, ldb, to + <usize>i * ldc, ldc, add);
      else turnedTile4x8(kc, rows, along, from, ldb, to + <usize>i * ldc, ldc, add);
    }
    for (; i < m; i++) tile1x8(kc, a + <usize>i * across, along, from, ldb, to + <usize>i * ldc, add);
  }
  if (j < n) {
    const to = c + ((<usize>j) << 2);
    const from = b + ((<usize>j) << 2);
    let i = 0;
    for (; i + 4 <= m; i += 4)
      tile4x4(kc, a + <usize>i * across, across, along, from, ldb, to + <usize>i * ldc, ldc, add);
    for (; i < m; i++) tile1x4(kc, a + <usize>i * across, along, from, ldb, to + <usize>i * ldc, add);
  }
}
