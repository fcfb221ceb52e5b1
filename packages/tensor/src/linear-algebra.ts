/**
 * The contract of f64 linear algebra, where ranks and spectra are decided, and the token of its role.
 *
 * All matrices are plain row-major data; nothing changes its arguments. Every operation checks its arguments before it
 * starts: SHAPE_MISMATCH for sizes, NUMERIC_NOT_FINITE for NaN and infinities. p is a modest polynomial of the sizes and
 * eps = 2^-52; `linearAlgebraLaws` in testkit says which p. A member `xAsync` computes what `x` does, bit for bit, giving
 * way to the event loop every 30 ms or so: arguments must not change meanwhile, and an aborted signal's reason is thrown.
 */
import { token } from '@tangentlab/core';
import type { DenseMatrix } from './dense-matrix.js';
import type { LanczosOptions, LanczosResult, LinearOperator } from './lanczos/lanczos.js';
import type { GemmOptions } from './matrix-backend.js';
import type { NumericalRank } from './numerical-rank.js';

/** C = alpha op(A) op(B) + beta C on plain matrices. */
export interface DenseGemmOptions extends Omit<GemmOptions, 'c'> {
  readonly c?: DenseMatrix;
}

/** Which product with the own transpose. */
export interface SyrkOptions {
  /** A'A instead of A A'. */
  readonly trans?: boolean;
}

/** Which triangular system. */
export interface TriangularOptions {
  /** T is upper triangular; lower unless given. The other triangle is not read. */
  readonly upper?: boolean;
  /** T' X = B instead of T X = B. */
  readonly trans?: boolean;
}

/** A[pivots, pivots] = L L' up to what was dropped. */
export interface PivotedCholesky {
  /** L, n x rank, lower trapezoidal: row i belongs to row `pivots[i]` of A. */
  readonly factor: DenseMatrix;
  /** All rows of A in the order in which they were chosen; those from `rank` on were not. */
  readonly pivots: Int32Array;
  readonly rank: number;
  /** Pivots at most this large count as zero. */
  readonly tolerance: number;
  /** The largest pivot that was left; 0 where none was. */
  readonly dropped: number;
}

/** A = V diag(values) V'. */
export interface SymmetricEigen {
  /** Ascending. */
  readonly values: Float64Array;
  /** n x n; column j belongs to `values[j]`. Orthonormal; signs are whatever they come to. */
  readonly vectors: DenseMatrix;
}

/** A = U diag(sigma) V', with r = min(rows, cols) columns each. */
export interface Svd {
  /** rows x r, orthonormal columns. */
  readonly u: DenseMatrix;
  /** Descending. */
  readonly sigma: Float64Array;
  /** cols x r, orthonormal columns. */
  readonly v: DenseMatrix;
}

/** A[:, pivots] = Q R, with r = min(rows, cols). */
export interface PivotedQr {
  /** rows x r, orthonormal columns. */
  readonly q: DenseMatrix;
  /** r x cols, upper trapezoidal; absolute values on its diagonal descend. */
  readonly r: DenseMatrix;
  /** Column j of Q R is column `pivots[j]` of A. */
  readonly pivots: Int32Array;
}

