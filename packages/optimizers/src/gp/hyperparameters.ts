/**
 * What a Gaussian process is determined by beside its data, and what is believed of it beforehand. Inputs lie in the unit
 * cube, values have mean 0 and variance 1.
 */

const { LN2, SQRT2, exp, log } = Math; // looked up once: a sandbox makes every look-up of a global expensive

/** The parameters of the kernel and of the noise. */
export interface Hyperparameters {
  /** One per leaf: how far one must go along it for values to differ. */
  readonly lengthscales: Float64Array;
  /** The variance of the function. */
  readonly signal: number;
  /** The variance of the noise. */
  readonly noise: number;
}

/** The least noise: it keeps the kernel matrix invertible. */
export const LEAST_NOISE = 1e-6;

/** The bounds of the logarithms. */
const LENGTHSCALE_BOUNDS = [log(5e-3), log(100)] as const;
const SIGNAL_BOUNDS = [log(0.05), log(20)] as const;

/** What is known of the noise beforehand: its variance, or a prior of it. */
export type NoiseBelief = number | 'wide' | 'narrow';

/** Hyperparameters are sought as the vector of their logarithms: lengthscales, signal, noise. */
export interface LogPrior {
  readonly size: number;
  /** Where the search for them starts: the mode of each prior, but the median of the noise. */
  readonly start: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** The negative logarithm of the prior density but for a constant; its slopes are added to `slopes`. */
  cost(theta: ArrayLike<number>, slopes: Float64Array): number;
}

/**
 * The prior of the hyperparameters of a function of `leaves` leaves: lengthscales log-normal around sqrt(leaves), so that
 * distances in many dimensions count as those in few; signal Gamma(2, 1); noise log-normal(-4, 4),
 * wide enough for functions without any, or log-normal(-4, 1).
 *
 * *Source*: Hvarfner, Hellsten and Nardi (2024), equation 8, for the lengthscales.
 *
 * @param noise The variance of the noise, where it is known, or how much is believed of it: `wide` for losses, `narrow` for
 * quantities that a process without noise would only interpolate, such as failures.
 */
export function logPrior(leaves: number, noise: NoiseBelief): LogPrior {
  const size = leaves + 2;
  const [centre, variance] = [SQRT2 + 0.5 * log(Math.max(1, leaves)), 3];
  const [noiseCentre, noiseVariance] = [-4, noise === 'narrow' ? 1 : 4];
  const vector = (lengthscale: number, signal: number, noise: number) =>
    new Float64Array(size)
      .fill(lengthscale)
      .fill(signal, leaves, leaves + 1)
      .fill(noise, leaves + 1);
  const logNoise = typeof noise === 'number' ? log(Math.max(LEAST_NOISE, noise)) : undefined;
  return {
    size,
    // modes of the densities of the hyperparameters themselves, not of their logarithms; from that of the noise the search
    // would not leave functions that go through every value
    start: vector(centre - variance, 0, logNoise ?? noiseCentre),
    low: vector(LENGTHSCALE_BOUNDS[0], SIGNAL_BOUNDS[0], logNoise ?? log(LEAST_NOISE)),
    high: vector(LENGTHSCALE_BOUNDS[1], SIGNAL_BOUNDS[1], logNoise ?? LN2),
    cost(theta, slopes) {
      let cost = 0;
      for (let j = 0; j < leaves; j++) {
        const off = theta[j]! - centre;
        cost += theta[j]! + (off * off) / (2 * variance);
        slopes[j]! += 1 + off / variance;
      }
      const signal = exp(theta[leaves]!);
      cost += signal - theta[leaves]!;
      slopes[leaves]! += signal - 1;
      const off = theta[leaves + 1]! - noiseCentre;
      cost += theta[leaves + 1]! + (off * off) / (2 * noiseVariance);
      slopes[leaves + 1]! += 1 + off / noiseVariance;
      return cost;
    },
  };
}

/** The hyperparameters with these logarithms. */
export function fromLogs(theta: ArrayLike<number>): Hyperparameters {
  const leaves = theta.length - 2;
  return {
    lengthscales: Float64Array.from({ length: leaves }, (_, j) => exp(theta[j]!)),
    signal: exp(theta[leaves]!),
    noise: exp(theta[leaves + 1]!),
  };
}
