/**
 * Asking: from a slot to what is to be tried in it, checked. Shared by the search loop and by asking by hand; it keeps
 * the log and decides nothing about when a slot may start.
 */
import { isTangentError, messageOf, RunError } from '../errors.js';
import type { Rng } from '../rng.js';
import type { Params, Space } from '../space/space.js';
import type { Constraint } from './constraint.js';
import type { Objective } from './objective.js';
import { type Answer, type Directive, isDirective, type Searcher, type SearchNote } from './searcher.js';
import { TrialLog, type View } from './view.js';

/** What a slot is to do. */
export interface Assignment {
  readonly slot: number;
  readonly trial: number;
  readonly params: Params;
  /** Pause after this step; undefined to go to the end. */
  readonly budget: number | undefined;
  readonly resumed: boolean;
  /** What the searcher says of its answer. */
  readonly note?: SearchNote;
}

/** What asking needs. */
export interface AskingOptions {
  readonly space: Space;
  readonly searcher: Searcher;
  readonly objectives: readonly Objective[];
  readonly constraints: readonly Constraint[];
  readonly rng: Rng;
  /** What the first slots are given, before the searcher is asked. */
  readonly given: readonly (Params | Directive)[];
}

/** The proposals of one search. */
export class Asking {
  readonly log = new TrialLog();
  readonly #options: AskingOptions;
  readonly #runRng: Rng;
  #note: SearchNote | undefined;

  constructor(options: AskingOptions) {
    this.#options = options;
    this.#runRng = options.rng.split('search');
  }

  /**
   * What the next slot is to do; `'wait'` or null as the searcher says; `'full'` if it wants a new trial and there is no
   * room for one.
   *
   * @throws RunError SEARCH_ABORTED when the searcher throws or answers what is not allowed; SPACE_INVALID for a point
   * outside of the space.
   */
  next(view: View, room = true): Assignment | 'wait' | 'full' | null {
    const slot = this.log.asked;
    this.#note = undefined;
    const answer = this.#options.given[slot] ?? this.#ask(slot, view);
    if (answer === 'wait' || answer === null) return answer;
    if (!room && !(isDirective(answer) && 'resume' in answer)) return 'full';
    if (!isDirective(answer)) return this.#begin(slot, answer, undefined);
    if ('start' in answer) return this.#begin(slot, answer.start, this.#checkBudget(slot, answer.budget, 0));
    return this.#resume(slot, answer.resume, answer.budget, view);
  }

  #ask(slot: number, view: View): Answer {
    const { space, searcher, objectives, constraints, rng } = this.#options;
    const own = rng.split('ask', slot);
    const note = (said: SearchNote) => {
      this.#note = said;
    };
    try {
      return searcher.ask({ space, objectives, constraints, view, slot, rng: own, runRng: this.#runRng, note });
    } catch (cause) {
      if (isTangentError(cause)) throw cause;
      throw this.#aborted(
        slot,
        'a searcher must answer with a point or null',
        `the error "${messageOf(cause)}"`,
        cause,
      );
    }
  }

  #begin(slot: number, params: Params, budget: number | undefined): Assignment {
    this.#options.space.check(params, `searcher "${this.#options.searcher.name}", slot ${slot}`);
    return { slot, trial: this.log.propose(params), params, budget, resumed: false, ...this.#noted() };
  }

  #resume(slot: number, trial: number, budget: number | undefined, view: View): Assignment {
    const last = lastSlotOf(view, trial);
    const outcome = last !== undefined && last < view.told ? view.outcome(last) : undefined;
    if (last === undefined || outcome?.state !== 'paused') {
      const state = last === undefined ? 'no such trial' : (outcome?.state ?? 'one whose slot has no outcome yet');
      throw this.#aborted(slot, `trial ${trial} can only be resumed while the view shows it as paused`, state);
    }
    const params = view.params(last);
    this.log.propose(params, trial);
    return {
      slot,
      trial,
      params,
      budget: this.#checkBudget(slot, budget, lastStep(outcome.curve)),
      resumed: true,
      ...this.#noted(),
    };
  }

  #noted(): { readonly note?: SearchNote } {
    return this.#note === undefined ? {} : { note: this.#note };
  }

  #checkBudget(slot: number, budget: number | undefined, done: number): number | undefined {
    if (budget === undefined || (Number.isSafeInteger(budget) && budget > done)) return budget;
    throw this.#aborted(slot, `a budget must be an integer step after ${done}`, String(budget));
  }

  #aborted(slot: number, expected: string, got: string, cause?: unknown): RunError {
    return new RunError('SEARCH_ABORTED', {
      where: `searcher "${this.#options.searcher.name}", slot ${slot}`,
      expected,
      got,
      todo: cause === undefined ? 'correct the searcher' : 'see its cause',
      ...(cause === undefined ? {} : { cause }),
    });
  }
}

/** The last step of a curve; 0 of an empty one. */
export function lastStep(curve: readonly { readonly step: number }[]): number {
  return curve.at(-1)?.step ?? 0;
}

/** The latest slot in the view that belongs to the trial. *Cost*: O(slots since). */
function lastSlotOf(view: View, trial: number): number | undefined {
  for (let slot = view.asked - 1; slot >= 0; slot--) if (view.trial(slot) === trial) return slot;
  return undefined;
}
