/**
 * What the Gaussian processes know of a search, read along with its views: each trial's row and outcome, in which order
 * quantities were first observed, and the last state at which hyperparameters were due.
 */
import type { Objective, Outcome, Space, View } from '@tangentlab/core';
import { genomeOf } from '../evolution/genome.js';
import type { Reading } from '../history/read-along.js';
import { lossesOf, toldTrial } from '../history/told-trial.js';

/** A trial with an outcome. */
export interface KnownTrial {
  readonly trial: number;
  readonly row: Float64Array;
  readonly outcome: Outcome;
}

/** A quantity that a process of its own describes: an objective, a constraint's violation, or whether trials fail. */
export interface Quantity {
  readonly name: string;
  /** Whether it is told of a trial, once it is told. */
  readonly isKnown: (outcome: Outcome) => boolean;
  /** Trials in the order in which it was first known of them. */
  readonly trials: number[];
}

/** The state of a search at which hyperparameters are fitted. */
export interface Snapshot {
  readonly told: number;
  readonly known: ReadonlyMap<number, KnownTrial>;
  /** For each quantity the trials of which it is known. */
  readonly trials: ReadonlyMap<string, readonly number[]>;
}

/** Whether hyperparameters are due when so many slots are told: always up to 50, then every n / 50. */
export function fitIsDue(told: number): boolean {
  return told <= 50 || told % Math.ceil(told / 50) === 0;
}

/** The trials of a search. */
export class GpHistory implements Reading {
  readonly known = new Map<number, KnownTrial>();
  readonly objectives: readonly Objective[];
  readonly quantities = new Map<string, Quantity>();
  /** How many trials have values. */
  valued = 0;
  failed = 0;
  #snapshot: Snapshot = { told: 0, known: new Map(), trials: new Map() };
  readonly #space: Space;

  constructor(space: Space, objectives: readonly Objective[]) {
    this.#space = space;
    this.objectives = objectives;
    this.#add('loss', ({ state }) => state !== 'failed');
    this.#add('failure', () => true);
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  read(view: View, slot: number): void {
    const { trial, params, outcome } = toldTrial(view, slot);
    const before = this.known.get(trial);
    if (before !== undefined) this.#count(before.outcome, -1);
    this.#count(outcome, 1);
    const row = before?.row ?? genomeOf(this.#space, params);
    this.known.set(trial, { trial, row, outcome });
    violationsOf(outcome).forEach((_, i) => {
      const name = `constraint ${i}`;
      if (!this.quantities.has(name)) this.#add(name, (told) => i < violationsOf(told).length);
    });
    for (const { isKnown, trials } of this.quantities.values()) {
      if (isKnown(outcome) && !(before !== undefined && isKnown(before.outcome)) && !trials.includes(trial))
        trials.push(trial);
    }
    const told = slot + 1;
    if (!fitIsDue(told)) return;
    const trials = new Map([...this.quantities].map(([name, quantity]) => [name, [...quantity.trials]]));
    this.#snapshot = { told, known: new Map(this.known), trials };
  }

  #add(name: string, isKnown: (outcome: Outcome) => boolean): void {
    this.quantities.set(name, { name, isKnown, trials: [] });
  }

  #count(outcome: Outcome, by: number): void {
    if (outcome.state === 'failed') this.failed += by;
    else this.valued += by;
  }
}

/** By how much constraints are broken; none of an outcome without constraints. */
export function violationsOf(outcome: Outcome): readonly number[] {
  const { violations = [] } = outcome as { readonly violations?: readonly number[] };
  return violations;
}

/** Whether a complete trial keeps to its constraints. */
export function isFeasible({ outcome }: Pick<KnownTrial, 'outcome'>): boolean {
  return outcome.state === 'complete' && violationsOf(outcome).every((amount) => amount <= 0);
}

/**
 * The losses of one objective, all finite: infinite ones as the worst or best finite one, those of trials that were ended
 * early as no better than the median of complete ones, and where there is none as the worst.
 */
export function lossesOfTrials(
  trials: readonly KnownTrial[],
  objectives: readonly Objective[],
  objective: number,
): number[] {
  const told = trials.map(({ outcome }) => lossesOf(objectives, outcome)?.[objective] ?? Number.NaN);
  const finite = told.filter(Number.isFinite).sort((a, b) => a - b);
  const [best, worst] = [finite[0] ?? 0, finite.at(-1) ?? 0];
  const complete = told
    .filter((loss, i) => trials[i]!.outcome.state === 'complete' && Number.isFinite(loss))
    .sort((a, b) => a - b);
  const middle = complete[complete.length >> 1] ?? best;
  return told.map((loss, i) => {
    if (Number.isNaN(loss)) return worst;
    const near = Math.min(worst, Math.max(best, loss));
    return trials[i]!.outcome.state === 'complete' ? near : Math.max(near, middle);
  });
}
