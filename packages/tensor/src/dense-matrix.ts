/**
 * A matrix of doubles as plain data, and the checks that every implementation of linear algebra makes of its arguments
 * before it starts.
 */
import { ShapeError, TrialError } from '@tangentlab/core';
import { firstNotFinite } from './first-not-finite.js';
import { shapeOf } from './shapes.js';

/** A rows x cols matrix of doubles, row-major. Plain data, unlike the handles of a MatrixBackend. */
export interface DenseMatrix {
  readonly rows: number;
  readonly cols: number;
  readonly values: Float64Array;
}

/** Throws SHAPE_MISMATCH unless there are rows x cols values. */
export function checkDense(
  where: string,
  { rows, cols, values }: { readonly rows: number; readonly cols: number; readonly values: ArrayLike<number> },
): void {
  const counts = [rows, cols].every((count) => Number.isSafeInteger(count) && count >= 0);
  if (counts && values.length === rows * cols) return;
  throw new ShapeError('SHAPE_MISMATCH', {
    where,
    expected: counts ? `a (${rows},${cols}) matrix has ${rows * cols} values` : 'rows and cols must be 0, 1, 2, ...',
    got: counts ? String(values.length) : `(${rows},${cols})`,
    todo: 'check rows and cols',
  });
}

/** Throws SHAPE_MISMATCH unless there are rows x cols values, NUMERIC_NOT_FINITE unless all of them are finite. */
export function checkFinite(where: string, a: DenseMatrix): void {
  checkDense(where, a);
  const at = firstNotFinite(a.values);
  if (at < 0) return;
  throw new TrialError('NUMERIC_NOT_FINITE', {
    where: `${where} of a ${shapeOf(a)} matrix`,
    expected: `entry (${Math.floor(at / a.cols)},${at % a.cols}) must be finite`,
    got: String(a.values[at]),
    todo: 'look at what produced it',
  });
}

/** `checkFinite`, and SHAPE_MISMATCH unless the matrix is square. */
export function checkSquare(where: string, a: DenseMatrix): void {
  checkFinite(where, a);
  if (a.rows === a.cols) return;
  throw new ShapeError('SHAPE_MISMATCH', {
    where,
    expected: 'the matrix must be square',
    got: shapeOf(a),
    todo: 'check rows and cols',
  });
}

/** The largest absolute value; 0 for an empty matrix. */
export function largestEntry({ values }: DenseMatrix): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]!));
  return largest;
}

/** The largest absolute value on and below the diagonal of a square matrix. */
export function largestBelow({ rows, values }: DenseMatrix): number {
  let largest = 0;
  for (let i = 0; i < rows; i++) {
    for (let at = i * rows; at <= i * rows + i; at++) largest = Math.max(largest, Math.abs(values[at]!));
  }
  return largest;
}
