/**
 * The log of a search and the windows that searchers, pruners and stop rules see of it.
 *
 * View(n) at lag L holds the outcomes of slots 0..n-L in slot order and the proposals of all slots below n. What a slot
 * sees is therefore a function of n alone, never of which worker happened to be faster; that keeps parallel runs
 * bit-identical. A view is two numbers on the log, never a copy.
 */
import type { Params } from '../space/space.js';
import type { Outcome } from './outcome.js';

/** Everything asked and told so far. Append-only; outcomes may arrive in any order. */
export class TrialLog {
  /** Stands for this log where it must not be seen itself. */
  readonly identity: object = Object.freeze({});
  readonly #params: Params[] = [];
  /** The trial of each slot: a resumed trial has several slots. */
  readonly #trials: number[] = [];
  readonly #outcomes: (Outcome | undefined)[] = [];
  #told = 0;
  #created = 0;

  /** How many slots have a proposal. */
  get asked(): number {
    return this.#params.length;
  }

  /** How many slots from 0 on have an outcome without a gap. */
  get told(): number {
    return this.#told;
  }

  /** How many trials there are. */
  get created(): number {
    return this.#created;
  }

  /** The next slot goes to `trial`; to a new one unless given. Returns the trial's number. */
  propose(params: Params, trial = this.#created): number {
    if (trial === this.#created) this.#created++;
    this.#params.push(params);
    this.#trials.push(trial);
    this.#outcomes.push(undefined);
    return trial;
  }

  record(slot: number, outcome: Outcome): void {
    this.#outcomes[slot] = outcome;
    while (this.#outcomes[this.#told] !== undefined) this.#told++;
  }

  params(slot: number): Params | undefined {
    return this.#params[slot];
  }

  trial(slot: number): number | undefined {
    return this.#trials[slot];
  }

  outcome(slot: number): Outcome | undefined {
    return this.#outcomes[slot];
  }
}

/** A read-only, length-limited window on the log. */
export interface View {
  /**
   * One object for all views of a search, and for no other search: a key for what a searcher or a stop rule keeps in a
   * WeakMap, so that the next view adds to it. What is kept must be what a cold call would compute from the view.
   */
  readonly search: object;
  /** Proposals are visible for slots 0..asked-1. */
  readonly asked: number;
  /** Outcomes are visible for slots 0..told-1, in slot order; told <= asked. */
  readonly told: number;
  /** What slot `slot` was given. *Throws* RangeError unless 0 <= slot < asked. */
  params(slot: number): Params;
  /** The trial that slot `slot` began or resumed. *Throws* RangeError unless 0 <= slot < asked. */
  trial(slot: number): number;
  /** How slot `slot` ended. *Throws* RangeError unless 0 <= slot < told. */
  outcome(slot: number): Outcome;
}

/** View(n): what slot n may know at this lag. The caller has waited until that many outcomes are in the log. */
export function viewOf(log: TrialLog, n: number, lag: number): View {
  const told = Math.max(0, n - lag + 1);
  return {
    search: log.identity,
    asked: n,
    told,
    params: (slot) => within(slot, n, 'proposal', log.params(slot)),
    trial: (slot) => within(slot, n, 'trial', log.trial(slot)),
    outcome: (slot) => within(slot, told, 'outcome', log.outcome(slot)),
  };
}

function within<T>(slot: number, end: number, what: string, value: T | undefined): T {
  if (value === undefined || !(slot < end))
    throw new RangeError(`view: the ${what} of slot ${slot} is not visible (0..${end - 1} are)`);
  return value;
}
