/**
 * Predictions of wide networks: closed forms, limits, and an ensemble of real networks.
 */
import { Rng } from '@tangentlab/core';
import { initialParameters, mlp, ntk, predict } from '@tangentlab/nn';
import { type DenseMatrix, referenceLinearAlgebra as linearAlgebra } from '@tangentlab/tensor';
import {
  analyticKernels,
  ensemblePrediction,
  jacobian,
  kernelRegression,
  layerTangents,
  linearDynamics,
  tangentKernel,
} from '@tangentlab/theory';

const matrix = (rows: number, cols: number, values: readonly number[]): DenseMatrix => ({
  rows,
  cols,
  values: Float64Array.from(values),
});
const train = matrix(3, 2, [1, 0.2, -0.5, 1, 0.3, -0.8]);
const others = matrix(2, 2, [0.4, 0.4, -1, -0.3]);
const targets = matrix(3, 1, [1, -1, 0.5]);
const network = { depth: 1, activation: 'erf', cw: 1.5, cb: 0.1 } as const;

async function kernels() {
  const [own, cross, rest] = [
    await analyticKernels(network, train),
    await analyticKernels(network, others, train),
    await analyticKernels(network, others),
  ];
  return { ntk: own.ntk, nngp: own.nngp, ntkCross: cross.ntk, nngpCross: cross.nngp, nngpOthers: rest.nngp };
}

test('regression returns the targets on the training samples, and less with a ridge', async () => {
  const { nngp } = await kernels();
  const at = (ridge: number) => kernelRegression(nngp, nngp, targets, { linearAlgebra, ridge }).values;
  for (const [i, value] of at(0).entries()) expect(value).toBeCloseTo(targets.values[i]!, 10);
  expect(Math.abs(at(1)[0]!)).toBeLessThan(Math.abs(at(0)[0]!));
  expect(() => kernelRegression(nngp, nngp, targets, { linearAlgebra, ridge: -1 })).toThrow('a ridge of at least 0');
  expect(() => kernelRegression(nngp, train, targets, { linearAlgebra })).toThrow('a square kernel');
});

test('an ensemble starts as the prior and ends at the regression with the NTK', async () => {
  const given = await kernels();
  const start = await ensemblePrediction(given, targets, 0, { linearAlgebra });
  expect(start.mean.values).toEqual(Float64Array.of(0, 0));
  for (const [at, value] of start.covariance.values.entries())
    expect(value).toBeCloseTo(given.nngpOthers.values[at]!, 12);
  const end = await ensemblePrediction(given, targets, Number.POSITIVE_INFINITY, { linearAlgebra });
  const limit = kernelRegression(given.ntk, given.ntkCross, targets, { linearAlgebra });
  for (const [at, value] of end.mean.values.entries()) expect(value).toBeCloseTo(limit.values[at]!, 10);
  // training takes away what the samples determine
  expect(end.covariance.values[0]).toBeLessThan(start.covariance.values[0]!);
  await expect(ensemblePrediction(given, targets, -1, { linearAlgebra })).rejects.toThrow('a time of at least 0');
});

test('wide networks that are trained linearly have that mean and variance', async () => {
  const width = 512;
  const draws = 200;
  const time = 6;
  const model = mlp({ widths: [2, width, 1], activation: 'erf', parametrisation: ntk({ cw: 1.5, cb: 0.1 }) });
  const outputs: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const theta = initialParameters(model, Rng.root(9).split('draw', draw));
    const kernel = await tangentKernel(layerTangents(model, theta, train.values, 3), 1, linearAlgebra);
    const [jTrain, jOther] = [jacobian(model, theta, train.values, 3), jacobian(model, theta, others.values, 2)];
    const cross = linearAlgebra.gemm(jOther, jTrain, { transB: true });
    const dynamics = await linearDynamics(kernel, predict(model, theta, train.values, 3), targets.values, 3, {
      linearAlgebra,
    });
    outputs.push(dynamics.flowElsewhere(time, cross, predict(model, theta, others.values, 2))[0]!);
  }
  const { mean, covariance } = await ensemblePrediction(await kernels(), targets, time, { linearAlgebra });
  const [wanted, variance] = [mean.values[0]!, covariance.values[0]!];
  const average = outputs.reduce((a, b) => a + b, 0) / draws;
  const spread = outputs.reduce((sum, value) => sum + (value - average) ** 2, 0) / (draws - 1);
  // frozen seeds; 4.9 standard errors leave a millionth to chance
  expect(Math.abs(average - wanted)).toBeLessThan(4.9 * Math.sqrt(variance / draws));
  expect(Math.abs(spread / variance - 1)).toBeLessThan(4.9 * Math.sqrt(2 / draws));
  // the prior is another distribution, and would be noticed
  const prior = (await kernels()).nngpOthers.values[0]!;
  expect(Math.abs(spread / prior - 1)).toBeGreaterThan(4.9 * Math.sqrt(2 / draws));
}, 120_000);
