/**
 * Orthogonal matrices from blocks of Householder reflections: Q' = (H_1 H_2 ...)', formed from the last block to the first,
 * so that each touches only the part of the identity that it changes.
 */
import type { DenseMatrix, Steps } from '@tangentlab/tensor';
import type { Address } from './kernels.js';
import { multiply } from './products.js';
import { strideFor, type Workspace } from './workspace.js';

/** Reflections that are applied together. */
export const BLOCK = 32;

/** Reflections as rows of a matrix: row p holds v of H_p. */
export interface Reflections {
  readonly count: number;
  readonly v: Address;
  readonly ld: number;
  readonly tau: Address;
  /** The first coordinate that reflections from p on touch, and the one after the last. */
  range(p: number): readonly [from: number, to: number];
}

/** Room for the rows of an orthogonal matrix. */
export interface OrthogonalRows {
  readonly rows: number;
  readonly size: number;
  readonly at: Address;
  readonly stride: number;
}

/**
 * The first `rows` rows of Q' for reflections of length `size`. Rows outside the range of all reflections are those of the
 * identity. *Cost*: 2 rows size count multiplications, less where ranges are short.
 */
export function* formRows(
  workspace: Workspace,
  rows: number,
  size: number,
  reflections: Reflections,
): Steps<OrthogonalRows> {
  const stride = strideFor(size);
  const at = workspace.zeros(rows * stride);
  const view = workspace.view(at, rows * stride);
  for (let i = 0; i < rows; i++) view[i * stride + i] = 1;
  const gram = workspace.room(BLOCK * BLOCK);
  const t = workspace.room(BLOCK * BLOCK);
  const left = workspace.room(rows * BLOCK);
  const right = workspace.room(rows * BLOCK);
  const { count, ld } = reflections;
  for (let p = Math.floor((count - 1) / BLOCK) * BLOCK; p >= 0; p -= BLOCK) {
    const nb = Math.min(BLOCK, count - p);
    const [from, to] = reflections.range(p);
    const height = Math.min(rows, to) - from;
    const length = to - from;
    if (height <= 0 || length <= 0) continue;
    const v = reflections.v + 8 * (p * ld + from);
    const g = at + 8 * from * (stride + 1);
    workspace.view(gram, nb * nb).fill(0);
    const squares = { m: nb, n: nb, k: length, alpha: 1, a: v, lda: ld, b: v, ldb: ld, c: gram, ldc: nb };
    yield* multiply(workspace, { ...squares, transB: true });
    workspace.kernels.blockFactor(nb, gram, reflections.tau + 8 * p, t);
    workspace.view(left, height * nb).fill(0);
    workspace.view(right, height * nb).fill(0);
    // G - (G V') T' V
    const first = { m: height, n: nb, k: length, alpha: 1, a: g, lda: stride, b: v, ldb: ld, c: left, ldc: nb };
    yield* multiply(workspace, { ...first, transB: true });
    const second = { m: height, n: nb, k: nb, alpha: 1, a: left, lda: nb, b: t, ldb: nb, c: right, ldc: nb };
    yield* multiply(workspace, { ...second, transB: true });
    yield* multiply(workspace, {
      ...{ m: height, n: length, k: nb, alpha: -1, a: right, lda: nb, b: v, ldb: ld, c: g, ldc: stride },
    });
  }
  return { rows, size, at, stride };
}

/** The rows of an orthogonal matrix, in the order given, as columns. */
export function columnsFromRows(workspace: Workspace, from: OrthogonalRows, order: readonly number[]): DenseMatrix {
  const { size, at, stride } = from;
  const count = order.length;
  const sorted = workspace.room(count * stride);
  const columns = workspace.room(size * count);
  const source = workspace.view(at, from.rows * stride);
  const target = workspace.view(sorted, count * stride);
  for (const [j, row] of order.entries()) target.set(source.subarray(row * stride, (row + 1) * stride), j * stride);
  workspace.kernels.transpose(count, size, sorted, stride, columns, count);
  return { rows: size, cols: count, values: workspace.take(columns, size * count) };
}
