/**
 * Duplicates, zero rows, one sample, none, numbers that are not, activations that nobody knows: a result that says what
 * happened, or an error that says what to do.
 */
import { Rng } from '@tangentlab/core';
import { type Mlp, mlp, predict, pytorchDefault } from '@tangentlab/nn';
import { createLinearAlgebraSync } from '@tangentlab/ops-wasm';
import { type DenseMatrix, defineActivation } from '@tangentlab/tensor';
import {
  analyticKernels,
  certifyRank,
  ensemblePrediction,
  jacobianRankOf,
  kernelRegression,
  layerTangents,
  linearDynamics,
  piecewiseLinearDual,
  structuralBound,
  tangentKernel,
} from '@tangentlab/theory';

const linearAlgebra = createLinearAlgebraSync();
const options = { linearAlgebra };
const model = mlp({ widths: [3, 24, 2], activation: 'tanh' });
const theta = pytorchDefault(model, Rng.root(1));

function samples(n: number): Float64Array {
  const uniform = Rng.root(2).stream();
  return Float64Array.from({ length: 3 * n }, () => 4 * uniform() - 2);
}

/** Rank, certificate and spectrum of the kernel on some samples. */
async function lookedAt(x: Float64Array, n: number, of: Mlp = model) {
  const { rank } = await jacobianRankOf(of, theta, x, n, options);
  const { lower, upper, certified } = await certifyRank(of, theta, x, n, options);
  const kernel = await tangentKernel(layerTangents(of, theta, x, n), 2, linearAlgebra);
  const spectrum = linearAlgebra.symmetricEigenvalues(kernel);
  return { rank, lower, upper, certified, kernel, spectrum };
}

test('a sample that is there twice: two ranks less, the interval stays open, the flow keeps what it cannot move', async () => {
  const x = samples(5);
  x.copyWithin(12, 0, 3);
  const { rank, lower, upper, certified, kernel, spectrum } = await lookedAt(x, 5);
  expect({ rank, lower, upper, certified }).toEqual({ rank: 8, lower: 8, upper: 10, certified: false });
  expect(spectrum[1]).toBeLessThan(1e-12 * spectrum.at(-1)!);
  // targets that contradict each other on the two: their mean is reached
  const y = Float64Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 1);
  const dynamics = await linearDynamics(kernel, predict(model, theta, x, 5), y, 5, options);
  const end = dynamics.flow(Number.POSITIVE_INFINITY);
  for (const at of [0, 1, 8, 9]) expect(end[at]).toBeCloseTo(0.5, 6);
  // regression with the analytic kernel is singular, and says so
  const points: DenseMatrix = { rows: 5, cols: 3, values: x };
  const { ntk, nngp } = await analyticKernels({ depth: 1, activation: 'relu' }, points);
  const targets: DenseMatrix = { rows: 5, cols: 2, values: y };
  expect(() => kernelRegression(nngp, nngp, targets, options)).toThrow(
    expect.objectContaining({ code: 'TRIAL_FAILED' }),
  );
  expect(kernelRegression(nngp, nngp, targets, { ...options, ridge: 1e-3 }).values[0]).toBeCloseTo(0.5, 1);
  const given = { ntk, nngp, ntkCross: ntk, nngpCross: nngp, nngpOthers: nngp };
  const { mean } = await ensemblePrediction(given, targets, Number.POSITIVE_INFINITY, options);
  expect(mean.values[0]).toBeCloseTo(0.5, 6);
});

test('a row of zeros: with biases it is a sample as any other, without it is seen by none', async () => {
  const x = samples(4);
  x.fill(0, 3, 6);
  expect((await lookedAt(x, 4)).rank).toBe(8);
  const points: DenseMatrix = { rows: 4, cols: 3, values: x };
  const { nngp, ntk } = await analyticKernels({ depth: 2, activation: 'relu', cb: 0 }, points);
  expect(Array.from(nngp.values.subarray(4, 8))).toEqual([0, 0, 0, 0]);
  expect(Array.from(ntk.values.subarray(4, 8))).toEqual([0, 0, 0, 0]);
});

