/**
 * The numerical rank of a matrix: how many singular values stand above a stated tolerance.
 */
import {
  checkTolerance,
  type DenseMatrix,
  type LinearAlgebra,
  type NumericalRank,
  rankOfSpectrum,
} from '@tangentlab/tensor';

export type { NumericalRank } from '@tangentlab/tensor';

/** What `numericalRank` takes beside the matrix. */
export interface NumericalRankOptions {
  readonly linearAlgebra: LinearAlgebra;
  /** max(rows, cols) eps sigma_1 unless given. */
  readonly tolerance?: number;
}

/**
 * The number of singular values above `tolerance`.
 *
 * The default tolerance is max(rows, cols) eps sigma_1, as in NumPy and MATLAB, with eps = 2^-52. A rank is as clear as
 * the gap between `kept` and `dropped` is wide: look at it. *Cost*: that of all singular values. *Throws* SHAPE_MISMATCH,
 * NUMERIC_NOT_FINITE; CONFIG_INVALID for a tolerance that is negative or NaN.
 *
 * @example
 * numericalRank({ rows: 2, cols: 2, values: Float64Array.of(1, 2, 2, 4) }, { linearAlgebra: referenceLinearAlgebra }).rank // => 1
 */
export function numericalRank(a: DenseMatrix, { linearAlgebra, tolerance }: NumericalRankOptions): NumericalRank {
  checkTolerance('numericalRank', tolerance);
  return rankOfSpectrum(linearAlgebra.singularValues(a), a, tolerance);
}

/**
 * `numericalRank`, giving way to the event loop where the linear algebra can; where it cannot, in one stretch.
 *
 * *Throws* as `numericalRank` does, and the signal's reason when aborted.
 */
export async function numericalRankAsync(
  a: DenseMatrix,
  { linearAlgebra, tolerance, signal }: NumericalRankOptions & { readonly signal?: AbortSignal },
): Promise<NumericalRank> {
  checkTolerance('numericalRank', tolerance);
  signal?.throwIfAborted();
  const sigma = (await linearAlgebra.singularValuesAsync?.(a, signal)) ?? linearAlgebra.singularValues(a);
  return rankOfSpectrum(sigma, a, tolerance);
}
