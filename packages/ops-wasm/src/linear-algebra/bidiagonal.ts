/**
 * A matrix as a bidiagonal one, in panels of Householder reflections from both sides.
 */
// A = U B V' (or A' where A is wide), m x n with m >= n, B upper bidiagonal
import { type DenseMatrix, largestEntry, type Steps } from '@tangentlab/tensor';
import type { Address } from '../wasm-host.js';
import { BLOCK, type Reflections } from './block-reflections.js';
import { multiply } from './products.js';
import { unitFor } from './scaling.js';
import { strideFor, type Workspace } from './workspace.js';

/** An element of a pass over the matrix, counted in multiplications of plain TypeScript. */
const PASS_WEIGHT = 1 / 3;

/** Diagonal d and superdiagonal e, and the reflections that led there. */
export interface Bidiagonal {
  readonly n: number;
  readonly d: Address;
  readonly e: Address;
  readonly left: Reflections;
  readonly right: Reflections;
}

/** A tall matrix in the memory of a workspace. */
export interface TallMatrix {
  readonly m: number;
  readonly n: number;
  readonly at: Address;
  readonly lda: number;
}

/** The matrix, or its transpose if it is wide, in units near its largest entry. */
export function putTall(workspace: Workspace, a: DenseMatrix): TallMatrix & { readonly scale: number } {
  const { rows, cols } = a;
  const scale = unitFor(largestEntry(a));
  const [m, n] = rows < cols ? [cols, rows] : [rows, cols];
  const lda = strideFor(n);
  let at = 0;
  if (rows < cols) {
    at = workspace.room(m * lda);
    workspace.kernels.transpose(rows, cols, workspace.put(a.values), cols, at, lda);
  } else at = workspace.putRows(a, lda);
  workspace.kernels.scale(1 / scale, at, m * lda);
  return { m, n, at, lda, scale };
}

/** *Cost*: 2 (m n^2 - n^3 / 3) multiplications, half of them in products of matrices. Keeps all reflections for `vectors`. */
export function* bidiagonalise(
  workspace: Workspace,
  { m, n, at, lda }: TallMatrix,
  vectors: boolean,
): Steps<Bidiagonal> {
  const { kernels } = workspace;
  const [ldu, ldv] = [strideFor(m), strideFor(n)];
  const kept = vectors ? n : Math.min(n, BLOCK);
  const panel = Math.min(n, BLOCK);
  const [u, v] = [workspace.room(kept * ldu), workspace.room(kept * ldv)];
  const [x, y] = [workspace.room(panel * ldu), workspace.room(panel * ldv)];
  const [d, e] = [workspace.zeros(n), workspace.zeros(n)];
  const [tauU, tauV, scratch] = [workspace.room(n), workspace.room(n), workspace.room(BLOCK + 1)];
  for (let done = 0; done < n; done += BLOCK) {
    const width = Math.min(BLOCK, n - done);
    const [us, vs] = vectors ? [u + 8 * done * ldu, v + 8 * done * ldv] : [u, v];
    for (let p = 0; p < width; p++) {
      const i = done + p;
      const taus = [tauU + 8 * done, tauV + 8 * done] as const;
      kernels.bidiagonalColumn(m, n, i, p, at, lda, us, x, ldu, vs, y, ldv, d, e, ...taus, scratch);
      yield PASS_WEIGHT * 2 * (m - i) * (n - i) + 4 * p * (m + n);
    }
    const from = done + width;
    if (from === n) break;
    const rest = { m: m - from, n: n - from, k: width, alpha: -1, lda: ldu, ldb: ldv, transA: true };
    const c = { c: at + 8 * from * (lda + 1), ldc: lda };
    yield* multiply(workspace, { ...rest, ...c, a: us + 8 * from, b: y + 8 * from });
    yield* multiply(workspace, { ...rest, ...c, a: x + 8 * from, b: vs + 8 * from });
  }
  const left = { count: n, v: u, ld: ldu, tau: tauU, range: (p: number) => [p, m] as const };
  const right = { count: n, v, ld: ldv, tau: tauV, range: (p: number) => [p + 1, n] as const };
  return { n, d, e, left, right };
}
