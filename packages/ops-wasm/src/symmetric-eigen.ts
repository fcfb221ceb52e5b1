/**
 * Eigenvalues and eigenvectors of symmetric matrices: blocked Householder tridiagonalisation, implicit QL on the
 * tridiagonal, and its rotations applied to the rows of Q' for the vectors.
 */
// A = Q T Q', T = Z diag(values) Z', so (Q Z)' = Z' Q' has the eigenvectors as rows
import { checkSquare, type DenseMatrix, largestBelow, type Steps, type SymmetricEigen } from '@tangentlab/tensor';
import { BLOCK, columnsFromRows, formRows, type OrthogonalRows, type Reflections } from './block-reflections.js';
import type { Address } from './kernels.js';
import { multiply } from './products.js';
import { applyLog, logCapacity, ROTATION_WEIGHT, ROTATIONS } from './rotation-log.js';
import { strideFor, type Workspace, type WorkspacePool } from './workspace.js';

/** An element of a pass over the matrix, counted in multiplications of plain TypeScript. */
const PASS_WEIGHT = 1 / 3;

/** `symmetricEigenvalues` of the contract. */
export function* symmetricEigenvaluesInSteps(pool: WorkspacePool, a: DenseMatrix): Steps<Float64Array> {
  checkSquare('symmetricEigenvalues', a);
  return yield* pool.with(function* (workspace) {
    const { d, e, scale } = yield* tridiagonalise(workspace, a, false);
    yield* tridiagonalEigenvalues(workspace, a.rows, d, e);
    return workspace
      .take(d, a.rows)
      .sort()
      .map((value) => value * scale);
  });
}

/** `symmetricEigen` of the contract. */
export function* symmetricEigenInSteps(pool: WorkspacePool, a: DenseMatrix): Steps<SymmetricEigen> {
  checkSquare('symmetricEigen', a);
  const n = a.rows;
  return yield* pool.with(function* (workspace) {
    const { d, e, scale, reflections } = yield* tridiagonalise(workspace, a, true);
    const rows = yield* formRows(workspace, n, n, reflections);
    yield* tridiagonalEigenvalues(workspace, n, d, e, rows);
    const found = workspace.take(d, n);
    const order = Array.from(found, (_, i) => i).sort((i, j) => found[i]! - found[j]!);
    return {
      values: Float64Array.from(order, (i) => found[i]! * scale),
      vectors: columnsFromRows(workspace, rows, order),
    };
  });
}

/** A matrix as a tridiagonal one: diagonal d, e[k] between k-1 and k, to be multiplied by `scale`. */
interface Tridiagonal {
  readonly d: Address;
  readonly e: Address;
  readonly scale: number;
  readonly reflections: Reflections;
}

/** *Cost*: 2/3 n^3 multiplications, half of them in products of matrices. */
function* tridiagonalise(workspace: Workspace, a: DenseMatrix, vectors: boolean): Steps<Tridiagonal> {
  const { kernels } = workspace;
  const n = a.rows;
  const lda = strideFor(n);
  const scale = largestBelow(a) || 1;
  const at = workspace.putRows(a, lda);
  const values = workspace.view(at, n * lda);
  // squares must neither overflow nor vanish, whatever the units
  for (let i = 0; i < values.length; i++) values[i]! /= scale;
  const ld = strideFor(n);
  const v = workspace.room((vectors ? n : BLOCK) * ld);
  const w = workspace.room(BLOCK * ld);
  const [d, e, tau, scratch] = [workspace.zeros(n), workspace.zeros(n + 1), workspace.room(n), workspace.room(BLOCK)];
  for (let done = 0; done < n; done += BLOCK) {
    const width = Math.min(BLOCK, n - done);
    const panel = vectors ? v + 8 * done * ld : v;
    for (let p = 0; p < width; p++) {
      const k = n - 1 - done - p;
      kernels.tridiagonalColumn(k, p, at, lda, panel, w, ld, d, e, tau + 8 * done, scratch);
      yield (PASS_WEIGHT * (k * k)) / 2 + 4 * p * k;
    }
    const left = n - done - width;
    if (left === 0) break;
    const update = {
      m: left,
      n: left,
      k: width,
      alpha: -1,
      lda: ld,
      ldb: ld,
      c: at,
      ldc: lda,
      transA: true,
      lower: true,
    };
    yield* multiply(workspace, { ...update, a: panel, b: w });
    yield* multiply(workspace, { ...update, a: w, b: panel });
  }
  const reflections = { count: n, v, ld, tau, range: (p: number) => [0, n - 1 - p] as const };
  return { d, e, scale, reflections };
}

/** The eigenvalues in place of the diagonal, unordered; turns the rows with them. */
function* tridiagonalEigenvalues(
  workspace: Workspace,
  n: number,
  d: Address,
  e: Address,
  rows?: OrthogonalRows,
): Steps<void> {
  if (n === 0) return;
  const [diagonal, off] = [workspace.view(d, n), workspace.view(e, n + 1)];
  let norm = 0;
  for (let i = 0; i < n; i++) norm = Math.max(norm, Math.abs(diagonal[i]!) + 2 * Math.abs(off[i]!));
  const negligible = Number.EPSILON * norm;
  const capacity = rows === undefined ? 0 : logCapacity(n);
  const log = workspace.room(capacity / 8);
  const scratch = workspace.room(8 * n);
  const state = workspace.zeros(1);
  const bytes = () => new Int32Array(workspace.kernels.memory.buffer, state, 1)[0]!;
  for (let l = 0; l >= 0; ) {
    l = workspace.kernels.qlSweeps(n, l, d, e + 8, negligible, ROTATIONS, log, capacity, state);
    if (l === -2) throw new Error(`implicit QL: an eigenvalue of ${n} has not converged after 80 sweeps`);
    yield ROTATION_WEIGHT * ROTATIONS;
    if (rows !== undefined) yield* applyLog(workspace, log, bytes(), rows, scratch);
  }
}
