/**
 * Cholesky factorisations and triangular solves. Below a size each is one call; above, halves are joined by products that
 * give way.
 */
import {
  checkSquare,
  checkTolerance,
  checkTriangular,
  type DenseMatrix,
  notPositiveDefinite,
  type PivotedCholesky,
  type Steps,
  type TriangularOptions,
} from '@tangentlab/tensor';
import type { Address } from '../wasm-host.js';
import { multiply } from './products.js';
import { strideFor, type Workspace, type WorkspacePool } from './workspace.js';

/** Up to this size one call does it: some 10 ms. */
const ONE_CALL = 512;
/** Halves are multiples of this, as in the module. */
const UNIT = 16;
/** A multiplication of a blocked factorisation, counted in those of plain TypeScript. */
const WEIGHT = 1 / 4;
/** Columns of a pivoted factorisation between two updates of the rest. */
const PANEL = 64;

const halfOf = (n: number) => Math.ceil(Math.floor(n / 2) / UNIT) * UNIT;

/** `cholesky` of the contract. */
export function* choleskyInSteps(pool: WorkspacePool, a: DenseMatrix): Steps<DenseMatrix> {
  checkSquare('cholesky', a);
  const n = a.rows;
  const stride = strideFor(n);
  return yield* pool.with(function* (workspace) {
    const at = workspace.putRows(a, stride);
    const failed = yield* factorise(workspace, n, at, stride);
    if (failed < n) {
      throw notPositiveDefinite(n, failed, workspace.view(at + 8 * failed * (stride + 1), 1)[0]!);
    }
    const l = workspace.takeRows(at, n, n, stride);
    for (let i = 0; i < n; i++) l.values.fill(0, i * n + i + 1, (i + 1) * n);
    return l;
  });
}

function* factorise(workspace: Workspace, n: number, a: Address, lda: number): Steps<number> {
  if (n <= ONE_CALL) {
    yield (WEIGHT * n ** 3) / 6;
    return workspace.kernels.cholesky(n, a, lda);
  }
  const p = halfOf(n);
  const below = a + 8 * p * lda;
  const failed = yield* factorise(workspace, p, a, lda);
  if (failed < p) return failed;
  yield* solveRows(workspace, n - p, p, a, lda, below, lda);
  const rest = { m: n - p, n: n - p, k: p, alpha: -1, a: below, lda, b: below, ldb: lda, c: below + 8 * p, ldc: lda };
  yield* multiply(workspace, { ...rest, transB: true, lower: true });
  return p + (yield* factorise(workspace, n - p, below + 8 * p, lda));
}

/** X L' = B in place, m x n. */
function* solveRows(
  workspace: Workspace,
  m: number,
  n: number,
  l: Address,
  ldl: number,
  x: Address,
  ldx: number,
): Steps<void> {
  if (n <= ONE_CALL) {
    // rows are independent
    const rows = Math.max(64, Math.floor(2 ** 25 / n ** 2));
    for (let i = 0; i < m; i += rows) {
      const height = Math.min(rows, m - i);
      workspace.kernels.solveRowsLower(height, n, l, ldl, x + 8 * i * ldx, ldx);
      yield (WEIGHT * height * n * n) / 2;
    }
    return;
  }
  const p = halfOf(n);
  const below = l + 8 * p * ldl;
  yield* solveRows(workspace, m, p, l, ldl, x, ldx);
  const rest = { m, n: n - p, k: p, alpha: -1, a: x, lda: ldx, b: below, ldb: ldl, c: x + 8 * p, ldc: ldx };
  yield* multiply(workspace, { ...rest, transB: true });
  yield* solveRows(workspace, m, n - p, below + 8 * p, ldl, x + 8 * p, ldx);
}

/** `pivotedCholesky` of the contract. *Source*: Higham (2002), section 10.3; LAPACK's dpstrf. */
export function* pivotedCholeskyInSteps(
  pool: WorkspacePool,
  a: DenseMatrix,
  tolerance?: number,
): Steps<PivotedCholesky> {
  checkSquare('pivotedCholesky', a);
  checkTolerance('pivotedCholesky', tolerance);
  const n = a.rows;
  const lda = strideFor(n);
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, a.values[i * n + i]!);
  const bound = tolerance ?? n * Number.EPSILON * largest;
  return yield* pool.with(function* (workspace) {
    const { kernels } = workspace;
    const at = workspace.putRows(a, lda);
    const sums = workspace.room(n + 1); // what the panel takes off the diagonal; behind it the last pivot looked at
    const order = workspace.room(n);
    const orderView = () => new Int32Array(kernels.memory.buffer, order, n);
    for (let i = 0; i < n; i++) orderView()[i] = i;
    let rank = 0;
    while (rank < n) {
      const to = Math.min(n, rank + PANEL);
      workspace.view(sums, n + 1).fill(0);
      const reached = kernels.pivotedPanel(n, rank, to, at, lda, order, sums, bound);
      yield (WEIGHT * (n - rank) * PANEL * PANEL) / 2;
      const width = reached - rank;
      const left = at + 8 * (to * lda + rank);
      rank = reached;
      if (reached < to) break;
      const rest = { m: n - to, n: n - to, k: width, alpha: -1, a: left, lda, b: left, ldb: lda };
      yield* multiply(workspace, { ...rest, c: at + 8 * to * (lda + 1), ldc: lda, transB: true, lower: true });
    }
    const dropped = rank < n ? Math.max(0, workspace.view(sums, n + 1)[n]!) : 0;
    const values = new Float64Array(n * rank);
    const l = workspace.view(at, n * lda);
    for (let i = 0; i < n; i++) values.set(l.subarray(i * lda, i * lda + Math.min(i + 1, rank)), i * rank);
    const factor = { rows: n, cols: rank, values };
    return { factor, pivots: orderView().slice(), rank, tolerance: bound, dropped };
  });
}

/** `solveTriangular` of the contract. */
export function* solveTriangularInSteps(
  pool: WorkspacePool,
  t: DenseMatrix,
  b: DenseMatrix,
  { upper = false, trans = false }: TriangularOptions = {},
): Steps<DenseMatrix> {
  checkTriangular(t, b);
  const [n, m] = [t.rows, b.cols];
  const stride = strideFor(n);
  const [across, along] = trans ? [1, stride] : [stride, 1];
  return yield* pool.with(function* (workspace) {
    const at = workspace.putRows(t, stride);
    const x = workspace.put(b.values);
    workspace.kernels.solveTriangular(n, m, at, across, along, upper === trans ? 1 : 0, x, m);
    yield (WEIGHT * n * n * m) / 2;
    return { rows: n, cols: m, values: workspace.take(x, n * m) };
  });
}
