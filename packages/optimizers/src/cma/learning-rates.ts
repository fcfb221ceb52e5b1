/**
 * Learning-rate adaptation: steps of mean and covariance are shortened until they carry more signal than noise, so that
 * the default population also copes with noise and many local minima - at the price of slower progress elsewhere.
 *
 * *Source*: Nomura, Akimoto and Ono (2023).
 */
import { symmetricEigen } from './symmetric-eigen.js';

const { exp, log, max, min, sqrt, SQRT2 } = Math; // looked up once: a sandbox makes every look-up of a global expensive
const ALPHA = 1.4; // the ratio of signal to noise that is aimed at
const GAMMA = 0.1;

/** What is adapted: a normal distribution of mean, step size and shape. n dimensions, C is n x n. */
export interface Adaptable {
  readonly n: number;
  readonly mean: Float64Array;
  sigma: number;
  c: Float64Array;
}

/** One rate, from the moving averages of its steps. */
class Rate {
  eta = 1;
  readonly #beta: number;
  readonly #mean: Float64Array;
  #square = 0;

  constructor(beta: number, size: number) {
    this.#beta = beta;
    this.#mean = new Float64Array(size);
  }

  /** Takes a step in, in the coordinates in which the distribution is standard normal. */
  adapt(step: Float64Array): void {
    const beta = this.#beta;
    let [length, signal] = [0, 0];
    for (let i = 0; i < step.length; i++) {
      const value = (1 - beta) * this.#mean[i]! + beta * step[i]!;
      this.#mean[i] = value;
      signal += value * value;
      length += step[i]! * step[i]!;
    }
    this.#square = (1 - beta) * this.#square + beta * length;
    const noise = this.#square - signal;
    // no noise at all, as with equal steps: as fast as it may
    const ratio = noise > 0 ? (signal - (beta / (2 - beta)) * this.#square) / noise : Number.POSITIVE_INFINITY;
    const change = max(-1, min(1, ratio / ALPHA / this.eta - 1));
    this.eta = min(1, this.eta * exp(min(GAMMA * this.eta, beta) * change));
  }
}

/** The two rates of a strategy of n dimensions. */
export class LearningRates {
  readonly #mean: Rate;
  readonly #covariance: Rate;

  constructor(n: number) {
    this.#mean = new Rate(0.1, n);
    this.#covariance = new Rate(0.03, n * n);
  }

  /** Shortens the step that `cma` has just taken from `before`. `whitenBoth` is that of the covariance before. */
  adapt(
    cma: Adaptable,
    before: { readonly mean: Float64Array; readonly sigma: number; readonly c: Float64Array },
    whitenBoth: (matrix: Float64Array) => Float64Array,
  ): void {
    const { n, mean } = cma;
    const old = before.c.map((value) => value * before.sigma ** 2); // n x n
    const change = cma.c.map((value, i) => value * cma.sigma ** 2 - old[i]!); // n x n
    const local = whitenBoth(change).map((value) => value / (before.sigma ** 2 * SQRT2));
    const moved = mean.map((value, i) => value - before.mean[i]!);
    const eta = this.#mean.eta;
    this.#mean.adapt(whitenedVector(moved, before, n));
    this.#covariance.adapt(local);
    for (let i = 0; i < n; i++) mean[i] = before.mean[i]! + this.#mean.eta * moved[i]!;
    const sum = old.map((value, i) => value + this.#covariance.eta * change[i]!); // n x n
    const { values } = symmetricEigen(sum, n);
    const logScale = values.reduce((total, value) => total + log(max(1e-300, value)), 0) / (2 * n);
    const scale = exp(logScale);
    cma.c = sum.map((value) => value / scale ** 2);
    // the step size goes against the rate of the mean, so that their product stays
    cma.sigma = (scale * eta) / this.#mean.eta;
  }
}

/** Sigma^(-1/2) v. */
function whitenedVector(v: Float64Array, { sigma, c }: { sigma: number; c: Float64Array }, n: number): Float64Array {
  const { values, vectors } = symmetricEigen(c, n);
  const result = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    let along = 0;
    for (let i = 0; i < n; i++) along += vectors[i * n + j]! * v[i]!;
    along /= sigma * sqrt(max(1e-300, values[j]!));
    for (let i = 0; i < n; i++) result[i]! += vectors[i * n + j]! * along;
  }
  return result;
}
