/**
 * Singular values and vectors: blocked Householder bidiagonalisation, implicit QR on the bidiagonal matrix, and its
 * rotations applied to the rows of U' and V' for the vectors. A matrix that is much taller than wide is made square first.
 */
import { TrialError } from '@tangentlab/core';
import { checkFinite, type DenseMatrix, type Steps, type Svd } from '@tangentlab/tensor';
import { type Bidiagonal, bidiagonalise, putTall } from './bidiagonal.js';
import { columnsFromRows, extendRows, formRows, type OrthogonalRows } from './block-reflections.js';
import { applyLog, logCapacity, ROTATION_WEIGHT, ROTATIONS, STUCK } from './rotation-log.js';
import { TALL, tallQr } from './tall-qr.js';
import type { Workspace, WorkspacePool } from './workspace.js';

/** `singularValues` of the contract. */
export function* singularValuesInSteps(pool: WorkspacePool, a: DenseMatrix): Steps<Float64Array> {
  checkFinite('singularValues', a);
  return yield* pool.with(function* (workspace) {
    const { scale, ...tall } = putTall(workspace, a);
    const square = tall.m > TALL * tall.n ? (yield* tallQr(workspace, tall)).r : tall;
    const bidiagonal = yield* bidiagonalise(workspace, square, false);
    yield* diagonalise(workspace, bidiagonal);
    const values = workspace.take(bidiagonal.d, tall.n).map((value) => Math.abs(value) * scale);
    return values.sort().reverse();
  });
}

/** `svd` of the contract. */
export function* svdInSteps(pool: WorkspacePool, a: DenseMatrix): Steps<Svd> {
  checkFinite('svd', a);
  return yield* pool.with(function* (workspace) {
    const { scale, ...tall } = putTall(workspace, a);
    const { m, n } = tall;
    const qr = m > TALL * n ? yield* tallQr(workspace, tall) : undefined;
    const square = qr?.r ?? tall;
    const bidiagonal = yield* bidiagonalise(workspace, square, true);
    const left = reversed(workspace, yield* formRows(workspace, n, square.m, bidiagonal.left));
    const right = reversed(workspace, yield* formRows(workspace, n, n, bidiagonal.right));
    yield* diagonalise(workspace, bidiagonal, { left, right });
    const long = qr === undefined ? left : yield* extendRows(workspace, left, m, qr.reflections);
    const found = workspace.take(bidiagonal.d, n);
    const order = Array.from(found, (_, i) => i).sort((i, j) => Math.abs(found[j]!) - Math.abs(found[i]!));
    for (const [i, value] of found.entries()) {
      if (value >= 0) continue;
      const row = workspace.view(right.at + 8 * (n - 1 - i) * right.stride, n);
      for (let j = 0; j < n; j++) row[j] = -row[j]!;
    }
    const rows = order.map((i) => n - 1 - i); // they are stored in reverse
    const u = columnsFromRows(workspace, long, rows);
    const v = columnsFromRows(workspace, right, rows);
    const sigma = Float64Array.from(order, (i) => Math.abs(found[i]!) * scale);
    return a.rows < a.cols ? { u: v, sigma, v: u } : { u, sigma, v };
  });
}

/** The rows in reverse order, in place: sweeps go down the diagonal, and logs of rotations go up the rows. */
function reversed(workspace: Workspace, rows: OrthogonalRows): OrthogonalRows {
  const { at, stride } = rows;
  const all = workspace.view(at, rows.rows * stride);
  for (let [i, j] = [0, rows.rows - 1]; i < j; i++, j--) {
    const kept = all.slice(i * stride, (i + 1) * stride);
    all.copyWithin(i * stride, j * stride, (j + 1) * stride);
    all.set(kept, j * stride);
  }
  return rows;
}

/** The singular values, up to sign, in place of the diagonal, unordered; turns the vectors with them. */
function* diagonalise(
  workspace: Workspace,
  { n, d, e }: Bidiagonal,
  vectors?: { readonly left: OrthogonalRows; readonly right: OrthogonalRows },
): Steps<void> {
  if (n === 0) return;
  const capacity = vectors === undefined ? 0 : logCapacity(n);
  const logs = [workspace.room(capacity / 8), workspace.room(capacity / 8)] as const;
  const scratch = workspace.room(8 * n);
  const state = workspace.zeros(1);
  const [diagonal, off] = [workspace.view(d, n), workspace.view(e, n)];
  let norm = 0;
  for (let i = 0; i < n; i++) norm = Math.max(norm, Math.abs(diagonal[i]!) + Math.abs(off[i]!));
  const negligible = Number.EPSILON * norm;
  const bytes = () => new Int32Array(workspace.kernels.memory.buffer, state, 1)[0]!;
  for (let end = n - 1; end >= 0; ) {
    end = workspace.kernels.qrSweeps(n, end, d, e, negligible, ROTATIONS / 2, ...logs, capacity, state);
    if (end === STUCK) throw stuck(n);
    yield ROTATION_WEIGHT * ROTATIONS;
    if (vectors === undefined) continue;
    yield* applyLog(workspace, logs[0], bytes(), vectors.left, scratch);
    yield* applyLog(workspace, logs[1], bytes(), vectors.right, scratch);
  }
}

function stuck(n: number): TrialError {
  return new TrialError('TRIAL_FAILED', {
    where: `${n} singular values`,
    expected: 'QR must converge within 80 sweeps for each value',
    todo: 'please report the matrix; the reference linear algebra may do',
  });
}
