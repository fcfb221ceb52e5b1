/**
 * The contract of f64 linear algebra, where ranks and spectra are decided, and the token of its role.
 */
import { token } from '@tangentlab/core';

/** A rows x cols matrix of doubles, row-major. Plain data, unlike the handles of a MatrixBackend. */
export interface DenseMatrix {
  readonly rows: number;
  readonly cols: number;
  readonly values: Float64Array;
}

/** Decompositions in f64. */
export interface LinearAlgebra {
  readonly name: string;
  /**
   * The singular values, descending: min(rows, cols) of them.
   *
   * *Error*: at most p(rows, cols) eps sigma_1 each, p a modest polynomial (normwise backward stable). *Throws*
   * NUMERIC_NOT_FINITE for a matrix with NaN or infinities. Does not change `a`.
   */
  singularValues(a: DenseMatrix): Float64Array;
}

/** The role of f64 linear algebra. */
export const LINEAR_ALGEBRA = token<LinearAlgebra>('LinearAlgebra', 'analyzer');
