import { readFileSync } from 'node:fs';
import { Rng } from '@tangentlab/core';
import { referenceLinearAlgebra } from '@tangentlab/tensor';
import { fitHyperparameters } from './fit-hyperparameters.js';
import { GaussianProcess } from './gaussian-process.js';
import { fromLogs, logPrior, type NoiseBelief } from './hyperparameters.js';
import { jitteredCholesky } from './jittered-cholesky.js';
import { likelihoodCost, pairDistances } from './marginal-likelihood.js';
import { matern52, matern52WithSlopes } from './matern.js';

interface Case {
  readonly signal: number;
  readonly lengthscales: readonly number[];
  readonly noise: number;
  readonly x: readonly (readonly number[])[];
  readonly y: readonly number[];
  readonly logLikelihood: number;
  readonly slopes: { readonly signal: number; readonly lengthscales: readonly number[]; readonly noise: number };
  readonly at: readonly (readonly number[])[];
  readonly mean: readonly number[];
  readonly covariance: readonly (readonly number[])[];
}

const FIXTURE = new URL('../../fixtures/gp_posterior.json', import.meta.url);
const { processes } = JSON.parse(readFileSync(FIXTURE, 'utf8')) as { readonly processes: readonly Case[] };
const algebra = referenceLinearAlgebra;
const flat = (rows: readonly (readonly number[])[]) => Float64Array.from(rows.flat());
const leavesOf = (count: number) => Int32Array.from({ length: count }, (_, j) => j);
const processOf = ({ signal, lengthscales, noise, x, y }: Case) => {
  const hyperparameters = { signal, noise, lengthscales: Float64Array.from(lengthscales) };
  const process = new GaussianProcess(algebra, hyperparameters, leavesOf(lengthscales.length), flat(x), x.length);
  process.observe(y);
  return process;
};

/** A slope by central differences, of error O(h^2). */
function slopeOf(f: (at: number) => number, at: number, h = 1e-5): number {
  return (f(at + h) - f(at - h)) / (2 * h);
}

describe.each(processes)('as scikit-learn has it, signal $signal', (one) => {
  const { lengthscales, signal, noise, x, y, at } = one;
  const leaves = lengthscales.length;

  test('the likelihood and its slopes', () => {
    const distances = pairDistances(flat(x), x.length, leavesOf(leaves), leaves);
    const theta = [...lengthscales, signal, noise].map(Math.log);
    const slopes = new Float64Array(leaves + 2);
    const cost = likelihoodCost(algebra, distances, Float64Array.from(y), theta, slopes);
    // condition numbers reach 1e6 here
    const near = (got: number, expected: number) =>
      expect(Math.abs(got - expected) / Math.max(1, Math.abs(expected))).toBeLessThan(1e-8);
    near(-cost, one.logLikelihood);
    one.slopes.lengthscales.forEach((slope, j) => {
      near(-slopes[j]!, slope);
    });
    near(-slopes[leaves]!, one.slopes.signal);
    near(-slopes[leaves + 1]!, one.slopes.noise);
  });

  test('mean, variance and covariances at other points', () => {
    const process = processOf(one);
    const { means, deviations } = process.at(flat(at), at.length);
    const covariances = process.covarianceAt(flat(at), at.length);
    at.forEach((point, k) => {
      expect(means[k]).toBeCloseTo(one.mean[k]!, 7);
      expect(deviations[k]! ** 2).toBeCloseTo(one.covariance[k]![k]!, 7);
      one.covariance[k]!.forEach((value, l) => {
        expect(covariances[k * at.length + l]).toBeCloseTo(value, 7);
      });
      const { mean, deviation } = process.near(Float64Array.from(point));
      expect(mean).toBeCloseTo(means[k]!, 9);
      expect(deviation).toBeCloseTo(deviations[k]!, 9);
    });
    process.observe(y.map((value) => value + 0.01));
    expect(Math.abs(process.at(flat(at), at.length).means[0]! - one.mean[0]!)).toBeGreaterThan(1e-4); // and it would show
  });

  test('slopes of mean and deviation by finite differences', () => {
    const process = processOf(one);
    for (const point of at) {
      const { meanSlopes, deviationSlopes } = process.near(Float64Array.from(point));
      point.forEach((start, f) => {
        const moved = (to: number) => process.near(Float64Array.from(point, (value, g) => (g === f ? to : value)));
        expect(meanSlopes[f]).toBeCloseTo(
          slopeOf((to) => moved(to).mean, start),
          5,
        );
        expect(deviationSlopes[f]).toBeCloseTo(
          slopeOf((to) => moved(to).deviation, start),
          5,
        );
      });
    }
  });

  test('appended points are as if they had always been there, and taken off they leave no trace', () => {
    const whole = processOf(one);
    const { hyperparameters } = whole;
    const leafOf = leavesOf(leaves);
    const grown = new GaussianProcess(algebra, hyperparameters, leafOf, flat(x.slice(0, 2)), 2);
    for (const point of x.slice(2)) grown.append(Float64Array.from(point));
    grown.observe(y);
    const before = grown.at(flat(at), at.length);
    before.means.forEach((mean, k) => {
      expect(mean).toBeCloseTo(whole.at(flat(at), at.length).means[k]!, 7);
    });
    // a point without a value is believed to come out as expected
    grown.append(Float64Array.from(at[0]!));
    const believed = grown.at(flat(at), at.length);
    expect(believed.deviations[0]).toBeLessThan(Math.max(1.5 * Math.sqrt(noise), 0.9 * before.deviations[0]!));
    expect(believed.means).toEqual(before.means);
    grown.truncate(x.length);
    expect(grown.at(flat(at), at.length)).toEqual(before);
  });

  test('many points at once are as one by one', () => {
    const process = processOf(one);
    const many = Array.from({ length: 20 }, (_, k) => at[k % at.length]!); // from 16 on another route is taken
    const { means, deviations } = process.at(flat(many), many.length);
    many.forEach((point, k) => {
      const alone = process.at(Float64Array.from(point), 1);
      expect(means[k]).toBeCloseTo(alone.means[0]!, 9);
      expect(deviations[k]).toBeCloseTo(alone.deviations[0]!, 7);
    });
  });
});

