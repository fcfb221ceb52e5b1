/**
 * Orthogonal matrices from blocks of Householder reflections: Q' = (H_1 H_2 ...)', formed from the last block to the first,
 * so that each touches only the part of the identity that it changes.
 */
import type { DenseMatrix, Steps } from '@tangentlab/tensor';
import type { Address } from '../wasm-host.js';
import { multiply } from './products.js';
import { strideFor, type Workspace } from './workspace.js';

/** Reflections that are applied together. */
export const BLOCK = 32;

/** Coordinates, or rows: the first, and the one after the last. */
export type Range = readonly [from: number, to: number];

/** Reflections as rows of a matrix: row p holds v of H_p. */
export interface Reflections {
  readonly count: number;
  readonly v: Address;
  readonly ld: number;
  readonly tau: Address;
  /** The first coordinate that reflections from p on touch, and the one after the last. */
  range(p: number): Range;
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
  const formed = { rows, size, at, stride };
  // row i of the identity is e_i: only reflections that touch coordinate i change it
  yield* applyBlocks(workspace, formed, reflections, ([from, to]) => [from, Math.min(rows, to)]);
  return formed;
}

/** G [I 0] Q' for n x n rows G and reflections of length `size`. *Cost*: 2 n size count multiplications. */
export function* extendRows(
  workspace: Workspace,
  rows: OrthogonalRows,
  size: number,
  reflections: Reflections,
): Steps<OrthogonalRows> {
  const stride = strideFor(size);
  const at = workspace.zeros(rows.rows * stride);
  const [from, to] = [workspace.view(rows.at, rows.rows * rows.stride), workspace.view(at, rows.rows * stride)];
  for (let i = 0; i < rows.rows; i++) {
    to.set(from.subarray(i * rows.stride, i * rows.stride + rows.size), i * stride);
  }
  const extended = { rows: rows.rows, size, at, stride };
  yield* applyBlocks(workspace, extended, reflections, () => [0, rows.rows]);
  return extended;
}

/** G <- G H_b' for all blocks, from the last to the first, on the rows that a block of that range changes. */
function* applyBlocks(
  workspace: Workspace,
  { rows, at, stride }: OrthogonalRows,
  reflections: Reflections,
  rowsOf: (range: Range) => Range,
): Steps<void> {
  const t = workspace.room(BLOCK * BLOCK);
  const gram = workspace.room(BLOCK * BLOCK);
  const [left, right] = [workspace.room(rows * BLOCK), workspace.room(rows * BLOCK)];
  const { count, ld } = reflections;
  for (let p = Math.floor((count - 1) / BLOCK) * BLOCK; p >= 0; p -= BLOCK) {
    const nb = Math.min(BLOCK, count - p);
    const [from, to] = reflections.range(p);
    const [first, end] = rowsOf([from, to]);
    const [height, length] = [end - first, to - from];
    if (height <= 0 || length <= 0) continue;
    const v = reflections.v + 8 * (p * ld + from);
    const g = at + 8 * (first * stride + from);
    yield* factorOfBlock(workspace, { nb, length, v, ld, tau: reflections.tau + 8 * p }, gram, t);
    workspace.view(left, height * nb).fill(0);
    workspace.view(right, height * nb).fill(0);
    // G - (G V') T' V
    const inner = { m: height, n: nb, k: length, alpha: 1, a: g, lda: stride, b: v, ldb: ld, c: left, ldc: nb };
    yield* multiply(workspace, { ...inner, transB: true });
    const middle = { m: height, n: nb, k: nb, alpha: 1, a: left, lda: nb, b: t, ldb: nb, c: right, ldc: nb };
    yield* multiply(workspace, { ...middle, transB: true });
    const outer = { m: height, n: length, k: nb, alpha: -1, a: right, lda: nb, b: v, ldb: ld, c: g, ldc: stride };
    yield* multiply(workspace, outer);
  }
}

/** A block of reflections: rows of V, from the first coordinate that they touch on. */
export interface Block {
  readonly nb: number;
  readonly length: number;
  readonly v: Address;
  readonly ld: number;
  readonly tau: Address;
}

/** The triangular T of a block, with H_1 H_2 ... = I - V' T V. `gram` is scratch; both hold nb x nb doubles. */
export function* factorOfBlock(
  workspace: Workspace,
  { nb, length, v, ld, tau }: Block,
  gram: Address,
  t: Address,
): Steps<void> {
  workspace.view(gram, nb * nb).fill(0);
  const squares = { m: nb, n: nb, k: length, alpha: 1, a: v, lda: ld, b: v, ldb: ld, c: gram, ldc: nb };
  yield* multiply(workspace, { ...squares, transB: true });
  workspace.kernels.blockFactor(nb, gram, tau, t);
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
