/**
 * The contract of f64 linear algebra, where ranks and spectra are decided, and the token of its role.
 */
import { ShapeError, token } from '@tangentlab/core';

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

/** Decompositions in f64. */
export interface LinearAlgebra {
  readonly name: string;
  /**
   * The singular values, descending: min(rows, cols) of them.
   *
   * *Error*: at most p(rows, cols) eps sigma_1 each, p a modest polynomial (normwise backward stable). *Throws*
   * SHAPE_MISMATCH unless there are rows x cols values, NUMERIC_NOT_FINITE for a matrix with NaN or infinities. Does not
   * change `a`.
   */
  singularValues(a: DenseMatrix): Float64Array;
  /**
   * The same values, bit for bit, giving way to the event loop every 30 ms or so. `a` must not change meanwhile. *Throws*
   * as `singularValues` does, and the signal's reason when aborted.
   */
  singularValuesAsync?(a: DenseMatrix, signal?: AbortSignal): Promise<Float64Array>;
}

/** The role of f64 linear algebra. */
export const LINEAR_ALGEBRA = token<LinearAlgebra>('LinearAlgebra', 'analyzer');