test('the kernel and its slope', () => {
  expect(matern52(0)).toBe(1);
  const squares = [1e-4, 0.3, 2, 40];
  const kernel = Float64Array.from(squares);
  const slopes = new Float64Array(squares.length);
  matern52WithSlopes(kernel, 2, slopes);
  squares.forEach((squared, k) => {
    expect(kernel[k]).toBeCloseTo(2 * matern52(squared), 14);
    expect(slopes[k]).toBeCloseTo(2 * slopeOf(matern52, squared, 1e-5 * squared), 6);
    expect(matern52(squared)).not.toBeCloseTo(Math.exp(-squared / 2), 6); // another kernel, but at 0
  });
});

test('the prior has its start at its mode but for the noise, and its slopes', () => {
  const prior = logPrior(3, 'narrow');
  const theta = prior.start.map((value, i) => value + 0.1 * i);
  const slopes = new Float64Array(prior.size);
  prior.cost(theta, slopes);
  theta.forEach((at, i) => {
    const cost = (to: number) =>
      prior.cost(
        theta.map((value, j) => (i === j ? to : value)),
        new Float64Array(5),
      );
    expect(slopes[i]).toBeCloseTo(slopeOf(cost, at), 6);
  });
  for (const belief of ['narrow', 'wide'] as const) {
    const { start, size, cost } = logPrior(3, belief);
    const flatAt = new Float64Array(size);
    cost(start, flatAt);
    expect([...flatAt.subarray(0, 4)].every((slope) => Math.abs(slope) < 1e-12)).toBe(true);
    expect(flatAt[4]).toBeCloseTo(1, 12); // the noise starts at its median, above the mode
  }
  expect(logPrior(3, 0.04).low[4]).toBe(Math.log(0.04)); // noise that is known stays
  expect(fromLogs(logPrior(2, 'wide').start).lengthscales[0]).toBeCloseTo(0.2 * Math.sqrt(2), 1);
});

test('a fit finds which leaf matters, and how noisy values are', () => {
  const uniform = Rng.root(3).stream();
  const n = 60;
  const features = Float64Array.from({ length: 2 * n }, uniform);
  const valuesWith = (noise: number) => {
    const raw = Array.from({ length: n }, (_, i) => Math.sin(6 * features[2 * i]!) + noise * (uniform() - 0.5) * 3.46);
    const mean = raw.reduce((a, b) => a + b, 0) / n;
    const deviation = Math.sqrt(raw.reduce((a, b) => a + (b - mean) ** 2, 0) / n);
    return Float64Array.from(raw, (value) => (value - mean) / deviation);
  };
  const fitTo = (values: Float64Array, noise: NoiseBelief = 'wide') =>
    fitHyperparameters(algebra, { features, values, leafOf: leavesOf(2), leaves: 2 }, noise).hyperparameters;
  const clear = fitTo(valuesWith(0));
  expect(clear.lengthscales[1]!).toBeGreaterThan(5 * clear.lengthscales[0]!);
  expect(clear.noise).toBeLessThan(1e-3);
  const noisy = fitTo(valuesWith(0.3));
  expect(noisy.noise).toBeGreaterThan(0.05);
  expect(noisy.noise).toBeLessThan(0.5);
  expect(fitTo(valuesWith(0.3), 0.01).noise).toBeCloseTo(0.01, 12);
});

test('jitter grows until the matrix has a factor, is told, and has an end', () => {
  const ones = { rows: 3, cols: 3, values: new Float64Array(9).fill(1) };
  const { factor, jitter } = jitteredCholesky(algebra, ones);
  expect(jitter).toBeGreaterThan(0);
  expect(jitter).toBeLessThan(1e-6);
  expect(factor.values[0]! ** 2).toBeCloseTo(1 + jitter, 12);
  const fine = { rows: 2, cols: 2, values: Float64Array.of(2, 1, 1, 2) };
  expect(jitteredCholesky(algebra, fine).jitter).toBe(0);
  const no = { rows: 2, cols: 2, values: Float64Array.of(1, 2, 2, 1) };
  expect(() => jitteredCholesky(algebra, no)).toThrow('positive definite');
  expect(() => jitteredCholesky(algebra, { ...no, values: Float64Array.of(1, 2, 2, Number.NaN) })).toThrow('finite');
});
