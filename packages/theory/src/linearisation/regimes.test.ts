/**
 * The knobs between the lazy and the feature-learning regime: scaled outputs, and parametrisations; the smaller forms of the
 * tangent kernel.
 */
import { Rng } from '@tangentlab/core';
import { initialParameters, meanField, mlp, muP, ntk, predict } from '@tangentlab/nn';
import { referenceLinearAlgebra as linearAlgebra, type RegressionTable } from '@tangentlab/tensor';
import {
  coordinateCheck,
  jvp,
  kernelOperator,
  layerTangents,
  lazyTraining,
  outputKernel,
  tangentKernel,
  traceKernel,
} from '@tangentlab/theory';

const uniform = Rng.root(1).stream();
const x = Float64Array.from({ length: 24 }, () => 2 * uniform() - 1);
const data: RegressionTable = {
  x,
  targets: Float64Array.from({ length: 12 }, (_, i) => Math.sign(x[2 * i]!)),
  samples: 12,
  features: 2,
  outputs: 1,
};
const norm = (v: Float64Array) => Math.sqrt(v.reduce((sum, value) => sum + value * value, 0));

test('large alpha makes a narrow network lazy: |Z - Zlin| falls like 1/alpha', async () => {
  const model = mlp({ widths: [2, 10, 1], activation: 'tanh', parametrisation: ntk({ cw: 1.5, cb: 0.1 }) });
  const theta0 = initialParameters(model, Rng.root(2));
  const others = Float64Array.from({ length: 20 }, (_, i) => Math.sin(3 * i));
  const distance = async (alpha: number) => {
    const { theta, losses } = await lazyTraining(model, theta0, data, { alpha, learningRate: 0.5, steps: 200 });
    expect(losses).toHaveLength(201);
    expect(losses[200]).toBeLessThan(0.5 * losses[0]!);
    const step = theta.map((value, i) => value - theta0[i]!);
    const moved = predict(model, theta, others, 10).map((value, i) => value - predict(model, theta0, others, 10)[i]!);
    const linear = jvp(model, theta0, others, 10, step);
    return alpha * norm(moved.map((value, i) => value - linear[i]!));
  };
  const [four, sixteen, sixtyFour] = [await distance(4), await distance(16), await distance(64)];
  expect(Math.log(sixtyFour / sixteen) / Math.log(4)).toBeCloseTo(-1, 1);
  expect(four).toBeGreaterThan(sixteen);
  await expect(lazyTraining(model, theta0, data, { alpha: 1, learningRate: 1e4, steps: 500 })).rejects.toThrow(
    'a finite loss',
  );
});

test('parametrisations by their coordinates: what moves, and what does not', () => {
  const scaling = (parametrisation: (width: number) => ReturnType<typeof ntk>, learningRate: number) =>
    coordinateCheck({
      widths: [64, 128, 256, 512],
      model: (width) =>
        mlp({ widths: [2, width, width, 1], activation: 'tanh', parametrisation: parametrisation(width) }),
      data,
      learningRate,
      steps: 2,
      rng: Rng.root(3),
    });
  const lazy = scaling(() => ntk({ cw: 1.5 }), 0.3);
  const features = scaling(() => meanField({ cw: 1.5 }), 0.3);
  const maximal = scaling(() => muP({ baseWidth: 64 }), 0.3);
  // hidden layers: features of the NTK parametrisation freeze like width^-1/2, those of the others do not
  expect(lazy[1]!.changeSlope).toBeLessThan(-0.35);
  for (const found of [features, maximal]) expect(Math.abs(found[1]!.changeSlope)).toBeLessThan(0.25);
  // one output of three networks says little of its own size
  for (const { startSlope } of lazy.slice(0, 2)) expect(Math.abs(startSlope)).toBeLessThan(0.1);
  expect(() =>
    coordinateCheck({
      widths: [8],
      model: () => mlp({ widths: [2, 8, 1] }),
      data,
      learningRate: 0.1,
      rng: Rng.root(1),
    }),
  ).toThrow('two different widths');
});

test('the forms of the kernel are parts of all of it', async () => {
  const [n, k] = [5, 3];
  const model = mlp({ widths: [2, 7, 6, k], activation: 'gelu', parametrisation: ntk({ cb: 0.3 }) });
  const points = x.subarray(0, 2 * n);
  const tangents = layerTangents(model, initialParameters(model, Rng.root(4)), points, n);
  const { values } = await tangentKernel(tangents, k, linearAlgebra);
  const entry = (i: number, c: number, j: number, d: number) => values[(i * k + c) * n * k + j * k + d]!;
  const trace = traceKernel(tangents, k, { linearAlgebra });
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let c = 0; c < k; c++) {
        const own = outputKernel(tangents, k, c, { linearAlgebra }).values[i * n + j]!;
        expect(own).toBeCloseTo(entry(i, c, j, c), 12);
        sum += own;
      }
      expect(trace.values[i * n + j]).toBeCloseTo(sum / k, 12);
    }
  }
  const u = Float64Array.from({ length: n * k }, (_, i) => Math.cos(i));
  const product = kernelOperator(tangents, k)(u);
  for (const [row, value] of product.entries()) {
    const want = u.reduce((sum, entryOfU, c) => sum + values[row * n * k + c]! * entryOfU, 0);
    expect(value).toBeCloseTo(want, 11);
  }
  // the largest eigenvalue, without the kernel
  const { values: found } = linearAlgebra.lanczos(kernelOperator(tangents, k), n * k, { count: 1 });
  expect(found[0]).toBeCloseTo(linearAlgebra.symmetricEigenvalues({ rows: n * k, cols: n * k, values }).at(-1)!, 9);
  expect(() => outputKernel(tangents, k, 3, { linearAlgebra })).toThrow('an output in 0..2');
});
