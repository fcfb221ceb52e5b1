import { Rng } from '@tangentlab/core';
import { normalStream } from '../density/normal.js';
import { hypervolume } from '../front/hypervolume.js';
import { type Acquisition, ei, logEi, logImprovement, pi, ucb } from './acquisition.js';
import { logHypervolumeImprovement } from './hypervolume-improvement.js';

const slopeOf = (f: (at: number) => number, at: number, h = 1e-6) => (f(at + h) - f(at - h)) / (2 * h);

test.each([
  ['logEi', logEi],
  ['ei', ei],
  ['pi', pi],
  ['ucb', ucb],
] as [string, Acquisition][])('%s: slopes by finite differences', (_, acquisition) => {
  for (const [mean, deviation] of [
    [0.5, 0.3],
    [-1, 0.1],
    [2, 0.7],
    [6, 0.5],
  ] as const) {
    const { byMean, byDeviation } = acquisition(mean, deviation, 0.2);
    const scale = Math.max(1, Math.abs(byMean), Math.abs(byDeviation));
    const along = slopeOf((to) => acquisition(to, deviation, 0.2).value, mean);
    const across = slopeOf((to) => acquisition(mean, to, 0.2).value, deviation);
    expect(Math.abs(byMean - along) / scale).toBeLessThan(1e-6);
    expect(Math.abs(byDeviation - across) / scale).toBeLessThan(1e-6);
  }
});

test('the expected improvement is the integral that it stands for', () => {
  const [mean, deviation, best] = [0.4, 0.5, 0.1];
  let sum = 0;
  const step = 1e-3;
  for (let z = -9; z < 9; z += step) {
    const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
    sum += Math.max(0, best - (mean + deviation * z)) * density * step;
  }
  expect(ei(mean, deviation, best).value).toBeCloseTo(sum, 6);
  expect(logEi(mean, deviation, best).value).toBeCloseTo(Math.log(sum), 5);
});

test('its logarithm is smooth over all of its range, where the improvement itself is 0', () => {
  expect(ei(60, 1, 0).value).toBe(0);
  expect(logEi(60, 1, 0).value).toBeCloseTo(-0.5 * 3600 - 0.5 * Math.log(2 * Math.PI) - 2 * Math.log(60), 2);
  expect(logEi(60, 1, 0).byMean).toBeCloseTo(-60, 1);
  for (const z of [-1, -1000]) {
    const [left, right] = [logImprovement(z * (1 + 1e-9)), logImprovement(z * (1 - 1e-9))];
    expect(Math.abs(left - right) / Math.abs(left)).toBeLessThan(1e-7);
  }
  expect(Number.isFinite(logImprovement(-1e9))).toBe(true);
});

const FRONT = [
  [-1, 0.8],
  [-0.2, 0],
  [0.9, -1.1],
];
const REFERENCE = [1.5, 1.2];

test('the expected hypervolume improvement is the mean over draws', () => {
  const [means, deviations] = [
    [-0.3, -0.2],
    [0.5, 0.8],
  ] as const;
  const normal = normalStream(Rng.root(5).stream());
  const before = hypervolume(FRONT, REFERENCE);
  const draws = Array.from({ length: 20_000 }, () => {
    const point = [means[0] + deviations[0] * normal(), means[1] + deviations[1] * normal()];
    return point.every((loss, i) => loss < REFERENCE[i]!) ? hypervolume([...FRONT, point], REFERENCE) - before : 0;
  });
  const mean = draws.reduce((a, b) => a + b, 0) / draws.length;
  const error = Math.sqrt(draws.reduce((a, b) => a + (b - mean) ** 2, 0)) / draws.length;
  const exact = Math.exp(logHypervolumeImprovement(FRONT, REFERENCE, means, deviations).value);
  expect(Math.abs(exact - mean)).toBeLessThan(4 * error);
  const less = Math.exp(logHypervolumeImprovement(FRONT.slice(0, 2), REFERENCE, means, deviations).value);
  expect(Math.abs(less - mean)).toBeGreaterThan(4 * error); // and it would show
});

test('its slopes by finite differences', () => {
  const [means, deviations] = [
    [-0.3, 0.4],
    [0.5, 0.8],
  ];
  const { byMean, byDeviation } = logHypervolumeImprovement(FRONT, REFERENCE, means!, deviations!);
  for (const k of [0, 1]) {
    const set = (values: readonly number[], to: number) => values.map((value, i) => (i === k ? to : value));
    const along = (to: number) => logHypervolumeImprovement(FRONT, REFERENCE, set(means!, to), deviations!).value;
    const across = (to: number) => logHypervolumeImprovement(FRONT, REFERENCE, means!, set(deviations!, to)).value;
    expect(byMean[k]).toBeCloseTo(slopeOf(along, means![k]!), 6);
    expect(byDeviation[k]).toBeCloseTo(slopeOf(across, deviations![k]!), 6);
  }
});
