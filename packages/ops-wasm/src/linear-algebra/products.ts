/**
 * Products of matrices, in slices that leave the event loop its turns.
 */
import {
  checkFinite,
  checkScalars,
  type DenseGemmOptions,
  type DenseMatrix,
  gemmSizes,
  type Steps,
  type SyrkOptions,
} from '@tangentlab/tensor';
import type { Address } from '../wasm-host.js';
import type { Workspace, WorkspacePool } from './workspace.js';

/** C += alpha op(A) op(B) in the memory of a workspace. */
export interface Product {
  readonly transA?: boolean;
  readonly transB?: boolean;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly alpha: number;
  readonly a: Address;
  readonly lda: number;
  readonly b: Address;
  readonly ldb: number;
  readonly c: Address;
  readonly ldc: number;
  /** Only the lower triangle of C is wanted. */
  readonly lower?: boolean;
}

/** A multiplication of a blocked product, counted in those of plain TypeScript. */
const WEIGHT = 1 / 8;
/** Up to so many multiplications are done in one call: some 20 ms. */
const ONE_CALL = 2 ** 26;
/** A slice: large enough that packing it costs little, whatever the other sizes. */
const SLICE = { rows: 96, cols: 512, inner: 1024 };

/** Runs a product slice by slice. The bits do not depend on the slices: sums run in the same blocks of the inner size. */
export function* multiply({ kernels }: Workspace, product: Product): Steps<void> {
  const { m, n, k, alpha, a, lda, b, ldb, c, ldc } = product;
  const transA = product.transA ? 1 : 0;
  const transB = product.transB ? 1 : 0;
  const lower = product.lower ? 1 : 0;
  const whole = m * n * k <= ONE_CALL;
  const [rows, cols, inner] = whole ? [m, n, k] : [SLICE.rows, SLICE.cols, SLICE.inner];
  for (let j = 0; j < n; j += cols) {
    for (let p = 0; p < k; p += inner) {
      for (let i = 0; i < m; i += rows) {
        const [mi, nj, kp] = [Math.min(rows, m - i), Math.min(cols, n - j), Math.min(inner, k - p)];
        if (lower && j > i + mi - 1) continue;
        kernels.gemm(
          transA,
          transB,
          mi,
          nj,
          kp,
          alpha,
          a + 8 * (transA ? p * lda + i : i * lda + p),
          lda,
          b + 8 * (transB ? j * ldb + p : p * ldb + j),
          ldb,
          c + 8 * (i * ldc + j),
          ldc,
          lower,
          i - j,
        );
        yield WEIGHT * mi * nj * kp;
      }
    }
  }
}

/** `gemm` of the contract. */
export function* gemmInSteps(
  pool: WorkspacePool,
  a: DenseMatrix,
  b: DenseMatrix,
  options: DenseGemmOptions = {},
): Steps<DenseMatrix> {
  const { transA = false, transB = false, alpha = 1, beta = 0, c } = options;
  checkFinite('gemm', a);
  checkFinite('gemm', b);
  checkScalars('gemm', { alpha, beta });
  const { m, n, k } = gemmSizes(a, b, options);
  const start = c === undefined || beta === 0 ? undefined : c;
  if (start !== undefined) checkFinite('gemm', start);
  return yield* pool.with(function* (workspace) {
    const sum = start === undefined ? workspace.zeros(m * n) : workspace.put(start.values.map((value) => beta * value));
    const [from, by] = [workspace.put(a.values), workspace.put(b.values)];
    const sizes = { m, n, k, alpha, a: from, lda: a.cols, b: by, ldb: b.cols, c: sum, ldc: n };
    yield* multiply(workspace, { ...sizes, transA, transB });
    return { rows: m, cols: n, values: workspace.take(sum, m * n) };
  });
}

/** `syrk` of the contract. */
export function* syrkInSteps(
  pool: WorkspacePool,
  a: DenseMatrix,
  { trans = false }: SyrkOptions = {},
): Steps<DenseMatrix> {
  checkFinite('syrk', a);
  const [n, k] = trans ? [a.cols, a.rows] : [a.rows, a.cols];
  return yield* pool.with(function* (workspace) {
    const sum = workspace.zeros(n * n);
    const from = workspace.put(a.values);
    const operand = { m: n, n, k, alpha: 1, a: from, lda: a.cols, b: from, ldb: a.cols, c: sum, ldc: n };
    yield* multiply(workspace, { ...operand, transA: trans, transB: !trans, lower: true });
    workspace.kernels.mirror(n, sum, n);
    return { rows: n, cols: n, values: workspace.take(sum, n * n) };
  });
}