/** Products and decompositions in f64. */
export interface LinearAlgebra {
  readonly name: string;
  /** alpha op(A) op(B) + beta C, as a new matrix. *Error*: n eps for each inner product of length n. */
  gemm(a: DenseMatrix, b: DenseMatrix, options?: DenseGemmOptions): DenseMatrix;
  gemmAsync(a: DenseMatrix, b: DenseMatrix, options?: DenseGemmOptions, signal?: AbortSignal): Promise<DenseMatrix>;
  /** A A' (or A'A), exactly symmetric, at half the cost of `gemm`. */
  syrk(a: DenseMatrix, options?: SyrkOptions): DenseMatrix;
  syrkAsync(a: DenseMatrix, options?: SyrkOptions, signal?: AbortSignal): Promise<DenseMatrix>;
  /**
   * The lower L with A = L L'; of A only the lower triangle counts.
   *
   * *Error*: that of an A changed by p eps |L| |L'|. *Throws* TRIAL_FAILED, with the `index` of the pivot in its details,
   * for a matrix that is not positive definite to working precision.
   */
  cholesky(a: DenseMatrix): DenseMatrix;
  choleskyAsync(a: DenseMatrix, signal?: AbortSignal): Promise<DenseMatrix>;
  /**
   * A Cholesky factorisation that takes the largest remaining diagonal entry first, until none is above the tolerance:
   * n eps times the largest entry of the diagonal unless given. For a positive semidefinite A it reveals the rank, of
   * eigenvalues down to about the tolerance. Of A only the lower triangle counts. *Throws* CONFIG_INVALID for a
   * tolerance that is negative or NaN.
   */
  pivotedCholesky(a: DenseMatrix, tolerance?: number): PivotedCholesky;
  pivotedCholeskyAsync(a: DenseMatrix, tolerance?: number, signal?: AbortSignal): Promise<PivotedCholesky>;
  /**
   * The X with T X = B (or T' X = B), T n x n triangular, B n x m.
   *
   * *Error*: for each column that of a T changed by p eps |T|. *Throws* TRIAL_FAILED for a zero on the diagonal.
   */
  solveTriangular(t: DenseMatrix, b: DenseMatrix, options?: TriangularOptions): DenseMatrix;
  /** The eigenvalues of a symmetric matrix, ascending; only its lower triangle counts. *Error*: p eps |A| each. */
  symmetricEigenvalues(a: DenseMatrix): Float64Array;
  symmetricEigenvaluesAsync(a: DenseMatrix, signal?: AbortSignal): Promise<Float64Array>;
  /** Eigenvalues and eigenvectors of a symmetric matrix. *Error*: A V - V diag(values) and V'V - I within p eps |A|, p eps. */
  symmetricEigen(a: DenseMatrix): SymmetricEigen;
  symmetricEigenAsync(a: DenseMatrix, signal?: AbortSignal): Promise<SymmetricEigen>;
  /**
   * The singular values, descending: min(rows, cols) of them.
   *
   * *Error*: at most p eps sigma_1 each (normwise backward stable). *Throws* SHAPE_MISMATCH unless there are rows x cols
   * values, NUMERIC_NOT_FINITE for a matrix with NaN or infinities. Does not change `a`.
   */
  singularValues(a: DenseMatrix): Float64Array;
  /**
   * The same values, bit for bit, giving way to the event loop every 30 ms or so. `a` must not change meanwhile. *Throws*
   * as `singularValues` does, and the signal's reason when aborted.
   */
  singularValuesAsync?(a: DenseMatrix, signal?: AbortSignal): Promise<Float64Array>;
  /** Singular values and vectors. *Error*: A - U diag(sigma) V' within p eps sigma_1, U'U - I and V'V - I within p eps. */
  svd(a: DenseMatrix): Svd;
  svdAsync(a: DenseMatrix, signal?: AbortSignal): Promise<Svd>;
  /** QR with column pivoting: the column with the largest remainder first. *Error*: A[:, pivots] - Q R within p eps |A|. */
  qr(a: DenseMatrix): PivotedQr;
  qrAsync(a: DenseMatrix, signal?: AbortSignal): Promise<PivotedQr>;
  /**
   * How many singular values are above the tolerance: max(rows, cols) eps sigma_1 unless given.
   *
   * *Cost*: that of all singular values. *Throws* CONFIG_INVALID for a tolerance that is negative or NaN.
   */
  numericalRank(a: DenseMatrix, tolerance?: number): NumericalRank;
  /** A few extreme eigenvalues of a symmetric operator that is known by its products alone; see `LanczosOptions`. */
  lanczos(operator: LinearOperator, size: number, options: LanczosOptions): LanczosResult;
  /** The same; the operator may answer with promises. */
  lanczosAsync(
    operator: LinearOperator<Float64Array | Promise<Float64Array>>,
    size: number,
    options: LanczosOptions,
    signal?: AbortSignal,
  ): Promise<LanczosResult>;
}

/** The role of f64 linear algebra. */
export const LINEAR_ALGEBRA = token<LinearAlgebra>('LinearAlgebra', 'analyzer');
