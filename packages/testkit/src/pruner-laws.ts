/**
 * prunerLaws: what every pruner must hold to.
 */
import {
  type Metric,
  maximize,
  type Outcome,
  type PruneRequest,
  type Pruner,
  TrialLog,
  viewOf,
} from '@tangentlab/core';
import { type Law, registerLaws, type SuiteOptions } from './law.js';

/** Registers the laws of pruners with the test runner. The pruner is asked about the metric `score`. */
export function prunerLaws(name: string, create: () => Pruner, options: SuiteOptions = {}): void {
  registerLaws(`prunerLaws: ${name}`, lawsOfPruners(), create, options);
}

/** The laws themselves. */
export function lawsOfPruners(): readonly Law<Pruner>[] {
  return [
    { name: 'answers true or false', check: (make) => answersPlainly(make()) },
    { name: 'equal requests get equal answers, warm or cold', check: warmIsCold },
    { name: 'never changes the log or the curve', check: (make) => keepsHandsOff(make()) },
    {
      name: 'survives failed, pruned and paused trials, and values that are not finite',
      check: (make) => survives(make()),
    },
    { name: 'a pruner without feedback ignores the other trials', check: ignoresOthers },
  ];
}

const STEPS = 8;
const TRIALS = 12;

type Score = (trial: number, step: number) => number;

const rising: Score = (trial, step) => (trial % 5) + step / STEPS;
const falling: Score = (trial, step) => -rising(trial, step);
const odd: Score = (trial, step) =>
  [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, -1e-300][(trial + step) % 5]!;

const curveOf = (trial: number, score: Score, steps = STEPS): Metric[] =>
  Array.from({ length: steps }, (_, i) => ({ step: i + 1, values: { score: score(trial, i + 1) } }));

/** A log of complete trials, or of all kinds of them in turn. */
function logOf(score: Score, mixed = false): TrialLog {
  const log = new TrialLog();
  for (let trial = 0; trial < TRIALS; trial++) {
    log.propose({ x: trial });
    const curve = curveOf(trial, score, mixed ? (trial % STEPS) + 1 : STEPS);
    const values = [score(trial, STEPS)];
    const kinds: readonly Outcome[] = [
      { state: 'complete', values, curve },
      { state: 'failed', error: { code: 'TRIAL_FAILED', message: 'a failed trial' }, curve },
      { state: 'pruned', values: null, curve },
      { state: 'paused', values: null, curve: [] },
    ];
    log.record(trial, kinds[mixed ? trial % kinds.length : 0]!);
  }
  return log;
}

/** What a pruner is asked of one more trial, after each of its steps. */
function requestsOf(log: TrialLog, score: Score): PruneRequest[] {
  const view = viewOf(log, TRIALS, 1);
  const whole = curveOf(TRIALS + 1, score);
  return whole.map((_, i) => ({ objectives: [maximize('score')], view, trial: TRIALS, curve: whole.slice(0, i + 1) }));
}

const answersOf = (pruner: Pruner, log: TrialLog, score: Score) =>
  requestsOf(log, score).map((request) => pruner.prune(request));

function answersPlainly(pruner: Pruner): void {
  for (const answer of answersOf(pruner, logOf(rising), falling)) {
    if (typeof answer !== 'boolean') throw new Error(`the answer must be true or false, got ${String(answer)}`);
  }
}

function warmIsCold(make: () => Pruner): void {
  const log = logOf(rising);
  const warm = make();
  const first = answersOf(warm, log, falling);
  same(answersOf(warm, log, falling), first, 'answers to the same requests');
  const cold = requestsOf(log, falling).map((request) => make().prune(request));
  same(cold, first, 'answers of new pruners');
}

function keepsHandsOff(pruner: Pruner): void {
  const log = logOf(rising);
  const before = JSON.stringify(seen(log));
  for (const request of requestsOf(log, falling)) {
    const curve = JSON.stringify(request.curve);
    pruner.prune(request);
    same(JSON.stringify(request.curve), curve, 'the curve');
  }
  same(JSON.stringify(seen(log)), before, 'the log');
}

function survives(pruner: Pruner): void {
  for (const score of [rising, falling, odd]) {
    for (const log of [new TrialLog(), logOf(score), logOf(score, true)]) {
      const view = viewOf(log, log.asked, 1);
      for (const request of requestsOf(logOf(score), odd)) pruner.prune({ ...request, view });
    }
  }
}

function ignoresOthers(make: () => Pruner): void {
  if (make().feedback !== false) return;
  const answers = [logOf(rising), logOf(falling), logOf(odd, true)].map((log) => answersOf(make(), log, falling));
  for (const other of answers) same(other, answers[0], 'answers beside other trials');
}

function seen(log: TrialLog): unknown[] {
  return Array.from({ length: log.told }, (_, slot) => [log.params(slot), log.outcome(slot)]);
}

function same(got: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(got), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what} must be ${b}, got ${a}`);
}
