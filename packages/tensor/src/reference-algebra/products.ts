/**
 * Reference products: each entry is one inner product of two contiguous rows; what is not contiguous is transposed first.
 */
import type { Steps } from '../computation-steps.js';
import { checkFinite, type DenseMatrix } from '../dense-matrix.js';
import { dot } from '../dot.js';
import type { DenseGemmOptions, SyrkOptions } from '../linear-algebra.js';
import { checkScalars } from '../product-scalars.js';
import { gemmSizes } from '../shapes.js';

/** The transpose, as a new matrix. */
export function transposed({ rows, cols, values }: DenseMatrix): DenseMatrix {
  const result = new Float64Array(values.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) result[j * rows + i] = values[i * cols + j]!;
  return { rows: cols, cols: rows, values: result };
}

/** *Cost*: m n k multiplications. */
export function* gemmInSteps(a: DenseMatrix, b: DenseMatrix, options: DenseGemmOptions = {}): Steps<DenseMatrix> {
  const { transA = false, transB = false, alpha = 1, beta = 0, c } = options;
  checkFinite('gemm', a);
  checkFinite('gemm', b);
  checkScalars('gemm', { alpha, beta });
  const { m, n, k } = gemmSizes(a, b, options);
  if (c !== undefined && beta !== 0) checkFinite('gemm', c);
  const left = transA ? transposed(a) : a; // m x k
  const right = transB ? b : transposed(b); // n x k
  const values = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const product = alpha * dot(left.values, i * k, right.values, j * k, k);
      values[i * n + j] = c === undefined || beta === 0 ? product : product + beta * c.values[i * n + j]!;
    }
    yield n * k;
  }
  return { rows: m, cols: n, values };
}

/** *Cost*: n^2 k / 2 multiplications. */
export function* syrkInSteps(a: DenseMatrix, { trans = false }: SyrkOptions = {}): Steps<DenseMatrix> {
  checkFinite('syrk', a);
  const { rows: n, cols: k, values } = trans ? transposed(a) : a;
  const product = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const entry = dot(values, i * k, values, j * k, k);
      product[i * n + j] = entry;
      product[j * n + i] = entry;
    }
    yield i * k;
  }
  return { rows: n, cols: n, values: product };
}
