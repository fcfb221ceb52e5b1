/**
 * 100,000 trials that end synchronously: the loop must be flat in stack, time and memory. The bounds are loose (a busy
 * machine must pass); the figures themselves belong to bench/.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { choice, type Metric, maximize, Rng, type Searcher, searchTrials } from '@tangentlab/core';
import { Observable, type Subscriber } from 'rxjs';

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

test('time and memory per trial are bounded, and the stack does not grow', () => {
  const before = heapUsed();
  const from = process.cpuUsage(); // of this process: others on the machine must not fail the test
  let [finished, us, bytes] = [0, 0, 0];
  searchTrials(options, ({ number }) => [{ step: 1, values: { score: number } }]).subscribe({
    next: (event) => {
      if (event.type === 'trial/finished') finished++;
      if (event.type !== 'search/finished') return;
      const { user, system } = process.cpuUsage(from);
      us = (user + system) / TRIALS;
      bytes = (heapUsed() - before) / TRIALS; // the log of the search is still held here
    },
  });
  expect(finished).toBe(TRIALS);
  expect(us).toBeLessThan(60);
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
