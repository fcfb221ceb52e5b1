/**
 * The numerical rank as a property of a spectrum: how many singular values stand above a stated tolerance.
 */
import { ConfigError } from '@tangentlab/core';

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
 * The rank of a rows x cols matrix from its singular values, which must descend.
 *
 * The tolerance is max(rows, cols) eps sigma_1 unless given, as in NumPy and MATLAB, with eps = 2^-52. *Throws*
 * CONFIG_INVALID for a tolerance that is negative or NaN.
 *
 * @example
 * rankOfSpectrum(Float64Array.of(3, 1, 1e-17), { rows: 3, cols: 3 }).rank // => 2
 */
export function rankOfSpectrum(
  sigma: Float64Array,
  { rows, cols }: { readonly rows: number; readonly cols: number },
  tolerance?: number,
): NumericalRank {
  checkTolerance('numericalRank', tolerance);
  const bound = tolerance ?? Math.max(rows, cols) * Number.EPSILON * (sigma[0] ?? 0);
  let rank = 0;
  while (rank < sigma.length && sigma[rank]! > bound) rank++;
  return { rank, tolerance: bound, kept: rank === 0 ? 0 : sigma[rank - 1]!, dropped: sigma[rank] ?? 0 };
}

/** Throws CONFIG_INVALID for a tolerance that is negative or NaN. */
export function checkTolerance(where: string, tolerance: number | undefined): void {
  if (tolerance === undefined || tolerance >= 0) return;
  throw new ConfigError('CONFIG_INVALID', {
    where,
    expected: '"tolerance" must be at least 0',
    got: String(tolerance),
    todo: 'correct it, or leave it out',
  });
}
