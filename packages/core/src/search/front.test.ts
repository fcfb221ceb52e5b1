import { Front, isTangentError, maximize, minimize, type Objective, type Scored } from '@tangentlab/core';
import fc from 'fast-check';
import { checkObjective, isBetter } from './objective.js';

fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns: 300 });

// few different values, so that ties are common
const objective = fc.constantFrom<Objective>(maximize('a'), minimize('b'));
const problem = fc.integer({ min: 1, max: 3 }).chain((k) =>
  fc.record({
    objectives: fc.array(objective, { minLength: k, maxLength: k }),
    values: fc.array(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: k, maxLength: k }), { maxLength: 25 }),
    shuffle: fc.array(fc.double({ noNaN: true }), { minLength: 25, maxLength: 25 }),
  }),
);

function frontOf(objectives: readonly Objective[], trials: readonly Scored[]): readonly number[] {
  const front = new Front(objectives);
  for (const trial of trials) front.offer(trial);
  return front.members.map(({ trial }) => trial);
}

/** The definition: not dominated, and of equal ones the earliest. */
function bruteForce(objectives: readonly Objective[], trials: readonly Scored[]): readonly number[] {
  const noWorse = (a: Scored, b: Scored) =>
    objectives.every((o, i) =>
      o.direction === 'maximize' ? a.values[i]! >= b.values[i]! : a.values[i]! <= b.values[i]!,
    );
  return trials
    .filter((b) => !trials.some((a) => a !== b && noWorse(a, b) && (!noWorse(b, a) || a.trial < b.trial)))
    .map(({ trial }) => trial)
    .sort((a, b) => a - b);
}

test('the front is what the definition says, in whatever order the trials arrive', () => {
  fc.assert(
    fc.property(problem, ({ objectives, values, shuffle }) => {
      const trials = values.map((scores, trial) => ({ trial, values: scores }));
      const expected = bruteForce(objectives, trials);
      expect(frontOf(objectives, trials)).toEqual(expected);
      const shuffled = [...trials].sort((a, b) => shuffle[a.trial]! - shuffle[b.trial]!);
      expect(frontOf(objectives, shuffled)).toEqual(expected);
    }),
  );
});

test('under one objective the earliest of the best stays', () => {
  const trials = [0.5, 0.9, 0.7, 0.9].map((value, trial) => ({ trial, values: [value] }));
  expect(frontOf([maximize('a')], trials)).toEqual([1]);
  expect(frontOf([maximize('a')], [...trials].reverse())).toEqual([1]);
  expect(frontOf([minimize('a')], trials)).toEqual([0]);
});

test('the front is empty before anything was offered, and its members are a copy', () => {
  const front = new Front([maximize('a')]);
  expect(front.members).toEqual([]);
  front.offer({ trial: 0, values: [1] });
  (front.members as Scored[]).length = 0;
  expect(front.members).toHaveLength(1);
});

test('an objective is frozen plain data, at the last step unless told otherwise', () => {
  expect(maximize('valAccuracy')).toEqual({ metric: 'valAccuracy', direction: 'maximize', at: 'last' });
  expect(minimize('valLoss', { at: 'best' })).toEqual({ metric: 'valLoss', direction: 'minimize', at: 'best' });
  expect(Object.isFrozen(maximize('a')) && Object.isFrozen(minimize('a'))).toBe(true);
});

test('better is strict, and NaN is never better', () => {
  expect([isBetter(maximize('a'), 2, 1), isBetter(maximize('a'), 1, 1), isBetter(minimize('a'), 1, 2)]).toEqual([
    true,
    false,
    true,
  ]);
  for (const o of [maximize('a'), minimize('a')]) {
    expect(isBetter(o, Number.NaN, 1)).toBe(false);
    expect(isBetter(o, 1, Number.NaN)).toBe(false);
  }
});

const cyclic: Record<string, unknown> = {};
cyclic['self'] = cyclic;

test.each([
  ['valAccuracy'],
  [undefined],
  [null],
  [{ metric: 'a' }],
  [{ metric: 1, direction: 'maximize', at: 'last' }],
  [{ metric: 'a', direction: 'max', at: 'last' }],
  [{ metric: 'a', direction: 'maximize', at: 'first' }],
  [cyclic],
  [10n],
])('%p is no objective', (value) => {
  const check = () => checkObjective('experiment "e"', value as never);
  expect(check).toThrow(/^experiment "e": an objective is needed, got .*; write maximize\('valAccuracy'\) or /);
  try {
    check();
  } catch (error) {
    expect(isTangentError(error) && error.code).toBe('CONFIG_INVALID');
  }
});
