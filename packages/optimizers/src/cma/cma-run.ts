/**
 * CMA-ES over a search: an even start, then generation after generation of trials in the order in which they were
 * proposed. A reading of the view: the strategy's state is what the outcomes told so far make of it.
 *
 * What a slot drew is not kept but drawn again, from the run's stream and the slot's number; where the point tried is
 * another one - it was enqueued, or drawn before the last generation was known - the point itself is taken.
 */
import type { AskRequest, Objective, Params, Rng, Space, View } from '@tangentlab/core';
import { normalStream } from '../density/normal.js';
import { compareRanked, type Ranked, rankOf } from '../history/ranking.js';
import type { Reading } from '../history/read-along.js';
import { toldTrial } from '../history/told-trial.js';
import { scrambledSobol } from '../qmc/sobol.js';
import { bordersAt, cellCount } from './cells.js';
import { Cma } from './cma.js';
import { Margin } from './margin.js';
import { Restarts } from './restarts.js';

/** What CMA-ES is built with. */
export interface CmaOptions {
  readonly startup: number;
  readonly sigma: number;
  readonly population: number | undefined;
  readonly adaptRates: boolean;
}

/** Draws that may fall outside of the box before one is cut off at its sides. */
const RESAMPLES = 100;
/** Below this width nothing moves any more. */
const NARROWEST = 1e-12;
const WORST_CONDITION = 1e14;

interface Member {
  readonly raw: Float64Array;
  readonly ranked: Ranked;
}

/** The strategy of a search. n numeric leaves. */
export class CmaRun implements Reading {
  readonly #space: Space;
  readonly #objectives: readonly Objective[];
  readonly #rng: Rng;
  readonly #options: CmaOptions;
  /** Numbers of the numeric leaves. */
  readonly #leaves: readonly number[];
  readonly #restarts: Restarts;
  readonly #seen = new Set<number>();
  readonly #members: Member[] = [];
  #cma: Cma | undefined;
  #margin: Margin | undefined;
  #trials = 0;
  #started = 0;
  /** The best of each generation since the last start. */
  #bests: (readonly number[])[] = [];

  constructor({ space, objectives, runRng }: AskRequest, options: CmaOptions) {
    this.#space = space;
    this.#objectives = objectives;
    this.#rng = runRng.split('cma');
    this.#options = options;
    this.#leaves = numericLeaves(space);
    this.#restarts = new Restarts(this.#lambda());
  }

