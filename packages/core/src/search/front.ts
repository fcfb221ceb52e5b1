/**
 * The best trials so far: one under a single objective, the Pareto front under several.
 */
import { isBetter, type Objective } from './objective.js';

/** A complete trial, as far as the front cares. */
export interface Scored {
  readonly trial: number;
  readonly values: readonly number[];
}

/** The trials that no other one dominates. Of equal ones the earliest stays, so the order of arrival does not matter. */
export class Front<T extends Scored> {
  readonly #objectives: readonly Objective[];
  #members: readonly T[] = [];

  constructor(objectives: readonly Objective[]) {
    this.#objectives = objectives;
  }

  /** The members, by trial number. */
  get members(): readonly T[] {
    return [...this.#members].sort((a, b) => a.trial - b.trial);
  }

  /** Takes the trial in if nothing dominates it, and drops what it dominates. True if so. *Cost*: O(members x objectives). */
  offer(candidate: T): boolean {
    if (this.#members.some((member) => this.#beats(member, candidate))) return false;
    this.#members = [...this.#members.filter((member) => !this.#beats(candidate, member)), candidate];
    return true;
  }

  #beats(a: T, b: T): boolean {
    let better = false;
    for (const [i, objective] of this.#objectives.entries()) {
      const [x, y] = [a.values[i] as number, b.values[i] as number];
      if (isBetter(objective, y, x)) return false;
      better ||= isBetter(objective, x, y);
    }
    return better || a.trial < b.trial;
  }
}
