/**
 * The trust region of a search: a box around the best trial that grows with successes and shrinks with failures, so that in
 * many dimensions trials are not spent on corners of which nothing is known.
 */
import type { Objective, View } from '@tangentlab/core';
import type { Reading } from '../history/read-along.js';
import { lossesOf, toldTrial } from '../history/told-trial.js';
import { isFeasible } from './gp-history.js';
import type { PointFeatures } from './point-features.js';

const { exp, log, max, min } = Math; // looked up once: a sandbox makes every look-up of a global expensive

/** Where coordinates may lie, leaf by leaf. */
export interface Box {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** The sides of the box, as shares of the range: at first, at most, and where it starts anew. */
const FIRST = 0.8;
const LONGEST = 1.6;
const SHORTEST = 2 ** -7;
/** So many successes in a row double the sides. */
const SUCCESSES = 3;
/** At least so many failures in a row halve them; as many as there are smooth leaves, if those are more. */
const FAILURES = 4;

/** The whole space. */
export function wholeBox(leaves: number): Box {
  return { low: new Float64Array(leaves), high: new Float64Array(leaves).fill(1) };
}

/**
 * How large the region is, read along with a search of one objective. A success is a trial that keeps to its constraints and
 * is better than all before it; slots of the even start are neither success nor failure.
 *
 * *Source*: TuRBO-1, Eriksson et al. (2019); but a region that became too small starts anew at its first size around the
 * best trial, and no trial is forgotten.
 */
export class TrustRegion implements Reading {
  readonly #objectives: readonly Objective[];
  readonly #startup: number;
  readonly #failures: number;
  #best = Number.POSITIVE_INFINITY;
  #length = FIRST;
  /** Successes in a row; failures as a negative number. */
  #streak = 0;

  constructor(objectives: readonly Objective[], startup: number, smoothLeaves: number) {
    this.#objectives = objectives;
    this.#startup = startup;
    this.#failures = max(FAILURES, smoothLeaves);
  }

  /** The mean length of the sides, by the geometric mean. */
  get length(): number {
    return this.#length;
  }

  read(view: View, slot: number): void {
    const { outcome } = toldTrial(view, slot);
    const loss = lossesOf(this.#objectives, outcome)?.[0] ?? Number.NaN;
    const isBetter = isFeasible({ outcome }) && loss < this.#best;
    if (isBetter) this.#best = loss;
    if (slot < this.#startup) return;
    this.#streak = isBetter ? max(0, this.#streak) + 1 : min(0, this.#streak) - 1;
    if (this.#streak === SUCCESSES) this.#resize(min(LONGEST, 2 * this.#length));
    else if (this.#streak === -this.#failures) this.#resize(this.#length / 2);
    if (this.#length < SHORTEST) this.#resize(FIRST);
  }

  /** The box around a row: sides in proportion to the lengthscales along smooth leaves, the whole range of all others. */
  around(centre: ArrayLike<number>, lengthscales: ArrayLike<number>, { leaves, smoothLeaves }: PointFeatures): Box {
    const { low, high } = wholeBox(leaves);
    const middle = exp(smoothLeaves.reduce((sum, j) => sum + log(lengthscales[j]!), 0) / smoothLeaves.length);
    for (const j of smoothLeaves) {
      if (Number.isNaN(centre[j]!)) continue; // where it comes to exist nothing is known of it
      const half = (0.5 * this.#length * lengthscales[j]!) / middle;
      low[j] = max(0, centre[j]! - half);
      high[j] = min(1, centre[j]! + half);
    }
    return { low, high };
  }

  #resize(length: number): void {
    this.#length = length;
    this.#streak = 0;
  }
}
