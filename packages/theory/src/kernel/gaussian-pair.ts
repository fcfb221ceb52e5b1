/**
 * Pairs of correlated Gaussians, and what an activation makes of them.
 */

/** Two centred Gaussians u and v: their variances, covariance, and what their correlation lacks, which is not left to rounding. */
export interface GaussianPair {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  /** 1 - c / sqrt(a b); 1 if one of them is 0. */
  readonly loss: number;
}

/** What a layer makes of a pair. */
export interface DualExpectations {
  /** E f(u)^2, E f(v)^2, E f(u) f(v), and what the correlation of these lacks. */
  readonly out: GaussianPair;
  /** E f'(u) f'(v). */
  readonly slopes: number;
}

/** The expectations for one activation. */
export type DualActivation = (pair: GaussianPair) => DualExpectations;

/** A pair of smooth functions, for which the rounding of the correlation does no harm. */
export function pairOf(a: number, b: number, c: number): GaussianPair {
  const scale = Math.sqrt(a * b);
  return { a, b, c, loss: scale === 0 ? 1 : Math.max(0, 1 - c / scale) };
}