  read(view: View, slot: number): void {
    const told = toldTrial(view, slot);
    if (this.#seen.has(told.trial)) return; // resumed: its first outcome counts
    this.#seen.add(told.trial);
    const ranked = rankOf(told, this.#objectives);
    this.#members.push({ raw: this.#rawOf(slot, told.params), ranked });
    const wanted = this.#cma?.lambda ?? this.#options.startup;
    if (this.#members.length < wanted) return;
    const members = this.#members.splice(0).sort((a, b) => compareRanked(a.ranked, b.ranked));
    if (this.#cma === undefined) this.#start(members[0]!.raw, this.#lambda(), this.#options.sigma);
    else this.#tell(members);
  }

  /** The point for a slot; the attempt is 0, or above when the one before was not allowed. */
  point(slot: number, attempt: number): Params {
    return this.#pointAt(slot, this.#draw(slot, attempt).read);
  }

  #tell(members: readonly Member[]): void {
    const cma = this.#cma!;
    cma.tell(members.map(({ raw }) => raw));
    this.#margin!.correct(cma);
    this.#trials += cma.lambda;
    this.#bests.push(members[0]!.ranked.keys);
    if (!this.#isAtRest(cma)) return;
    const uniform = this.#rng.split('restart', ++this.#started).stream();
    const { lambda, width } = this.#restarts.next(this.#trials, uniform);
    const mean = Float64Array.from(this.#leaves, () => uniform());
    this.#start(mean, lambda, this.#options.sigma * width);
  }

  #start(mean: Float64Array, lambda: number, sigma: number): void {
    this.#cma = new Cma(mean, sigma, lambda, this.#options.adaptRates);
    const borders = this.#leaves.map((leaf) => {
      const { distribution } = this.#space.leaves[leaf]!;
      return cellCount(distribution) === 0 ? null : (u: number) => bordersAt(distribution, u);
    });
    this.#margin = new Margin(borders, lambda);
    this.#margin.correct(this.#cma);
    this.#trials = 0;
    this.#bests = [];
  }

  #isAtRest(cma: Cma): boolean {
    const { widest, condition } = cma.spread();
    if (!(widest > NARROWEST) || condition > WORST_CONDITION) return true;
    const recent = this.#bests.slice(-Math.ceil(10 + (30 * cma.n) / cma.lambda));
    const first = recent[0]![0];
    return recent.length >= 10 + (30 * cma.n) / cma.lambda && recent.every(([best]) => best === first);
  }

  /** What the distribution gives for a slot: as drawn, and as read off within the box. */
  #draw(slot: number, attempt: number): { readonly raw: Float64Array; readonly read: Float64Array } {
    const rng = attempt === 0 ? this.#rng.split(slot) : this.#rng.split(slot, 'again', attempt);
    const n = this.#leaves.length;
    const cma = this.#cma;
    if (cma === undefined) {
      const key = this.#rng.split('start', attempt).seed32();
      const raw = Float64Array.from({ length: n }, (_, i) => scrambledSobol(slot, i, key));
      return { raw, read: raw };
    }
    const normal = normalStream(rng.stream());
    let raw = cma.sample(normal);
    for (let i = 0; i < RESAMPLES && !this.#inside(raw); i++) raw = cma.sample(normal);
    // only real coordinates are cut off: discrete ones have end values for what lies outside
    raw = raw.map((value, i) => (this.#isReal(i) ? clamp(value) : value));
    const read = raw.map((value, i) => clamp(this.#margin!.encoded(i, value, cma.mean[i]!)));
    return { raw, read };
  }

  #inside(raw: Float64Array): boolean {
    return raw.every((value, i) => !this.#isReal(i) || (value >= 0 && value <= 1));
  }

  #isReal(i: number): boolean {
    return cellCount(this.#space.leaves[this.#leaves[i]!]!.distribution) === 0;
  }

  /** The point at these coordinates; what is not numeric is drawn evenly. */
  #pointAt(slot: number, read: Float64Array): Params {
    const rng = this.#rng.split(slot, 'choice');
    const values = Float64Array.from(this.#space.leaves, ({ name, condition }) =>
      condition === null && read.length === this.#space.leaves.length ? 0 : rng.split(name).uniform(),
    );
    this.#leaves.forEach((leaf, i) => {
      values[leaf] = read[i]!;
    });
    return this.#space.decode(values);
  }

  /** What was drawn for a slot, as far as it can be known again. */
  #rawOf(slot: number, params: Params): Float64Array {
    const { raw, read } = this.#draw(slot, 0);
    const drawn = this.#space.encode(this.#pointAt(slot, read));
    const tried = this.#space.encode(params);
    const same = this.#leaves.every((leaf) => Math.abs(drawn.values[leaf]! - tried.values[leaf]!) < 1e-9);
    if (same) return raw;
    const centre = this.#cma?.mean;
    return Float64Array.from(this.#leaves, (leaf, i) =>
      tried.active[leaf] === 1 ? tried.values[leaf]! : (centre?.[i] ?? raw[i]!),
    );
  }

  #lambda(): number {
    return this.#options.population ?? Cma.lambdaOf(this.#leaves.length);
  }
}

/** The numbers of the leaves that CMA-ES moves: numbers with more than one value. */
export function numericLeaves(space: Space): readonly number[] {
  return space.leaves.flatMap(({ distribution }, j) =>
    distribution.kind !== 'choice' && distribution.low < distribution.high ? [j] : [],
  );
}

function clamp(u: number): number {
  return Math.max(0, Math.min(1, u));
}
