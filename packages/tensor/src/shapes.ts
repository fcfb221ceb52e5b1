/**
 * Shape checks shared by all back ends: done once per operation, before a kernel sees anything.
 */
import { ShapeError } from '@tangentlab/core';
import type { GemmOptions, Matrix } from './matrix-backend.js';
import { initialState, type OptimizerSpec } from './optimizer.js';

/** Keeps a gradient of 0 from being divided by 0 where gradients are clipped by their norm; PyTorch's. */
export const CLIP_EPSILON = 1e-6;

/** `(80,20)`. */
export function shapeOf({ rows, cols }: Matrix): string {
  return `(${rows},${cols})`;
}

/** Throws SHAPE_MISMATCH unless `ok`. */
export function checkShapes(ok: boolean, op: string, expected: string, ...matrices: readonly Matrix[]): void {
  if (ok) return;
  throw new ShapeError('SHAPE_MISMATCH', {
    where: op,
    expected,
    got: matrices.map(shapeOf).join(' x '),
    todo: 'check the widths of the model and the features of the data',
  });
}

/** Throws SHAPE_MISMATCH unless both have the same rows and columns. */
export function checkSameShape(op: string, a: Matrix, b: Matrix): void {
  checkShapes(a.rows === b.rows && a.cols === b.cols, op, 'both shapes must be equal', a, b);
}

/** Throws SHAPE_MISMATCH unless all of these rows are there. */
export function checkRowsOf(a: Matrix, rows: Int32Array): void {
  for (const row of rows) {
    if (!(row >= 0 && row < a.rows)) checkShapes(false, 'gatherRows', `row ${row} must lie in 0..${a.rows - 1}`, a);
  }
}

/** Throws SHAPE_MISMATCH unless the bias is one row as wide as z. */
export function checkBias(z: Matrix, bias: Matrix): void {
  if (bias.rows === 1 && bias.cols === z.cols) return;
  checkShapes(false, 'addBias', `the bias must be (1,${z.cols})`, z, bias);
}

/** Throws SHAPE_MISMATCH unless gradient and state fit the parameter, and the state has as many parts as the optimizer. */
export function checkState(
  parameter: Matrix,
  gradient: Matrix,
  state: readonly Matrix[],
  optimizer: OptimizerSpec,
): void {
  checkSameShape(optimizer.name, parameter, gradient);
  for (const kept of state) checkSameShape(optimizer.name, parameter, kept);
  const wanted = initialState(optimizer).length;
  if (state.length === wanted) return;
  throw new ShapeError('SHAPE_MISMATCH', {
    where: optimizer.name,
    expected: `it keeps ${wanted} matrices for each parameter`,
    got: String(state.length),
    todo: 'allocate what initialState(optimizer) names',
  });
}

/** The sizes m, n, k of a product, after checking them. */
export function gemmSizes(a: Matrix, b: Matrix, options: GemmOptions): { m: number; n: number; k: number } {
  const { transA = false, transB = false, beta = 0, c } = options;
  const [m, k] = transA ? [a.cols, a.rows] : [a.rows, a.cols];
  const [inner, n] = transB ? [b.cols, b.rows] : [b.rows, b.cols];
  checkShapes(k === inner, 'gemm', 'inner sizes must agree', a, b);
  if (c === undefined) checkShapes(beta === 0, 'gemm', 'a beta other than 0 needs c', a, b);
  else checkShapes(c.rows === m && c.cols === n, 'gemm', `c must be (${m},${n})`, c);
  return { m, n, k };
}
