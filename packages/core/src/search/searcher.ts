/**
 * The contract of search strategies, and its token.
 */
import type { Rng } from '../rng.js';
import type { Params, Space } from '../space/space.js';
import { token } from '../wiring/token.js';
import type { Constraint } from './constraint.js';
import type { Objective } from './objective.js';
import type { View } from './view.js';

/** What a searcher says of how it came to an answer: a name for programs, and the numbers behind it. Plain data. */
export interface SearchNote {
  readonly name: string;
  readonly values: Readonly<Record<string, number>>;
}

/** What a searcher is given for one slot. */
export interface AskRequest {
  readonly space: Space;
  readonly objectives: readonly Objective[];
  readonly constraints: readonly Constraint[];
  /** What has been tried and told so far, as this slot may see it. */
  readonly view: View;
  /** The slot's number: 0, 1, 2, ... */
  readonly slot: number;
  /** Random numbers of this slot alone. */
  readonly rng: Rng;
  /** Random numbers that are the same in every slot of the run: for sequences that are shuffled or scrambled once. */
  readonly runRng: Rng;
  /** Tells subscribers how the answer came about: the last note stands in the slot's first event. It changes nothing. */
  readonly note?: (note: SearchNote) => void;
}

/** A new trial that pauses after the step `budget`. */
export interface BudgetedStart {
  readonly start: Params;
  readonly budget: number;
}

/** The trial `resume`, paused as far as the view shows, goes on: to its end, or to the step `budget`. */
export interface Resumption {
  readonly resume: number;
  readonly budget?: number;
}

/** Marks an answer that is more than a point. Points have texts as keys, so no parameter can take its place. */
const DIRECTIVE: unique symbol = Symbol.for('tangentlab/directive') as never;

/** An answer that is more than a point; made by `startWith` and `resumeTrial`. */
export type Directive = (BudgetedStart | Resumption) & { readonly [DIRECTIVE]: true };

/** What a searcher may answer: a point, a point or a paused trial with a budget, `'wait'`, or null. */
export type Answer = Params | Directive | 'wait' | null;

/** A new trial at `params` that pauses after the step `budget` (1, 2, ...). */
export function startWith(params: Params, budget: number): Directive {
  return Object.freeze({ [DIRECTIVE]: true as const, start: params, budget });
}

/** The paused trial goes on: to its end, or to the step `budget`. */
export function resumeTrial(trial: number, budget?: number): Directive {
  return Object.freeze({ [DIRECTIVE]: true as const, resume: trial, ...(budget === undefined ? {} : { budget }) });
}

/** True of an answer made by `startWith` or `resumeTrial`. */
export function isDirective(answer: Params | Directive): answer is Directive {
  return typeof answer === 'object' && answer !== null && DIRECTIVE in answer;
}

/**
 * A search strategy: a pure function from what is known to the next point.
 *
 * *Determinism*: equal requests get equal answers. A searcher keeps no history; what it caches is only what a cold call
 * would compute again.
 */
export interface Searcher {
  readonly name: string;
  /** False promises never to look at outcomes; trials may then start before earlier ones have ended. */
  readonly feedback: boolean;
  /** Called once per run, before slot 0; throws CONFIG_INVALID for a space that the strategy cannot search. */
  check?(space: Space): void;
  /**
   * The point to try; null when there is none left; `'wait'` to be asked again once every earlier slot has its outcome
   * (the view is then complete, and the answer must be another one).
   */
  ask(request: AskRequest): Answer;
}

/** The role of the search strategy. */
export const SEARCHER = token<Searcher>('Searcher', 'run');
