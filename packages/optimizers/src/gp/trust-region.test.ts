import { minimize, type Outcome, Space, TrialLog, uniform, viewOf } from '@tangentlab/core';
import { PointFeatures } from './point-features.js';
import { TrustRegion } from './trust-region.js';

const complete = (loss: number): Outcome => ({ state: 'complete', values: [loss], curve: [] });

/** The region's length after each told loss. */
function lengths(outcomes: readonly Outcome[], startup: number, smoothLeaves: number): number[] {
  const region = new TrustRegion([minimize('f')], startup, smoothLeaves);
  const log = new TrialLog();
  return outcomes.map((outcome, slot) => {
    log.propose({ x: 0 });
    log.record(slot, outcome);
    region.read(viewOf(log, slot + 1, 1), slot);
    return region.length;
  });
}

test('three successes in a row double it, up to its end', () => {
  const better = Array.from({ length: 9 }, (_, i) => complete(-i));
  expect(lengths(better, 1, 8)).toEqual([0.8, 0.8, 0.8, 1.6, 1.6, 1.6, 1.6, 1.6, 1.6]);
});

test('as many failures as there are leaves halve it, and what is too small starts anew', () => {
  const equal = (count: number) => Array.from({ length: count }, () => complete(1));
  expect(lengths(equal(9), 1, 8)).toEqual([0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.4]);
  expect(lengths(equal(5), 1, 2).at(-1)).toBe(0.4); // four at least
  const long = lengths(equal(1 + 4 * 7), 1, 1);
  expect(Math.min(...long)).toBe(0.8 / 64);
  expect(long.at(-1)).toBe(0.8);
});

test('the even start does not count, a success breaks a row of failures, broken constraints are no success', () => {
  const worse = [2, 2, 2, 2, 2, 2].map(complete);
  expect(lengths([complete(1), ...worse], 7, 4).at(-1)).toBe(0.8);
  expect(lengths([complete(1), ...worse], 1, 4).at(-1)).toBe(0.4);
  expect(lengths([complete(1), ...worse.slice(3), complete(0), ...worse.slice(3)], 1, 4).at(-1)).toBe(0.8);
  const broken: Outcome = { state: 'complete', values: [-9], violations: [1], curve: [] };
  const failed: Outcome = { state: 'failed', error: { code: 'TRIAL_FAILED', message: 'on purpose' }, curve: [] };
  expect(lengths([complete(1), broken, failed, broken, failed], 1, 4).at(-1)).toBe(0.4);
});

test('the box has the length, stretched as the lengthscales are, within the space', () => {
  const features = new PointFeatures(new Space({ a: uniform(0, 1), b: uniform(0, 1), c: uniform(0, 1) }));
  const region = new TrustRegion([minimize('f')], 1, 3);
  const { low, high } = region.around([0.5, 0.5, Number.NaN], [0.25, 1, 0.5], features);
  expect(high[0]! - low[0]!).toBeCloseTo(0.4, 12);
  expect([low[1], high[1]]).toEqual([0, 1]); // its side would be 1.6
  expect([low[2], high[2]]).toEqual([0, 1]);
});
