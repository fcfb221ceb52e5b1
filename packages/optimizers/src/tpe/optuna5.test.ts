import { readFileSync } from 'node:fs';
import {
  type AskRequest,
  fromOptuna,
  maximize,
  minimize,
  type Outcome,
  type Params,
  Rng,
  Space,
  type SpaceShape,
  TrialLog,
  viewOf,
} from '@tangentlab/core';
import { tpeSearcher } from '@tangentlab/optimizers';
import { determinismLaws, searcherLaws } from '@tangentlab/testkit';
import { rowsOf } from '../density/rows.js';
import { Optuna5 } from './optuna5.js';
import { belowCount, TpeHistory } from './tpe-history.js';

interface Case {
  readonly name: string;
  readonly space: Record<string, string>;
  readonly directions: readonly ('minimize' | 'maximize')[];
  readonly trials: readonly {
    readonly state: string;
    readonly params: Params;
    readonly values: readonly number[] | null;
    readonly violation: number;
    readonly curve: readonly (readonly [step: number, value: number | null])[];
  }[];
  readonly below: readonly number[];
  readonly candidates: readonly Params[];
  readonly logL: readonly number[];
  readonly logG: readonly number[];
}

const FIXTURE = new URL('../../fixtures/tpe_densities.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(FIXTURE, 'utf8')) as { cases: readonly Case[] };

/** The study as a log: finished trials have outcomes, the last ones run. */
function requestOf({ space: shape, directions, trials }: Case): AskRequest {
  const space = new Space(
    Object.fromEntries(Object.entries(shape).map(([name, json]) => [name, fromOptuna(json)])) as unknown as SpaceShape,
  );
  const objectives = directions.map((direction, i) => (direction === 'maximize' ? maximize : minimize)(`m${i}`));
  const log = new TrialLog();
  trials.forEach(({ state, params, values, violation, curve: points }, slot) => {
    log.propose(params);
    if (state === 'RUNNING') return;
    const curve = points.map(([step, value]) => ({ step, values: { m0: value ?? Number.NaN } }));
    const last = points.at(-1)?.[1];
    const outcome: Outcome =
      state === 'COMPLETE'
        ? { state: 'complete', values: values!, violations: [violation], curve }
        : state === 'PRUNED'
          ? { state: 'pruned', values: last === undefined || last === null ? null : [last], curve }
          : { state: 'failed', error: { code: 'TRIAL_FAILED', message: 'as in the fixture' }, curve };
    log.record(slot, outcome);
  });
  const running = trials.filter(({ state }) => state === 'RUNNING').length;
  const view = viewOf(log, trials.length, running + 1);
  const rng = Rng.root(0);
  return { space, objectives, constraints: [], view, slot: trials.length, rng, runRng: rng };
}

describe.each(cases)('as Optuna 5.0.0: $name', (one) => {
  const request = requestOf(one);
  const { space, objectives, view } = request;

  test('the same trials lie below the line', () => {
    const history = new TpeHistory(rowsOf(space), objectives, false);
    for (let slot = 0; slot < view.told; slot++) history.read(view, slot);
    expect([...history.split()].sort((a, b) => a - b)).toEqual(one.below);
  });

  test('candidates have the same log densities, to 1e-12', () => {
    const all = space.leaves.map((_, j) => j);
    const { below, above } = new Optuna5(10, 24).mixtures(request, all);
    const rows = one.candidates.map((params) => rowsOf(space).rowOf(params));
    const off = (got: number, expected: number) => Math.abs(got - expected) / Math.max(1, Math.abs(expected));
    const differences = rows.flatMap((row, i) => [
      off(below.logDensity(row), one.logL[i]!),
      off(above.logDensity(row), one.logG[i]!),
    ]);
    expect(Math.max(...differences)).toBeLessThan(1e-12);
    // and it would show: another number of trials is another density
    above.remove(view.trial(view.asked - 1));
    expect(Math.max(...rows.map((row, i) => off(above.logDensity(row), one.logG[i]!)))).toBeGreaterThan(1e-6);
  });
});

test('the good trials are the best tenth, and of one objective at most 25', () => {
  expect([1, 10, 11, 250, 251, 1000].map((n) => belowCount(n, 1))).toEqual([1, 1, 2, 25, 25, 25]);
  expect(belowCount(1000, 2)).toBe(100);
});

searcherLaws('tpe as Optuna 5 has it', () => tpeSearcher({ compatible: 'optuna5' }));
determinismLaws('tpe as Optuna 5 has it', () => ({ searcher: tpeSearcher({ compatible: 'optuna5', startup: 4 }) }));
