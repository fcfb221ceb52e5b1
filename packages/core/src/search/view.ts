/**
 * The log of a search and the windows that searchers, pruners and stop rules see of it.
 *
 * View(n) at lag L holds the outcomes of slots 0..n-L in slot order and the proposals of all slots below n. What a slot
 * sees is therefore a function of n alone, never of which worker happened to be faster; that keeps parallel runs
 * bit-identical. A view is two numbers on the log, never a copy.
 */
import type { ErrorRecord } from '../errors.js';
import type { Params } from '../space/space.js';
import type { Metric } from './metric.js';

/** How a slot ended. */
export type Outcome =
  | { readonly state: 'complete'; readonly values: readonly number[]; readonly curve: readonly Metric[] }
  | { readonly state: 'failed'; readonly error: ErrorRecord; readonly curve: readonly Metric[] };

/** Everything asked and told so far. Append-only; outcomes may arrive in any order. */
export class TrialLog {
  readonly #params: Params[] = [];
  readonly #outcomes: (Outcome | undefined)[] = [];
  #told = 0;

  /** How many slots have a proposal. */
  get asked(): number {
    return this.#params.length;
  }

  /** How many slots from 0 on have an outcome without a gap. */
  get told(): number {
    return this.#told;
  }

  propose(params: Params): void {
    this.#params.push(params);
    this.#outcomes.push(undefined);
  }

  record(slot: number, outcome: Outcome): void {
    this.#outcomes[slot] = outcome;
    while (this.#outcomes[this.#told] !== undefined) this.#told++;
  }

  params(slot: number): Params | undefined {
    return this.#params[slot];
  }

  outcome(slot: number): Outcome | undefined {
    return this.#outcomes[slot];
  }
}

/** A read-only, length-limited window on the log. */
export interface View {
  /** Proposals are visible for slots 0..asked-1. */
  readonly asked: number;
  /** Outcomes are visible for slots 0..told-1, in slot order; told <= asked. */
  readonly told: number;
  /** What slot `slot` was given. *Throws* RangeError unless 0 <= slot < asked. */
  params(slot: number): Params;
  /** How slot `slot` ended. *Throws* RangeError unless 0 <= slot < told. */
  outcome(slot: number): Outcome;
}

/** View(n): what slot n may know at this lag. The caller has waited until that many outcomes are in the log. */
export function viewOf(log: TrialLog, n: number, lag: number): View {
  const told = Math.max(0, n - lag + 1);
  return {
    asked: n,
    told,
    params: (slot) => within(slot, n, 'proposal', log.params(slot)),
    outcome: (slot) => within(slot, told, 'outcome', log.outcome(slot)),
  };
}

function within<T>(slot: number, end: number, what: string, value: T | undefined): T {
  if (value === undefined || !(slot < end))
    throw new RangeError(`view: the ${what} of slot ${slot} is not visible (0..${end - 1} are)`);
  return value;
}
