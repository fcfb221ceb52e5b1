/**
 * QR with column pivoting: panels of Householder reflections, the rest of the matrix brought up to date as one product
 * after each. A panel ends early where the length of a remainder has cancelled too far to be trusted.
 */
import { checkFinite, type DenseMatrix, largestEntry, type PivotedQr, type Steps } from '@tangentlab/tensor';
import { BLOCK, columnsFromRows, formRows } from './block-reflections.js';
import { multiply } from './products.js';
import { unitFor } from './scaling.js';
import { strideFor, type WorkspacePool } from './workspace.js';

/** An element of a pass over the matrix, counted in multiplications of plain TypeScript. */
const PASS_WEIGHT = 1 / 3;

/** `qr` of the contract. */
export function* qrInSteps(pool: WorkspacePool, a: DenseMatrix): Steps<PivotedQr> {
  checkFinite('qr', a);
  const { rows: m, cols: n } = a;
  const r = Math.min(m, n);
  const scale = unitFor(largestEntry(a));
  const lda = strideFor(n);
  const [ldv, ldf] = [strideFor(m), strideFor(n)];
  return yield* pool.with(function* (workspace) {
    const { kernels } = workspace;
    const at = workspace.putRows(a, lda);
    kernels.scale(1 / scale, at, m * lda);
    const [v, f] = [workspace.room(r * ldv), workspace.room(BLOCK * ldf)];
    const [order, lengths, known] = [workspace.room(n), workspace.room(n), workspace.room(n)];
    const [tau, scratch] = [workspace.room(r), workspace.room(BLOCK)];
    const pivots = new Int32Array(kernels.memory.buffer, order, n);
    for (let j = 0; j < n; j++) pivots[j] = j;
    kernels.columnLengths(m, n, 0, at, lda, lengths, known);
    for (let done = 0; done < r; ) {
      const panel = v + 8 * done * ldv;
      let width = 0;
      for (let afresh = 0; afresh === 0 && width < BLOCK && done + width < r; width++) {
        const i = done + width;
        const panels = [panel, ldv, f, ldf, order, lengths, known, tau + 8 * done, scratch] as const;
        afresh = kernels.pivotedColumn(m, n, i, width, 1, at, lda, ...panels);
        yield PASS_WEIGHT * (m - i) * (n - i) + 2 * width * (m + n);
      }
      done += width;
      const rest = { m: m - done, n: n - done, k: width, alpha: -1, lda: ldv, ldb: ldf, transA: true };
      const c = { c: at + 8 * done * (lda + 1), ldc: lda };
      yield* multiply(workspace, { ...rest, ...c, a: panel + 8 * done, b: f + 8 * done });
      if (done < r) kernels.columnLengths(m, n, done, at, lda, lengths, known);
    }
    const upper = workspace.takeRows(at, r, n, lda);
    for (let i = 0; i < r; i++) {
      upper.values.fill(0, i * n, i * n + i);
      for (let j = i; j < n; j++) upper.values[i * n + j]! *= scale;
    }
    const chosen = new Int32Array(kernels.memory.buffer, order, n).slice();
    const reflections = { count: r, v, ld: ldv, tau, range: (p: number) => [p, m] as const };
    const rows = yield* formRows(workspace, r, m, reflections);
    const q = columnsFromRows(
      workspace,
      rows,
      Array.from({ length: r }, (_, j) => j),
    );
    return { q, r: upper, pivots: chosen };
  });
}
