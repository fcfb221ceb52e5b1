/**
 * A Gaussian process of one quantity of a search: hyperparameters from the last state at which they were due, points
 * appended since then, values of now.
 */
import type { LinearAlgebra } from '@tangentlab/tensor';
import { type Fit, fitHyperparameters } from './fit-hyperparameters.js';
import { GaussianProcess } from './gaussian-process.js';
import type { KnownTrial } from './gp-history.js';
import type { NoiseBelief } from './hyperparameters.js';
import type { PointFeatures } from './point-features.js';

/** At most so many trials decide hyperparameters: the cost of a fit is the cube of them. */
const FITTED = 256;
/** At most so many trials are in the process when it is fitted. */
const MODELLED = 1000;

/** Values on the scale of the process. */
export type Scaled = (trials: readonly KnownTrial[]) => Float64Array;

/** The process, and what it was made from. */
export class Surrogate {
  readonly process: GaussianProcess;
  readonly fit: Fit;
  /** The trials in the process, in its order. */
  readonly #trials: number[];
  readonly #seen: Set<number>;
  readonly #features: PointFeatures;

  /**
   * @param trials The trials of the state at which hyperparameters are due.
   * @param scaled Their values, the smaller the better.
   *
   * *Cost*: that of a fit to at most 256 trials, and n^3 / 3 multiplications for n of at most 1000.
   */
  constructor(
    algebra: LinearAlgebra,
    features: PointFeatures,
    trials: readonly KnownTrial[],
    scaled: Scaled,
    noise: NoiseBelief,
  ) {
    this.#features = features;
    const modelled = chosen(trials, scaled(trials), MODELLED);
    const fitted = chosen(modelled, scaled(modelled), FITTED);
    const observations = { leafOf: features.leafOf, leaves: features.leaves };
    this.fit = fitHyperparameters(
      algebra,
      { ...observations, features: this.#written(fitted), values: scaled(fitted) },
      noise,
    );
    const { hyperparameters } = this.fit;
    const points = this.#written(modelled);
    this.process = new GaussianProcess(algebra, hyperparameters, features.leafOf, points, modelled.length);
    this.#trials = modelled.map(({ trial }) => trial);
    this.#seen = new Set(trials.map(({ trial }) => trial));
  }

  /** Takes in the trials that are new, and the values of now. Trials that were left out at the fit stay so. */
  update(trials: readonly KnownTrial[], scaled: Scaled): readonly KnownTrial[] {
    const byNumber = new Map(trials.map((trial) => [trial.trial, trial]));
    for (const { trial, row } of trials) {
      if (this.#seen.has(trial)) continue;
      this.#seen.add(trial);
      this.#trials.push(trial);
      this.process.append(this.featuresOf(row));
    }
    const own = this.#trials.map((trial) => byNumber.get(trial)!);
    this.process.observe(scaled(own));
    return own;
  }

  featuresOf(row: ArrayLike<number>): Float64Array {
    const point = new Float64Array(this.#features.width);
    this.#features.write(row, point, 0);
    return point;
  }

  #written(trials: readonly KnownTrial[]): Float64Array {
    const { width } = this.#features;
    const points = new Float64Array(trials.length * width);
    trials.forEach(({ row }, i) => {
      this.#features.write(row, points, i * width);
    });
    return points;
  }
}

/** All trials, or where there are more than `count` the better half of that, and of the others as many evenly by their place. */
function chosen(trials: readonly KnownTrial[], values: Float64Array, count: number): readonly KnownTrial[] {
  if (trials.length <= count) return trials;
  const order = trials.map((_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
  const half = count >> 1;
  const rest = order.slice(half);
  const spread = Array.from({ length: count - half }, (_, i) => rest[Math.floor((i * rest.length) / (count - half))]!);
  return [...order.slice(0, half), ...spread].sort((a, b) => a - b).map((i) => trials[i]!);
}
