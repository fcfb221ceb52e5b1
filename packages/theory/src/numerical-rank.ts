/**
 * The numerical rank of a matrix: how many singular values stand above a stated tolerance.
 */
import { ConfigError } from '@tangentlab/core';
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
  checkTolerance(tolerance);
  return countAbove(a, linearAlgebra.singularValues(a), tolerance);
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
  checkTolerance(tolerance);
  signal?.throwIfAborted();
  const sigma = (await linearAlgebra.singularValuesAsync?.(a, signal)) ?? linearAlgebra.singularValues(a);
  return countAbove(a, sigma, tolerance);
}

function countAbove(a: DenseMatrix, sigma: Float64Array, tolerance: number | undefined): NumericalRank {
  const bound = tolerance ?? Math.max(a.rows, a.cols) * Number.EPSILON * (sigma[0] ?? 0);
  let rank = 0;
  while (rank < sigma.length && sigma[rank]! > bound) rank++;
  return { rank, tolerance: bound, kept: rank === 0 ? 0 : sigma[rank - 1]!, dropped: sigma[rank] ?? 0 };
}

function checkTolerance(tolerance: number | undefined): void {
  if (tolerance === undefined || tolerance >= 0) return;
  throw new ConfigError('CONFIG_INVALID', {
    where: 'numericalRank',
    expected: '"tolerance" must be at least 0',
    got: String(tolerance),
    todo: 'correct it, or leave it out',
  });
}
