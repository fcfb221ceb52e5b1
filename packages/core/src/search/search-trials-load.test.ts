/**
 * 100,000 trials that end synchronously: the loop must be flat in stack, time and memory. The bounds are loose and know
 * nothing of the machine; the figures themselves belong to bench/.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { choice, type Metric, maximize, Rng, type Searcher, searchTrials } from '@tangentlab/core';
import { Observable, type Subscriber } from 'rxjs';
import { FLAT_BELOW, growthOfCost } from '../../../../test/growth.js';

const TRIALS = 100_000;
const POINTS = [1, 2, 3].map((width) => Object.freeze({ width }));
const cycling: Searcher = { name: 'cycling', feedback: true, ask: ({ slot }) => POINTS[slot % 3]! };
const options = {
  space: { width: choice(1, 2, 3) },
  searcher: cycling,
  objectives: [maximize('score')] as const,
  trials: TRIALS,
  rng: Rng.root(1),
};

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

function heapUsed(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

test('the time of a trial does not grow with their number', () => {
  const search = (searcher: Searcher) => (trials: number) =>
    void searchTrials({ ...options, searcher, trials }, ({ number }) => [
      { step: 1, values: { score: number } },
    ]).subscribe();
  expect(growthOfCost(3000, search(cycling))).toBeLessThan(FLAT_BELOW);
  // that of a searcher that reads all of its view twenty times does
  let sum = 0;
  const reading: Searcher = {
    ...cycling,
    ask: ({ slot, view }) => {
      for (let read = 0; read < 20 * view.told; read++) sum += view.outcome(Math.trunc(read / 20)).curve.length;
      return POINTS[slot % 3]!;
    },
  };
  expect(growthOfCost(300, search(reading))).toBeGreaterThan(FLAT_BELOW);
  expect(sum).toBeGreaterThan(0);
}, 60_000);

test('the memory of a trial is bounded, and the stack does not grow', () => {
  const before = heapUsed();
  let [finished, bytes] = [0, 0];
  searchTrials(options, ({ number }) => [{ step: 1, values: { score: number } }]).subscribe({
    next: (event) => {
      if (event.type === 'trial/finished') finished++;
      if (event.type !== 'search/finished') return;
      bytes = (heapUsed() - before) / TRIALS; // the log of the search is still held here
    },
  });
  expect(finished).toBe(TRIALS);
  expect(bytes).toBeLessThan(2048);
  expect(bytes).toBeGreaterThan(0);
});

test('trials that fail synchronously, and a searcher without feedback, do not overflow either', () => {
  const error = new Error('always the same one');
  let failed = 0;
  const searcher: Searcher = { ...cycling, feedback: false };
  searchTrials({ ...options, searcher, concurrency: 8 }, () => {
    throw error;
  }).subscribe((event) => {
    if (event.type === 'trial/finished' && event.state === 'failed') failed++;
  });
  expect(failed).toBe(TRIALS);
});

test('a slow first trial whose end releases thousands of waiting ones does not overflow', () => {
  const first: Subscriber<Metric>[] = [];
  let finished = 0;
  searchTrials({ ...options, concurrency: 2, lag: 2 }, ({ number }) => {
    if (number === 0) return new Observable<Metric>((observer) => void first.push(observer));
    return [{ step: 1, values: { score: number } }];
  }).subscribe((event) => {
    if (event.type === 'trial/finished') finished++;
  });
  expect(finished).toBe(1);
  first[0]!.next({ step: 1, values: { score: 0 } });
  first[0]!.complete();
  expect(finished).toBe(TRIALS);
});
