/**
 * The likeliest hyperparameters of a Gaussian process, given values and what was believed beforehand.
 */
import type { LinearAlgebra } from '@tangentlab/tensor';
import { fromLogs, type Hyperparameters, logPrior, type NoiseBelief } from './hyperparameters.js';
import { lbfgs } from './lbfgs.js';
import { likelihoodCost, pairDistances } from './marginal-likelihood.js';

/** Most steps of the search: each costs n^3. */
const STEPS = 40;
/** A step that makes hyperparameters less than so much likelier, as a share of the cost, is the last. */
const GAIN = 1e-4;

/** Values at points. */
export interface Observations {
  /** n x width, row-major. */
  readonly features: Float64Array;
  /** n, of mean 0 and variance 1. */
  readonly values: Float64Array;
  readonly leafOf: Int32Array;
  readonly leaves: number;
}

/** A fit, and how far the search for it went. */
export interface Fit {
  readonly hyperparameters: Hyperparameters;
  /** The negative logarithm of likelihood times prior. */
  readonly cost: number;
  readonly steps: number;
}

/**
 * The hyperparameters of greatest posterior density, sought by L-BFGS from where their prior has it start. Never from an earlier
 * fit: a fit is a function of its observations alone.
 *
 * *Cost*: some 20 times n^3 multiplications. *Throws* as `jitteredCholesky` does.
 */
export function fitHyperparameters(
  algebra: LinearAlgebra,
  { features, values, leafOf, leaves }: Observations,
  noise: NoiseBelief,
): Fit {
  const prior = logPrior(leaves, noise);
  const distances = pairDistances(features, values.length, leafOf, leaves);
  const cost = (theta: Float64Array, slopes: Float64Array) => {
    slopes.fill(0);
    const before = prior.cost(theta, slopes);
    return before + likelihoodCost(algebra, distances, values, theta, slopes);
  };
  const options = { low: prior.low, high: prior.high, steps: STEPS, tolerance: 1e-2, gain: GAIN };
  const { x, value, steps } = lbfgs(cost, prior.start, options);
  return { hyperparameters: fromLogs(x), cost: value, steps };
}
