/**
 * The trials that are worth breeding from, read along with the views: the best by feasibility, non-domination rank and
 * crowding. A trial enters when it is told, so that there are no generations to wait for, and any lag will do.
 */
import type { Objective, Space, View } from '@tangentlab/core';
import { crowdingDistances, nonDominationRanks } from '../front/dominance.js';
import type { Reading } from '../history/read-along.js';
import { lossesOf, toldTrial, totalViolation } from '../history/told-trial.js';
import { genomeOf } from './genome.js';

/** A member of the population. */
export interface Individual {
  readonly trial: number;
  readonly genome: Float64Array;
  readonly losses: readonly number[];
  /** 0 of a feasible one. */
  readonly violation: number;
}

/** The population of a search, the best first. */
export class Archive implements Reading {
  readonly #space: Space;
  readonly #objectives: readonly Objective[];
  readonly #size: number;
  #members: readonly Individual[] = [];
  /** How many trials had values, members or not. */
  told = 0;

  constructor(space: Space, objectives: readonly Objective[], size: number) {
    this.#space = space;
    this.#objectives = objectives;
    this.#size = size;
  }

  get members(): readonly Individual[] {
    return this.#members;
  }

  read(view: View, slot: number): void {
    const { trial, params, outcome } = toldTrial(view, slot);
    const losses = lossesOf(this.#objectives, outcome);
    const others = this.#members.filter((member) => member.trial !== trial);
    if (losses === null) {
      this.#members = others;
      return;
    }
    if (others.length === this.#members.length) this.told++;
    // what was ended early counts behind everything that was not
    const violation = outcome.state === 'complete' ? totalViolation(outcome) : Number.MAX_VALUE;
    const member = { trial, genome: genomeOf(this.#space, params), losses, violation };
    this.#members = sortedByWorth([...others, member]).slice(0, this.#size);
  }
}

/** The best first: feasible before infeasible, then by rank, then by crowding; of equals the earlier. */
export function sortedByWorth(members: readonly Individual[]): Individual[] {
  const feasible = members.filter(({ violation }) => violation === 0);
  const rest = members.filter(({ violation }) => violation > 0);
  const ranks = nonDominationRanks(feasible.map(({ losses }) => losses));
  const crowding = new Array<number>(feasible.length).fill(0);
  for (const rank of new Set(ranks)) {
    const front = feasible.flatMap((_, i) => (ranks[i] === rank ? [i] : []));
    crowdingDistances(front.map((i) => feasible[i]!.losses)).forEach((distance, k) => {
      crowding[front[k]!] = distance;
    });
  }
  const byCrowding = (a: number, b: number) => (crowding[a] === crowding[b] ? 0 : crowding[b]! > crowding[a]! ? 1 : -1);
  const order = feasible
    .map((_, i) => i)
    .sort((a, b) => ranks[a]! - ranks[b]! || byCrowding(a, b) || feasible[a]!.trial - feasible[b]!.trial);
  rest.sort((a, b) => a.violation - b.violation || a.losses[0]! - b.losses[0]! || a.trial - b.trial);
  return [...order.map((i) => feasible[i]!), ...rest];
}
