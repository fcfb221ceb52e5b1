/**
 * determinismLaws: the same seed and lag give the same bits, whatever the concurrency, the order in which trials end, and
 * the place at which a search was interrupted. The matrix runs the real loop on trials that end in many orders.
 */
import {
  choice,
  int,
  type Metric,
  maximize,
  type Pruner,
  Rng,
  type Searcher,
  type SpaceShape,
  searchTrials,
  type TrialEvent,
} from '@tangentlab/core';
import { counterUniform } from '@tangentlab/tensor';
import { Observable, type Subscriber } from 'rxjs';
import { type Law, registerLaws, type SuiteOptions } from './law.js';

/** What is to be held to its promise: new parts for each search. */
export interface DeterminismSubject {
  readonly searcher: Searcher;
  readonly pruner?: Pruner;
  /** A small finite space unless given. */
  readonly space?: SpaceShape;
}

/** Registers the determinism matrix with the test runner. */
export function determinismLaws(name: string, create: () => DeterminismSubject, options: SuiteOptions = {}): void {
  registerLaws(`determinismLaws: ${name}`, lawsOfDeterminism(), create, options);
}

/** The laws themselves. */
export function lawsOfDeterminism(): readonly Law<DeterminismSubject>[] {
  return [
    { name: 'seeds x concurrency x order of completion: the same events of each trial', check: sameInAnyOrder },
    { name: 'resumed from any prefix of its events, a search gives the same events', check: sameFromAnyPrefix },
  ];
}

const LAG = 4;
const TRIALS = 16;
const STEPS = 3;
const SPACE: SpaceShape = { a: int(0, 999), b: choice('x', 'y', 'z') };

interface Flying {
  readonly number: number;
  readonly out: Subscriber<Metric>;
  step: number;
}

/** One search; in each round `order` chooses which of the trials in flight takes its next step. Every fifth one fails. */
function search(
  { searcher, pruner, space = SPACE }: DeterminismSubject,
  seed: number,
  concurrency: number,
  order: number,
  recorded: readonly TrialEvent[] = [],
): TrialEvent[] {
  const events: TrialEvent[] = [];
  const flying = new Set<Flying>();
  const options = { space, searcher, objectives: [maximize('score')] as const, trials: TRIALS, rng: Rng.root(seed) };
  const more = { lag: LAG, concurrency, recorded, ...(pruner === undefined ? {} : { pruner }) };
  searchTrials(
    { ...options, ...more } as Parameters<typeof searchTrials>[0],
    ({ number }) =>
      new Observable<Metric>((out) => {
        const trial = { number, out, step: 0 };
        flying.add(trial);
        return () => flying.delete(trial);
      }),
  ).subscribe({
    next: (event) => events.push(event as TrialEvent),
    error: (error: unknown) => {
      throw error;
    },
  });
  for (let round = 0; flying.size > 0; round++) {
    const trials = [...flying];
    advance(trials[Math.floor(counterUniform(order, round) * trials.length)]!);
  }
  return events;
}

function advance(trial: Flying): void {
  const { number, out } = trial;
  trial.step++;
  out.next({ step: trial.step, values: { score: counterUniform(number, trial.step) } });
  if (number % 5 === 4 && trial.step === 2) out.error(new Error(`trial ${number} diverged`));
  else if (trial.step === STEPS) out.complete();
}

/** The events of each trial in turn: what must not depend on which trial was faster. */
function perTrial(events: readonly TrialEvent[]): string {
  const trials = events.filter((event) => 'trial' in event);
  return JSON.stringify([...trials].sort((a, b) => a.trial - b.trial));
}

function sameInAnyOrder(make: () => DeterminismSubject): void {
  for (const seed of [1, 2]) {
    const serial = perTrial(search(make(), seed, 1, 0));
    for (const concurrency of [1, 2, 4, 8]) {
      for (let order = 1; order <= 6; order++) {
        if (perTrial(search(make(), seed, concurrency, order)) === serial) continue;
        throw new Error(
          `seed ${seed}, concurrency ${concurrency}, order ${order}: other events than one after the other`,
        );
      }
    }
  }
}

function sameFromAnyPrefix(make: () => DeterminismSubject): void {
  const whole = search(make(), 1, 1, 0);
  const expected = perTrial(whole);
  for (let length = 0; length <= whole.length; length++) {
    if (perTrial(search(make(), 1, 1, 0, whole.slice(0, length))) === expected) continue;
    throw new Error(`resumed after ${length} of ${whole.length} events: other events than without the interruption`);
  }
}
