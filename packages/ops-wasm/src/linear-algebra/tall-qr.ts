/**
 * QR of a tall matrix without pivoting, in blocks: what comes before a bidiagonalisation that would otherwise run over all
 * rows twice for each column.
 */
// A = Q R, m x n with m >= n
import type { Steps } from '@tangentlab/tensor';
import type { TallMatrix } from './bidiagonal.js';
import { BLOCK, factorOfBlock, type Reflections } from './block-reflections.js';
import { multiply } from './products.js';
import { strideFor, type Workspace } from './workspace.js';

/** From this ratio of rows to columns on the factorisation pays. */
export const TALL = 1.5;

/** An element of a pass over a panel, counted in multiplications of plain TypeScript. */
const PASS_WEIGHT = 1 / 2;

/** R as a square matrix, and the reflections of Q. *Cost*: m n^2 - n^3 / 3 multiplications, nearly all in products. */
export function* tallQr(
  workspace: Workspace,
  { m, n, at, lda }: TallMatrix,
): Steps<{ readonly r: TallMatrix; readonly reflections: Reflections }> {
  const { kernels } = workspace;
  const [ldv, ldf] = [strideFor(m), strideFor(n)];
  const [v, f, tau] = [workspace.room(n * ldv), workspace.room(BLOCK * ldf), workspace.room(n)];
  const [gram, t, scratch] = [workspace.room(BLOCK * BLOCK), workspace.room(BLOCK * BLOCK), workspace.room(BLOCK)];
  const [left, right] = [workspace.room(BLOCK * n), workspace.room(BLOCK * n)];
  for (let p = 0; p < n; p += BLOCK) {
    const nb = Math.min(BLOCK, n - p);
    const panel = v + 8 * p * ldv;
    for (let i = p; i < p + nb; i++) {
      // columns beyond the panel wait for the block; without pivoting neither order nor lengths are looked at
      kernels.pivotedColumn(m, p + nb, i, i - p, 0, at, lda, panel, ldv, f, ldf, 0, 0, 0, tau + 8 * p, scratch);
      yield PASS_WEIGHT * (m - p) * nb;
    }
    const rest = n - p - nb;
    if (rest === 0) break;
    const block = { nb, length: m - p, v: panel + 8 * p, ld: ldv, tau: tau + 8 * p };
    yield* factorOfBlock(workspace, block, gram, t);
    workspace.view(left, nb * rest).fill(0);
    workspace.view(right, nb * rest).fill(0);
    // C - V' T' (V C)
    const c = at + 8 * (p * lda + p + nb);
    const inner = { m: nb, n: rest, k: m - p, alpha: 1, a: block.v, lda: ldv, b: c, ldb: lda, c: left, ldc: rest };
    yield* multiply(workspace, inner);
    const middle = { m: nb, n: rest, k: nb, alpha: 1, a: t, lda: nb, b: left, ldb: rest, c: right, ldc: rest };
    yield* multiply(workspace, { ...middle, transA: true });
    const outer = { m: m - p, n: rest, k: nb, alpha: -1, a: block.v, lda: ldv, b: right, ldb: rest, c, ldc: lda };
    yield* multiply(workspace, { ...outer, transA: true });
  }
  const r = workspace.zeros(n * lda);
  const [from, to] = [workspace.view(at, n * lda), workspace.view(r, n * lda)];
  for (let i = 0; i < n; i++) to.set(from.subarray(i * lda + i, i * lda + n), i * lda + i);
  const reflections = { count: n, v, ld: ldv, tau, range: (p: number) => [p, m] as const };
  return { r: { m: n, n, at: r, lda }, reflections };
}
