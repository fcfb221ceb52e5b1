import type { RunEvent } from '@tangentlab/core';
import { StoredEvents } from './stored-events.js';

const started = (trial: number, x = trial): RunEvent => ({ type: 'trial/started', slot: trial, trial, params: { x } });
const resumed = (slot: number, trial: number): RunEvent => ({
  type: 'trial/resumed',
  slot,
  trial,
  params: { x: trial },
});
const metric = (trial: number, step: number, score = trial + step): RunEvent => ({
  type: 'trial/metric',
  trial,
  step,
  values: { score },
});
const warning = (trial: number, step: number, message = 'small'): RunEvent => ({
  type: 'trial/warning',
  trial,
  step,
  name: 'gradients/vanishing',
  message,
  values: {},
});
const paused = (slot: number, trial: number, steps: number): RunEvent => ({
  type: 'trial/paused',
  slot,
  trial,
  params: { x: trial },
  values: [1],
  steps,
});
const finished = (slot: number, trial: number, state: 'complete' | 'cancelled' | 'pruned' = 'complete'): RunEvent => ({
  type: 'trial/finished',
  slot,
  trial,
  params: { x: trial },
  state,
  values: null,
  steps: 2,
});
const end = (reason: 'trials' | 'cancelled' = 'trials'): RunEvent => ({ type: 'search/finished', reason });

/** What is added to the log `before` when a run tells `told`. */
const added = (before: readonly RunEvent[], told: readonly RunEvent[]) => {
  const stored = new StoredEvents(before);
  return told.flatMap((event) => stored.news(event));
};

/** What a run that is resumed from these events tells of all of them: warnings of slots that ended are not told again. */
const retold = (before: readonly RunEvent[], events: readonly RunEvent[]) => {
  const rested = before.flatMap((event) => (event.type === 'trial/finished' ? [event.trial] : []));
  return events.filter((event) => event.type !== 'trial/warning' || !rested.includes(event.trial));
};

const trial0 = [started(0), metric(0, 1), metric(0, 2), finished(0, 0)];
const trial1 = [started(1), warning(1, 1), metric(1, 1), metric(1, 2), finished(1, 1)];
const whole = [...trial0, ...trial1, end()];

test('a new log gets everything', () => {
  expect(added([], whole)).toEqual(whole);
});

test('told again after any prefix, exactly the rest is added', () => {
  for (let length = 0; length <= whole.length; length++) {
    const before = whole.slice(0, length);
    expect(added(before, retold(before, whole))).toEqual(whole.slice(length));
  }
});

test('a cancelled trial counts as not ended: its steps stay, what follows them is added', () => {
  const before = [started(0), metric(0, 1), finished(0, 0, 'cancelled'), end('cancelled')];
  expect(added(before, [...trial0, end()])).toEqual([metric(0, 2), finished(0, 0), end()]);
});

test('the end of a search is said again when something came after it', () => {
  expect(added([...trial0, end()], whole)).toEqual([...trial1, end()]);
  expect(added([...trial0, end('cancelled')], [...trial0, end()])).toEqual([end()]);
});

test('a trial that was paused and resumed: each slot by itself', () => {
  const events = [started(0), metric(0, 1), paused(0, 0, 1), ...trial1, resumed(2, 0), metric(0, 2), finished(2, 0)];
  for (let length = 0; length <= events.length; length++) {
    const before = events.slice(0, length);
    expect(added(before, retold(before, events))).toEqual(events.slice(length));
  }
});

test('a retry is a fact of its day: the log keeps it, and the steps are the same', () => {
  const retried: RunEvent = {
    type: 'trial/retried',
    slot: 0,
    trial: 0,
    error: { code: 'RESOURCE_FAILED', message: 'm' },
  };
  expect(added([started(0), metric(0, 1), retried, metric(0, 2)], trial0)).toEqual([finished(0, 0)]);
  expect(added([started(0)], [started(0), metric(0, 1), retried, metric(0, 2)])).toEqual([
    metric(0, 1),
    retried,
    metric(0, 2),
  ]);
});

test('a trial that goes another way this time is written anew from its start', () => {
  const before = [started(1), warning(1, 1), metric(1, 1), metric(1, 2)];
  const other = [started(1), warning(1, 1), metric(1, 1), metric(1, 2, 0.5), finished(1, 1)];
  expect(added(before, other)).toEqual(other);
  const params = [started(1, 7), metric(1, 1)];
  expect(added(before, params)).toEqual(params);
});

test('so is one that ends earlier than the log has it, unless it was cancelled', () => {
  const before = [started(0), metric(0, 1), metric(0, 2)];
  const pruned = [started(0), metric(0, 1), finished(0, 0, 'pruned')];
  expect(added(before, pruned)).toEqual(pruned);
  const cancelled = [started(0), metric(0, 1), finished(0, 0, 'cancelled')];
  expect(added(before, cancelled)).toEqual(cancelled.slice(2));
});

test('what is about the run and not about a trial is always new', () => {
  const failed: RunEvent = { type: 'release/failed', error: { code: 'RESOURCE_FAILED', message: 'm' } };
  expect(added([failed], [failed])).toEqual([failed]);
});
