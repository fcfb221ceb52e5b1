/**
 * Trials in the order of preference: complete ones by their loss, then those that were ended early by how far
 * they came, then those that break constraints by how much, and last those that failed.
 *
 * Of several objectives there is no order; there is only which trials are the best `below` of them.
 */
import type { Objective } from '@tangentlab/core';
import { nonDominationRanks } from '../front/dominance.js';
import { hypervolumeSubset, referencePoint } from '../front/hypervolume.js';
import { lossesOf, type ToldTrial, totalViolation } from './told-trial.js';

/** A trial with its place in the order. */
export interface Ranked {
  readonly trial: number;
  /** 0 complete, 1 ended early, 2 infeasible, 3 failed. */
  readonly group: number;
  /** Compared one after the other within a group; less is better. */
  readonly keys: readonly number[];
  /** Of a complete trial. */
  readonly losses: readonly number[] | null;
}

/** The place of a trial in the order. *Source*: Optuna's `_split_trials`; failed ones are ours. */
export function rankOf({ trial, outcome }: ToldTrial, objectives: readonly Objective[]): Ranked {
  const broken = totalViolation(outcome);
  const losses = lossesOf(objectives, outcome);
  if (outcome.state === 'failed') return { trial, group: 3, keys: [], losses: null };
  if (broken > 0) return { trial, group: 2, keys: [broken], losses: null };
  if (outcome.state === 'complete') return { trial, group: 0, keys: losses ?? [], losses };
  const last = outcome.curve.at(-1);
  const loss = losses?.[0] ?? Number.POSITIVE_INFINITY;
  return { trial, group: 1, keys: last === undefined ? [1, 0] : [-last.step, loss], losses: null };
}

/** Negative if `a` is preferred; of equals the earlier trial is. */
export function compareRanked(a: Ranked, b: Ranked): number {
  if (a.group !== b.group) return a.group - b.group;
  for (let i = 0; i < a.keys.length; i++) if (a.keys[i] !== b.keys[i]) return a.keys[i]! < b.keys[i]! ? -1 : 1;
  return a.trial - b.trial;
}

/** The preferred trials, sorted; one insertion costs O(log n) comparisons. */
export class Ranking {
  readonly #objectives: readonly Objective[];
  readonly #sorted: Ranked[] = [];
  readonly #byTrial = new Map<number, Ranked>();
  #failed = 0;

  constructor(objectives: readonly Objective[]) {
    this.#objectives = objectives;
  }

  /** How many trials did not fail. */
  get size(): number {
    return this.#sorted.length - this.#failed;
  }

  /** How many failed. */
  get failed(): number {
    return this.#failed;
  }

  /** Takes a trial in; again, when it was resumed and has another outcome. */
  set(told: ToldTrial): void {
    this.delete(told.trial);
    const ranked = rankOf(told, this.#objectives);
    this.#sorted.splice(this.#placeOf(ranked), 0, ranked);
    this.#byTrial.set(told.trial, ranked);
    if (ranked.group === 3) this.#failed++;
  }

  /** True if there was such a trial. */
  delete(trial: number): boolean {
    const known = this.#byTrial.get(trial);
    if (known === undefined) return false;
    this.#sorted.splice(this.#placeOf(known), 1);
    this.#byTrial.delete(trial);
    if (known.group === 3) this.#failed--;
    return true;
  }

  has(trial: number): boolean {
    return this.#byTrial.has(trial);
  }

  /**
   * The `count` preferred trials.
   *
   * *Cost*: O(count); under several objectives that of non-domination ranks, and of the hypervolumes of the last rank.
   */
  best(count: number): number[] {
    if (this.#objectives.length <= 1) return this.#sorted.slice(0, count).map(({ trial }) => trial);
    const complete = this.#sorted.filter(({ group }) => group === 0).sort((a, b) => a.trial - b.trial);
    const rest = this.#sorted.filter(({ group }) => group > 0).map(({ trial }) => trial);
    const chosen = bestOfSeveral(
      complete.map(({ losses }) => losses!),
      Math.min(count, complete.length),
    ).map((i) => complete[i]!.trial);
    return [...chosen, ...rest.slice(0, Math.max(0, count - complete.length))];
  }

  #placeOf(ranked: Ranked): number {
    let [from, to] = [0, this.#sorted.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (compareRanked(this.#sorted[middle]!, ranked) < 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

/** Whole ranks as far as they fit, and of the next one those that keep most of the hypervolume. */
function bestOfSeveral(losses: readonly (readonly number[])[], count: number): number[] {
  const all = losses.map((_, i) => i);
  if (count >= losses.length) return all;
  const ranks = nonDominationRanks(losses, count);
  const chosen: number[] = [];
  for (let rank = 0; chosen.length < count; rank++) {
    const members = all.filter((i) => ranks[i] === rank);
    const room = count - chosen.length;
    if (members.length <= room) {
      chosen.push(...members);
      continue;
    }
    const points = members.map((i) => losses[i]!);
    chosen.push(...hypervolumeSubset(points, room, referencePoint(points)).map((k) => members[k]!));
  }
  return chosen;
}
