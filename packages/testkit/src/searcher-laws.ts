/**
 * searcherLaws: what every search strategy must hold to, whoever wrote it. The laws are plain checks over a searcher, so
 * that a test can also show which broken searcher each of them rejects.
 */
import {
  choice,
  int,
  isDirective,
  logUniform,
  maximize,
  type Objective,
  type Outcome,
  type Params,
  Rng,
  type Searcher,
  Space,
  TrialLog,
  uniform,
  viewOf,
} from '@tangentlab/core';
import { type Law, registerLaws, type SuiteOptions } from './law.js';

/** How the suite gets its subject. */
export interface SearcherLawsOptions extends SuiteOptions {
  /** Spaces to search; a mixed, a finite and an empty one unless given. A searcher of finite spaces gives its own. */
  readonly spaces?: readonly Space[];
}

const OBJECTIVES: readonly Objective[] = [maximize('score')];
const FINITE = new Space({ a: choice(1, 2, 3), b: choice('x', 'y'), c: int(0, 3) });
const MIXED = new Space({
  lr: logUniform(1e-4, 1e-1),
  dropout: uniform(0, 0.5),
  width: int(8, 256, { log: true }),
  act: choice('relu', 'tanh'),
});

/** Registers the laws of search strategies with the test runner. */
export function searcherLaws(name: string, create: () => Searcher, options: SearcherLawsOptions = {}): void {
  registerLaws(
    `searcherLaws: ${name}`,
    lawsOfSearchers(options.spaces ?? [FINITE, MIXED, new Space({})]),
    create,
    options,
  );
}

/** The laws themselves. */
export function lawsOfSearchers(spaces: readonly Space[]): readonly Law<Searcher>[] {
  return [
    {
      name: 'suggests points of the space, and only those',
      check: (make) => each(spaces, (space) => inBounds(make(), space)),
    },
    {
      name: 'equal requests get equal answers, warm or cold',
      check: (make) => each(spaces, (space) => warmIsCold(make, space)),
    },
    {
      name: 'never changes the space, the log or a proposal',
      check: (make) => each(spaces, (space) => keepsHandsOff(make(), space)),
    },
    {
      name: 'survives equal, infinite and failed outcomes',
      check: (make) => each(spaces, (space) => survives(make(), space)),
    },
    {
      name: 'a searcher without feedback ignores outcomes',
      check: (make) => each(spaces, (space) => ignoresOutcomes(make, space)),
    },
    {
      name: 'null means spent: it is never followed by a point',
      check: (make) => each(spaces, (space) => staysSpent(make(), space)),
    },
  ];
}

type Score = (slot: number) => Outcome;

const complete = (value: number): Outcome => ({ state: 'complete', values: [value], curve: [] });
const ramp: Score = (slot) => complete(slot);

/** Asks up to `slots` points, telling the outcome of each at once; stops at null. */
function drive(searcher: Searcher, space: Space, slots: number, score: Score): Params[] {
  const log = new TrialLog();
  const asked: Params[] = [];
  for (let slot = 0; slot < slots; slot++) {
    const params = ask(searcher, space, log, slot);
    if (params === null) break;
    asked.push(params);
    log.propose(params);
    log.record(slot, score(slot));
  }
  return asked;
}

/** The point that a searcher wants to try; null when there is none. With every outcome told, waiting is no answer. */
function ask(searcher: Searcher, space: Space, log: TrialLog, slot: number): Params | null {
  const root = Rng.root(11);
  const view = viewOf(log, slot, 1);
  const answer = searcher.ask({
    space,
    objectives: OBJECTIVES,
    constraints: [],
    view,
    slot,
    rng: root.split('ask', slot),
    runRng: root.split('search'),
  });
  if (answer === 'wait') throw new Error(`'wait' at slot ${slot}, though every earlier slot has its outcome`);
  if (answer === null || !isDirective(answer)) return answer;
  if ('start' in answer) return answer.start;
  throw new Error(`a resumption of trial ${answer.resume} at slot ${slot}, though no trial is paused`);
}

function inBounds(searcher: Searcher, space: Space): void {
  for (const params of drive(searcher, space, 60, ramp)) space.check(params, `searcher "${searcher.name}"`);
}

function warmIsCold(make: () => Searcher, space: Space): void {
  const warm = make();
  const log = new TrialLog();
  for (let slot = 0; slot < 20; slot++) {
    const params = ask(warm, space, log, slot);
    same(ask(warm, space, log, slot), params, `slot ${slot} asked twice`);
    same(ask(make(), space, log, slot), params, `slot ${slot} asked of a new searcher`);
    if (params === null) return;
    log.propose(params);
    log.record(slot, ramp(slot));
  }
}

function keepsHandsOff(searcher: Searcher, space: Space): void {
  const before = JSON.stringify(space.parameters);
  const log = new TrialLog();
  const proposals: string[] = [];
  for (let slot = 0; slot < 20; slot++) {
    const params = ask(searcher, space, log, slot);
    if (params === null) break;
    proposals.push(JSON.stringify(params));
    log.propose(params);
    log.record(slot, ramp(slot));
    proposals.forEach((proposal, i) => {
      same(JSON.stringify(log.params(i)), proposal, `the proposal of slot ${i}, after slot ${slot} was asked`);
    });
  }
  same(JSON.stringify(space.parameters), before, 'the space');
}

function survives(searcher: Searcher, space: Space): void {
  const failed: Outcome = { state: 'failed', error: { code: 'TRIAL_FAILED', message: 'a failed trial' }, curve: [] };
  const scores: readonly Score[] = [
    () => complete(1),
    () => complete(Number.POSITIVE_INFINITY),
    () => complete(Number.NEGATIVE_INFINITY),
    () => failed,
    (slot) => (slot % 2 === 0 ? failed : complete(slot % 4 === 1 ? 1e300 : -1e-300)),
  ];
  for (const score of scores)
    for (const params of drive(searcher, space, 25, score)) space.check(params, searcher.name);
}

function ignoresOutcomes(make: () => Searcher, space: Space): void {
  if (make().feedback) return;
  const up = drive(make(), space, 20, ramp);
  const down = drive(make(), space, 20, (slot) => complete(-slot * slot));
  same(JSON.stringify(up), JSON.stringify(down), 'suggestions under other outcomes');
}

function staysSpent(searcher: Searcher, space: Space): void {
  const log = new TrialLog();
  for (let slot = 0; slot < 200; slot++) {
    const params = ask(searcher, space, log, slot);
    if (params === null) {
      same(ask(searcher, space, log, slot), null, `slot ${slot}, asked again after null`);
      return;
    }
    log.propose(params);
    log.record(slot, ramp(slot));
  }
}

function each(spaces: readonly Space[], check: (space: Space) => void): void {
  for (const space of spaces) check(space);
}

function same(got: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(got), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what} must be ${b}, got ${a}`);
}
