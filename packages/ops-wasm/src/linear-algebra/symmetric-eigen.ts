/**
 * Eigenvalues and eigenvectors of symmetric matrices: blocked Householder tridiagonalisation, implicit QL on the
 * tridiagonal, and its rotations applied to the rows of Q' for the vectors.
 */
// A = Q T Q', T = Z diag(values) Z', so (Q Z)' = Z' Q' has the eigenvectors as rows
import { TrialError } from '@tangentlab/core';
import { checkSquare, type DenseMatrix, largestBelow, type Steps, type SymmetricEigen } from '@tangentlab/tensor';
import type { Address } from '../wasm-host.js';
import { BLOCK, columnsFromRows, formRows, type OrthogonalRows, type Reflections } from './block-reflections.js';
import { multiply } from './products.js';
import { applyLog, logCapacity, ROTATION_WEIGHT, ROTATIONS, STUCK } from './rotation-log.js';
import { unitFor } from './scaling.js';
import { strideFor, type Workspace, type WorkspacePool } from './workspace.js';

/** An element of a pass over the matrix, counted in multiplications of plain TypeScript. */
const PASS_WEIGHT = 1 / 3;

/** `symmetricEigenvalues` of the contract. */
export function* symmetricEigenvaluesInSteps(pool: WorkspacePool, a: DenseMatrix): Steps<Float64Array> {
  checkSquare('symmetricEigenvalues', a);
  return yield* pool.with(function* (workspace) {
    const tridiagonal = yield* tridiagonalise(workspace, a, false);
    const { d, scale } = tridiagonal;
    yield* tridiagonalValues(workspace, a.rows, tridiagonal);
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
    const tridiagonal = yield* tridiagonalise(workspace, a, true);
    const { d, scale, reflections } = tridiagonal;
    const rows = yield* formRows(workspace, n, n, reflections);
    yield* tridiagonalVectors(workspace, n, tridiagonal, rows);
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
  const scale = unitFor(largestBelow(a));
  const at = workspace.putRows(a, lda);
  kernels.scale(1 / scale, at, n * lda);
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

/** The eigenvalues in place of the diagonal, unordered. */
function* tridiagonalValues(workspace: Workspace, n: number, { d, e }: Tridiagonal): Steps<void> {
  if (n === 0) return;
  const negligible = negligibleIn(workspace, n, d, e) ** 2;
  const squares = workspace.view(e, n + 1);
  for (let i = 0; i < n; i++) squares[i]! *= squares[i]!;
  const state = workspace.zeros(1);
  for (let l = 0; l >= 0; ) {
    l = workspace.kernels.valueSweeps(n, l, d, e + 8, negligible, ROTATIONS, state);
    if (l === STUCK) throw stuck(n);
    yield ROTATION_WEIGHT * ROTATIONS;
  }
}

/** The same, turning the rows with them. */
function* tridiagonalVectors(
  workspace: Workspace,
  n: number,
  { d, e }: Tridiagonal,
  rows: OrthogonalRows,
): Steps<void> {
  if (n === 0) return;
  const negligible = negligibleIn(workspace, n, d, e);
  const capacity = logCapacity(n);
  const log = workspace.room(capacity / 8);
  const scratch = workspace.room(8 * n);
  const state = workspace.zeros(1);
  const bytes = () => new Int32Array(workspace.kernels.memory.buffer, state, 1)[0]!;
  for (let l = 0; l >= 0; ) {
    l = workspace.kernels.qlSweeps(n, l, d, e + 8, negligible, ROTATIONS, log, capacity, state);
    if (l === STUCK) throw stuck(n);
    yield ROTATION_WEIGHT * ROTATIONS;
    yield* applyLog(workspace, log, bytes(), rows, scratch);
  }
}

/** Off-diagonals at most this large count as 0: against the norm, since values near 0 have no large neighbours. */
function negligibleIn(workspace: Workspace, n: number, d: Address, e: Address): number {
  const [diagonal, off] = [workspace.view(d, n), workspace.view(e, n + 1)];
  let norm = 0;
  for (let i = 0; i < n; i++) norm = Math.max(norm, Math.abs(diagonal[i]!) + 2 * Math.abs(off[i]!));
  return Number.EPSILON * norm;
}

function stuck(n: number): TrialError {
  return new TrialError('TRIAL_FAILED', {
    where: `eigenvalues of a (${n},${n}) matrix`,
    expected: 'QL must converge within 80 sweeps for each value',
    todo: 'please report the matrix; the reference linear algebra may do',
  });
}
