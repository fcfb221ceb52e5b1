/**
 * The products that are timed: their sizes, names and floating-point operations, the same in peers/products.py.
 */
export const SGEMM_SIZES = [256, 512, 1024];
export const GRAM_SIZES = [200, 500, 1000, 2000];

/** A A in f32, A n x n. */
export const productTask = (side, n, prepare) => ({
  side,
  case: `f32 product, n = ${n}`,
  unit: 'ms',
  flops: 2 * n ** 3,
  prepare,
});

/** J J^T in f64, J n x 2n, counted as what is needed: half of it, by symmetry. */
export const gramTask = (side, n, prepare) => ({
  side,
  case: `f64 Gram, n = ${n}`,
  unit: 'ms',
  flops: 2 * n ** 3,
  prepare,
});
