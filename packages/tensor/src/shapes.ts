/**
 * Shape checks shared by all back ends: done once per operation, before a kernel sees anything.
 */
import { ShapeError } from '@tangentlab/core';
import type { GemmOptions, Matrix } from './matrix-backend.js';

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
