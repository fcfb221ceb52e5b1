import {
  type AskRequest,
  atMost,
  int,
  isDirective,
  logUniform,
  maximize,
  minimize,
  type Objective,
  type Outcome,
  type Params,
  Rng,
  type Searcher,
  Space,
  type SpaceShape,
  TrialLog,
  uniform,
  viewOf,
} from '@tangentlab/core';
import { createLinearAlgebraSync } from '@tangentlab/ops-wasm';
import {
  autoSearcher,
  cmaEsSearcher,
  gpSearcher,
  localSearcher,
  nsga2Searcher,
  tpeSearcher,
} from '@tangentlab/optimizers';

const linearAlgebra = createLinearAlgebraSync();

/** Twelve decades, steps, a single value. */
const SHAPE: SpaceShape = { lr: logUniform(1e-6, 1e6), n: int(1, 50), x: uniform(0, 1) };
const SPACE = new Space(SHAPE);
const SEARCHERS: [name: string, make: () => Searcher][] = [
  ['auto', () => autoSearcher({ linearAlgebra })],
  ['tpe', () => tpeSearcher({ startup: 4 })],
  ['tpe as Optuna 5 has it', () => tpeSearcher({ compatible: 'optuna5', startup: 4 })],
  ['gp', () => gpSearcher({ startup: 4, linearAlgebra })],
  ['cmaEs', () => cmaEsSearcher({ startup: 3, population: 4 })],
  ['nsga2', () => nsga2Searcher({ startup: 4, population: 8 })],
  ['local', () => localSearcher({ startup: 4 })],
];

/** Searches by hand, with any outcome; every answer must be a point of the space. */
function drive(
  searcher: Searcher,
  trials: number,
  objectives: Objective[],
  outcomeOf: (p: Params, i: number) => Outcome,
) {
  const root = Rng.root(7);
  const log = new TrialLog();
  const points: Params[] = [];
  for (let slot = 0; slot < trials; slot++) {
    const request: AskRequest = {
      space: SPACE,
      objectives,
      constraints: [atMost('size', 1)],
      view: viewOf(log, slot, 1),
      slot,
      rng: root.split('ask', slot),
      runRng: root.split('search'),
    };
    const answer = searcher.ask(request);
    if (answer === null || answer === 'wait' || isDirective(answer)) throw new Error(`no point: ${String(answer)}`);
    SPACE.check(answer, searcher.name);
    points.push(answer);
    log.propose(answer);
    log.record(slot, outcomeOf(answer, slot));
  }
  return points;
}

const complete = (...values: number[]): Outcome => ({ state: 'complete', values, curve: [] });
const failed: Outcome = { state: 'failed', error: { code: 'TRIAL_FAILED', message: 'on purpose' }, curve: [] };
const last = <T>(values: T[]) => values.slice(-15);

describe.each(SEARCHERS)('%s', (_, make) => {
  const one = [minimize('f')];

  test('huge and tiny objectives lead to the same points as ordinary ones', () => {
    const at = (scale: number) => drive(make(), 30, one, (p) => complete(scale * (p['x'] as number)));
    expect(at(2 ** 990)).toEqual(at(1));
    expect(at(2 ** -990)).toEqual(at(1));
  });

  test('all kinds of endings are survived, under one objective and several', () => {
    const curve = [{ step: 2, values: { f: 1 } }];
    const kinds = [
      failed,
      { state: 'pruned', values: null, curve: [] },
      { state: 'pruned', values: [1, 1], curve },
      { state: 'paused', values: [1, 2], curve },
      complete(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
      complete(Number.NEGATIVE_INFINITY, 1e300),
      { ...complete(1, 1), violations: [3] },
      { ...complete(1, 1), violations: [Number.POSITIVE_INFINITY] },
      complete(1, 1),
      complete(1, 1),
    ] as const;
    const cut = (outcome: Outcome): Outcome =>
      'values' in outcome && outcome.values !== null ? { ...outcome, values: outcome.values.slice(0, 1) } : outcome;
    drive(make(), 60, one, (_params, i) => cut(kinds[i % kinds.length]!));
    drive(make(), 60, [minimize('f'), maximize('g')], (_params, i) => kinds[i % kinds.length]!);
    drive(make(), 30, one, () => failed);
  });

  test('it learns although half of the trials fail', () => {
    const points = drive(make(), 90, one, (p, i) => (i % 2 === 1 ? failed : complete(((p['x'] as number) - 0.2) ** 2)));
    const off = last(points).map((p) => Math.abs((p['x'] as number) - 0.2));
    expect(off.sort((a, b) => a - b)[7]!).toBeLessThan(0.25); // evenly drawn points are 0.34 off in the median
  });

  test('it keeps away from what breaks a constraint', () => {
    const points = drive(make(), 90, one, (p) => {
      const x = p['x'] as number;
      return { ...complete(-x), violations: [x - 0.5] };
    });
    const fine = last(points).filter((p) => (p['x'] as number) <= 0.55).length;
    expect(fine).toBeGreaterThan(7); // evenly drawn points: 8 of 15 in the mean
    const free = drive(make(), 90, one, (p) => complete(-(p['x'] as number)));
    expect(last(free).filter((p) => (p['x'] as number) <= 0.55).length).toBeLessThan(fine);
  });
});
