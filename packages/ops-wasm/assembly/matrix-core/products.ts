/**
 * Products in f32: small ones straight from where the operands lie, large ones from packed copies. Which way is taken
 * changes no bit: every entry is the sum, over blocks of KC along the inner dimension, of chains from 0 in order.
 *
 * Strides count elements here; rows of B and C are padded to four.
 */
import { tile1x4, tile1x8, tile4x4, tile4x8 } from './micro-kernels';
import { packedProduct } from './packed-product';
import { KC } from './scratch';

/** So many elements of op(B) lie in the first level of cache. */
const SMALL: i32 = 32768;

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
  const aAcross: usize = transA ? 4 : (<usize>lda) << 2;
  const aAlong: usize = transA ? (<usize>lda) << 2 : 4;
  const rowB: usize = (<usize>ldb) << 2;
  const rowC: usize = (<usize>ldc) << 2;
  if (!transB && (n * k <= SMALL || k <= 8)) smallProduct(m, padded(n), k, a, aAcross, aAlong, b, rowB, c, rowC);
  else if (transB) packedProduct(m, n, k, a, aAcross, aAlong, b, rowB, 4, c, rowC);
  else packedProduct(m, n, k, a, aAcross, aAlong, b, 4, rowB, c, rowC);
}

/** The next multiple of four. */
export function padded(n: i32): i32 {
  return (n + 3) & ~3;
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
    for (; i + 4 <= m; i += 4)
      tile4x8(kc, a + <usize>i * across, across, along, from, ldb, to + <usize>i * ldc, ldc, add);
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
