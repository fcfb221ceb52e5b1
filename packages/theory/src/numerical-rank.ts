/**
 * The numerical rank of a matrix: how many singular values stand above a stated tolerance.
 */
import type { DenseMatrix, LinearAlgebra } from '@tangentlab/tensor';

/** A rank and what it rests on. */
export interface NumericalRank {
  readonly rank: number;
  /** Singular values at most this large count as zero. */
  readonly tolerance: number;
  /** The smallest singular value that counts, and the largest that does not; 0 where there is none. */
  readonly kept: number;
  readonly dropped: number;
}

/**
 * The number of singular values above `tolerance`.
 *
 * The default tolerance is max(rows, cols) eps sigma_1, as in NumPy and MATLAB, with eps = 2^-52. A rank is as clear as
 * the gap between `kept` and `dropped` is wide: look at it. *Cost*: that of all singular values.
 *
 * @example
 * numericalRank({ rows: 2, cols: 2, values: Float64Array.of(1, 2, 2, 4) }, { linearAlgebra: referenceLinearAlgebra }).rank // => 1
 */
export function numericalRank(
  a: DenseMatrix,
  { linearAlgebra, tolerance }: { readonly linearAlgebra: LinearAlgebra; readonly tolerance?: number },
): NumericalRank {
  const sigma = linearAlgebra.singularValues(a);
  const bound = tolerance ?? Math.max(a.rows, a.cols) * Number.EPSILON * (sigma[0] ?? 0);
  let rank = 0;
  while (rank < sigma.length && sigma[rank]! > bound) rank++;
  return { rank, tolerance: bound, kept: rank === 0 ? 0 : sigma[rank - 1]!, dropped: sigma[rank] ?? 0 };
}