test('one sample, and none', async () => {
  const one = await lookedAt(samples(1), 1);
  expect(one).toMatchObject({ rank: 2, lower: 2, upper: 2, certified: true });
  const none = await lookedAt(new Float64Array(0), 0);
  expect(none).toMatchObject({ rank: 0, lower: 0, upper: 0, certified: true });
  expect(none.kernel).toMatchObject({ rows: 0, cols: 0 });
  const empty: DenseMatrix = { rows: 0, cols: 3, values: new Float64Array(0) };
  expect((await analyticKernels({ depth: 1, activation: 'erf' }, empty)).ntk.rows).toBe(0);
});

describe('NaN', () => {
  const x = samples(4);
  const spoilt = { theta: theta.with(5, Number.NaN), x: x.with(4, Number.NaN) };
  const notFinite = expect.objectContaining({ code: 'NUMERIC_NOT_FINITE' });

  test.each([
    ['parameters', spoilt.theta, x],
    ['inputs', theta, spoilt.x],
  ] as const)('in the %s has no rank and no kernel', async (_, parameters, inputs) => {
    await expect(jacobianRankOf(model, parameters, inputs, 4, options)).rejects.toEqual(notFinite);
    await expect(certifyRank(model, parameters, inputs, 4, options)).rejects.toEqual(notFinite);
    await expect(tangentKernel(layerTangents(model, parameters, inputs, 4), 2, linearAlgebra)).rejects.toEqual(
      notFinite,
    );
  });

  test('in the inputs has no bound and no analytic kernel', async () => {
    expect(() => structuralBound(model, theta, spoilt.x, 4, options)).toThrow(notFinite);
    const points = { rows: 4, cols: 3, values: spoilt.x };
    await expect(analyticKernels({ depth: 1, activation: 'relu' }, points)).rejects.toEqual(notFinite);
  });

  test('in outputs or targets has no dynamics', async () => {
    const { kernel } = await lookedAt(x, 4);
    const [good, bad] = [new Float64Array(8), new Float64Array(8).fill(Number.NaN)];
    await expect(linearDynamics(kernel, bad, good, 4, options)).rejects.toThrow('linearDynamics, outputs');
    await expect(linearDynamics(kernel, good, bad, 4, options)).rejects.toThrow('linearDynamics, targets');
  });
});

describe('an activation without a kernel in closed form', () => {
  const points: DenseMatrix = { rows: 3, cols: 3, values: samples(3) };

  test('gets it by quadrature where it is smooth', async () => {
    const like = defineActivation({ name: 'like tanh', value: Math.tanh, derivative: (z) => 1 - Math.tanh(z) ** 2 });
    const [own, builtIn] = [
      await analyticKernels({ depth: 2, activation: like }, points),
      await analyticKernels({ depth: 2, activation: 'tanh' }, points),
    ];
    for (const [at, value] of builtIn.ntk.values.entries()) expect(own.ntk.values[at]).toBeCloseTo(value, 12);
  });

  test('takes a dual of the user where it has a kink', async () => {
    const absolute = defineActivation({ name: 'abs', value: Math.abs, derivative: (z) => Math.sign(z) });
    const network = { depth: 1, activation: absolute };
    const exact = await analyticKernels({ ...network, dual: piecewiseLinearDual(-1, 1) }, points);
    const numeric = await analyticKernels(network, points);
    const gap = exact.ntk.values.map((value, at) => Math.abs(numeric.ntk.values[at]! / value - 1));
    // the step of the quadrature across the kink
    expect(Math.max(...gap)).toBeGreaterThan(1e-6);
    expect(Math.max(...gap)).toBeLessThan(0.05);
  });

  test('is refused where its expectations overflow', async () => {
    const wild = defineActivation({
      name: 'wild',
      value: (z) => Math.exp(8 * z * z) - 1,
      derivative: (z) => 16 * z * Math.exp(8 * z * z),
    });
    await expect(analyticKernels({ depth: 1, activation: wild }, points)).rejects.toThrow(
      /analyticKernels: the expectations of wild over samples 0 and 0 must be finite, .*`dual`/,
    );
  });
});
