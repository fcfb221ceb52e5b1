/**
 * ashaPromote(): trials begin with few steps and pause; those that are among the best of their rung are resumed. No trial
 * is thrown away: a paused one may be promoted much later, when many worse ones have joined its rung.
 */
import {
  type Answer,
  type AskRequest,
  isDirective,
  type Objective,
  type Provider,
  parseConfig,
  resumeTrial,
  SEARCHER,
  type Searcher,
  startWith,
  type View,
} from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { ReadAlong, type Reading } from '../history/read-along.js';
import { openSlots } from '../history/told-trial.js';
import { indexAt } from '../pruners/curve-log.js';
import { lossesAt } from '../pruners/curve-losses.js';
import { firstRungOf } from '../pruners/first-rung.js';
import { bestShare } from '../pruners/rung-order.js';
import { wrappedProvider } from '../wrapping/wrapped-provider.js';

/** What `ashaPromote` takes. */
export interface AshaPromoteOptions {
  /** The steps after which a new trial pauses; a ninth of `mostSteps` unless given. */
  readonly leastSteps?: number;
  /** The steps of a whole trial: the last promotion goes to the end. */
  readonly mostSteps: number;
  /** Of `eta` trials at a rung one is promoted, and each rung is `eta` times as far; 3 unless given. */
  readonly eta?: number;
}

const SCHEMA = z
  .strictObject({
    leastSteps: z.number().int().min(1).optional(),
    mostSteps: z.number().int().min(1),
    eta: z.number().int().min(2).default(3),
  })
  .refine(({ leastSteps = 1, mostSteps }) => leastSteps <= mostSteps, 'leastSteps must not be above mostSteps');

/**
 * Gives another searcher's points few steps first, and more to those that deserve them: `ashaPromote(tpe(), { mostSteps:
 * 27 })` pauses trials after 3 and 9 steps.
 *
 * One or several objectives; compared as by `successiveHalving`. The inner searcher sees paused trials as such. Trials of
 * the run count once, however often they are resumed. *Cost*: O(paused trials log paused trials) per rung and suggestion.
 * *Throws* CONFIG_INVALID for its options. *Determinism*: that of the inner searcher; promotions draw nothing. *Source*:
 * Li et al. (2020).
 *
 * @example
 * ashaPromote(tpe(), { mostSteps: 27 }).config['eta'] // => 3
 */
export function ashaPromote(searcher: Provider<Searcher>, options: AshaPromoteOptions): Provider<Searcher> {
  const given = parseConfig('ashaPromote', SCHEMA, options);
  const config = { ...given, leastSteps: given.leastSteps ?? firstRungOf(given.mostSteps) };
  return wrappedProvider(SEARCHER, 'ashaPromote', searcher, config, (inner) => promoting(inner, config));
}

function promoting(inner: Searcher, { leastSteps, mostSteps, eta }: Required<AshaPromoteOptions>): Searcher {
  const rungs: number[] = [];
  for (let step = leastSteps; step < mostSteps; step *= eta) rungs.push(step);
  const searches = new ReadAlong<Rungs>();
  return {
    name: inner.name,
    feedback: true,
    ...(inner.check === undefined ? {} : { check: (space) => inner.check!(space) }),
    ask: (request) => {
      const known = searches.of(request.view, () => new Rungs(rungs, request.objectives));
      const promoted = known.promotable(request.view, eta);
      if (promoted !== undefined) {
        const budget = rungs[promoted.rung + 1];
        return budget === undefined ? resumeTrial(promoted.trial) : resumeTrial(promoted.trial, budget);
      }
      return withBudget(inner.ask(request), rungs[0]);
    },
  };
}

/** A new trial pauses at the first rung; what the inner searcher resumes is its own affair. */
function withBudget(answer: Answer, budget: number | undefined): Answer {
  if (answer === null || answer === 'wait' || isDirective(answer) || budget === undefined) return answer;
  return startWith(answer, budget);
}

/** Who has reached which rung, and who is paused. */
class Rungs implements Reading {
  readonly #steps: readonly number[];
  readonly #objectives: readonly Objective[];
  /** For each rung the losses of the trials that reached it. */
  readonly #reached: readonly Map<number, readonly number[]>[];
  /** The rung at which a trial is paused. */
  readonly #paused = new Map<number, number>();

  constructor(steps: readonly number[], objectives: readonly Objective[]) {
    this.#steps = steps;
    this.#objectives = objectives;
    this.#reached = steps.map(() => new Map());
  }

  read(view: View, slot: number): void {
    const trial = view.trial(slot);
    const { state, curve } = view.outcome(slot);
    let last = -1;
    this.#steps.forEach((step, rung) => {
      const index = indexAt(curve, step, 'from');
      if (index < 0) return;
      last = rung;
      if (!this.#reached[rung]!.has(trial)) this.#reached[rung]!.set(trial, lossesAt(this.#objectives, curve, index));
    });
    if (state === 'paused' && last >= 0) this.#paused.set(trial, last);
    else this.#paused.delete(trial);
  }

  /** The trial to go on with, from the highest rung that has one. */
  promotable(view: AskRequest['view'], eta: number): { readonly trial: number; readonly rung: number } | undefined {
    const running = new Set(openSlots(view).map(({ trial }) => trial));
    for (let rung = this.#steps.length - 1; rung >= 0; rung--) {
      const entries = [...this.#reached[rung]!];
      if (entries.length < eta) continue; // nobody to compare with
      const losses = entries.map(([, own]) => own);
      for (const i of bestShare(losses, eta)) {
        const [trial, own] = entries[i]!;
        const waits = this.#paused.get(trial) === rung && !running.has(trial);
        if (waits && own.every(Number.isFinite)) return { trial, rung };
      }
    }
    return undefined;
  }
}
