/**
 * determinismLaws: the same seed and lag give the same bits, whatever the concurrency, the order in which trials end, the
 * resources that are lost on the way, and the place at which a search was interrupted. The matrix runs the real loop on
 * trials that end in many orders.
 */
import {
  choice,
  int,
  type Metric,
  maximize,
  type Pruner,
  Rng,
  RunError,
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
  /** Every law holds with and without it. */
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
  const bothWays = (check: (make: () => DeterminismSubject) => void) => (make: () => DeterminismSubject) => {
    check(make);
    if (make().pruner !== undefined) check(() => withoutPruner(make()));
  };
  return [
    {
      name: 'seeds x concurrency x order of completion: the same events of each trial',
      check: bothWays(sameInAnyOrder),
    },
    { name: 'trials that lose a resource and are tried again: the same events', check: bothWays(sameAfterRetries) },
    {
      name: 'resumed from any prefix of its events, a search gives the same events',
      check: bothWays(sameFromAnyPrefix),
    },
  ];
}

const LAG = 4;
const TRIALS = 16;
const STEPS = 3;
const SPACE: SpaceShape = { a: int(0, 999), b: choice('x', 'y', 'z') };

/** One cell of the matrix. */
interface Cell {
  readonly seed: number;
  readonly concurrency: number;
  /** Chooses, in each round, which of the trials in flight takes its next step. */
  readonly order: number;
  readonly recorded?: readonly TrialEvent[];
  /** Every third trial loses its resource once, at its second step. */
  readonly crashes?: boolean;
}

interface Flying {
  readonly number: number;
  readonly out: Subscriber<Metric>;
  step: number;
}

/** One search over the matrix's space; every fifth trial fails. */
function search({ searcher, pruner, space = SPACE }: DeterminismSubject, cell: Cell): TrialEvent[] {
  const { seed, concurrency, order, recorded = [], crashes = false } = cell;
  const events: TrialEvent[] = [];
  const flying = new Set<Flying>();
  const options = { space, searcher, objectives: [maximize('score')] as const, trials: TRIALS, rng: Rng.root(seed) };
  const more = { lag: LAG, concurrency, recorded, retries: 1, ...(pruner === undefined ? {} : { pruner }) };
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
  const crashed = new Set<number>();
  for (let round = 0; flying.size > 0; round++) {
    const trials = [...flying];
    const trial = trials[Math.floor(counterUniform(order, round) * trials.length)]!;
    if (crashes && trial.number % 3 === 1 && trial.step === 1 && !crashed.has(trial.number)) {
      crashed.add(trial.number);
      trial.out.error(lostResource(trial.number));
    } else advance(trial);
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

function lostResource(trial: number): RunError {
  return new RunError('RESOURCE_FAILED', {
    where: `trial ${trial}`,
    expected: 'its resource was lost on purpose',
    todo: 'try it again',
  });
}

function withoutPruner({ pruner: _, ...subject }: DeterminismSubject): DeterminismSubject {
  return subject;
}

/** The events of each trial in turn: what must not depend on which trial was faster. */
function perTrial(events: readonly TrialEvent[]): string {
  const trials = events.flatMap((event) => ('trial' in event && event.type !== 'trial/retried' ? [event] : []));
  return JSON.stringify(trials.sort((a, b) => a.trial - b.trial));
}

function sameInAnyOrder(make: () => DeterminismSubject): void {
  for (const seed of [1, 2]) {
    const serial = perTrial(search(make(), { seed, concurrency: 1, order: 0 }));
    for (const concurrency of [1, 2, 4, 8]) {
      for (let order = 1; order <= 6; order++) {
        if (perTrial(search(make(), { seed, concurrency, order })) === serial) continue;
        throw new Error(
          `seed ${seed}, concurrency ${concurrency}, order ${order}: other events than one after the other`,
        );
      }
    }
  }
}

function sameAfterRetries(make: () => DeterminismSubject): void {
  const undisturbed = perTrial(search(make(), { seed: 1, concurrency: 1, order: 0 }));
  for (const concurrency of [1, 2, 4, 8]) {
    for (let order = 1; order <= 3; order++) {
      const events = search(make(), { seed: 1, concurrency, order, crashes: true });
      if (!events.some(({ type }) => type === 'trial/retried')) throw new Error('no trial came to lose its resource');
      if (perTrial(events) === undisturbed) continue;
      throw new Error(`concurrency ${concurrency}, order ${order}: other events than without the lost resources`);
    }
  }
}

function sameFromAnyPrefix(make: () => DeterminismSubject): void {
  for (const concurrency of [1, 4]) {
    const whole = search(make(), { seed: 1, concurrency, order: 5, crashes: concurrency > 1 });
    const expected = perTrial(whole);
    for (let length = 0; length <= whole.length; length++) {
      const cell = { seed: 1, concurrency: (length % 3) + 1, order: length, recorded: whole.slice(0, length) };
      if (perTrial(search(make(), cell)) === expected) continue;
      const left = `${length} of ${whole.length} events of concurrency ${concurrency}`;
      throw new Error(`resumed after ${left}: other events than without the interruption`);
    }
  }
}
