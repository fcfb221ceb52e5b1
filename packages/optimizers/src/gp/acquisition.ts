/**
 * Acquisition functions of one objective: how much a trial is worth at a point where a loss is expected to be `mean`, give
 * or take `deviation`. Each tells its slopes along both, so that the search can climb.
 */
import { erfcx, logNdtr, logNormalDensity, ndtr } from '../density/normal.js';

// z = (best - mean) / deviation; h(z) = z Phi(z) + phi(z)

const { PI, SQRT1_2, exp, log, sqrt } = Math; // looked up once: a sandbox makes every look-up of a global expensive

/** The worth of a trial, and its slopes along mean and deviation. */
export interface Worth {
  readonly value: number;
  readonly byMean: number;
  readonly byDeviation: number;
}

/** The worth of a trial, given what is expected and the best loss so far. More is better. */
export type Acquisition = (mean: number, deviation: number, best: number) => Worth;

/** The names that `gp({ acquisition })` knows; `thompson` is drawn, not computed. */
export type AcquisitionName = 'logEi' | 'ei' | 'pi' | 'ucb' | 'thompson';

/** What counts as an improvement for `pi`, in standard deviations of the losses. */
const PI_MARGIN = 0.1;

/** How many deviations a bound lies below the mean. */
export const UCB_WIDTH = 2;

/**
 * log(z Phi(z) + phi(z)), where the product underflows too.
 *
 * *Range*: all of it. *Source*: Ament et al. (2023), equation 9.
 */
export function logImprovement(z: number): number {
  if (z > -1) return log(z * ndtr(z) + exp(logNormalDensity(z)));
  const rest = z < -1000 ? 1 / (z * z) : 1 + z * sqrt(PI / 2) * erfcx(-z * SQRT1_2);
  return logNormalDensity(z) + log(rest);
}

/** The logarithm of the expected improvement: finite, and with a slope, also where the improvement underflows. */
export const logEi: Acquisition = (mean, deviation, best) => {
  const z = (best - mean) / deviation;
  const own = logImprovement(z);
  return {
    value: log(deviation) + own,
    byMean: -exp(logNdtr(z) - own) / deviation,
    byDeviation: exp(logNormalDensity(z) - own) / deviation,
  };
};

/** The expected improvement. *Source*: Mockus (1978); Jones et al. (1998). */
export const ei: Acquisition = (mean, deviation, best) => {
  const z = (best - mean) / deviation;
  return {
    value: deviation * exp(logImprovement(z)),
    byMean: -ndtr(z),
    byDeviation: exp(logNormalDensity(z)),
  };
};

/**
 * The logarithm of the probability of an improvement by at least a tenth of the losses' spread: without a margin only steps
 * that are as small as they are sure would count. *Source*: Kushner (1964).
 */
export const pi: Acquisition = (mean, deviation, best) => logFeasible(mean, deviation, best - PI_MARGIN);

/** The most optimistic guess, two deviations from the mean. *Source*: Srinivas et al. (2010). */
export const ucb: Acquisition = (mean, deviation) => ({
  value: UCB_WIDTH * deviation - mean,
  byMean: -1,
  byDeviation: UCB_WIDTH,
});

/** The logarithm of the probability that what is expected to be `mean` is at most `bound`; for constraints and failures. */
export const logFeasible: Acquisition = (mean, deviation, bound) => {
  const z = (bound - mean) / deviation;
  const slope = exp(logNormalDensity(z) - logNdtr(z)) / deviation;
  return { value: logNdtr(z), byMean: -slope, byDeviation: -slope * z };
};
