/**
 * Parametrisations by what they are for: how the change of features in the first step scales with the width.
 */
import { Rng } from '@tangentlab/core';
import {
  forwardPass,
  initialParameters,
  layersOf,
  lossGradient,
  type Mlp,
  meanField,
  mlp,
  muP,
  normal,
  ntk,
  type Parametrisation,
  predict,
  standard,
} from '@tangentlab/nn';
import { mse, type RegressionTable } from '@tangentlab/tensor';

const uniform = Rng.root(3).stream();
const TABLE: RegressionTable = {
  x: Float64Array.from({ length: 24 }, () => 2 * uniform() - 1),
  targets: Float64Array.from({ length: 6 }, () => 2 * uniform() - 1),
  samples: 6,
  features: 4,
  outputs: 1,
};
const SEEDS = 8;
const rms = (v: Float64Array) => Math.sqrt(v.reduce((sum, value) => sum + value * value, 0) / v.length);

/** Parameters after one step, of gradient descent or of the sign of the gradient (the first step of Adam). */
function stepped(model: Mlp, theta: Float64Array, lr: number, family: 'sgd' | 'adaptive'): Float64Array {
  const { gradient } = lossGradient(model, theta, TABLE, mse());
  const next = theta.slice();
  for (const [l, { weights, biases, end }] of layersOf(model.widths).entries()) {
    const rates = model.layers[l]!.rates[family];
    for (let i = weights; i < end; i++) {
      const along = family === 'sgd' ? gradient[i]! : Math.sign(gradient[i]!);
      next[i]! -= lr * (i < biases ? rates.weights : rates.biases) * along;
    }
  }
  return next;
}

/** How much the last hidden pre-activations and the outputs move in one step, at this width, as a mean over seeds. */
function moves(width: number, by: Parametrisation, lr: number, family: 'sgd' | 'adaptive') {
  let [features, outputs] = [0, 0];
  for (let seed = 0; seed < SEEDS; seed++) {
    const model = mlp({
      widths: [4, width, width, 1],
      activation: 'tanh',
      parametrisation: by,
      initialise: by.initialiser,
    });
    const theta = initialParameters(model, Rng.root(seed));
    const next = stepped(model, theta, lr, family);
    const [before, after] = [theta, next].map(
      (each) => forwardPass(model, each, TABLE.x, TABLE.samples).preActivations,
    );
    features += rms(after![1]!.map((value, i) => value - before![1]![i]!)) / SEEDS;
    outputs += rms(after![2]!.map((value, i) => value - before![2]![i]!)) / SEEDS;
  }
  return { features, outputs };
}

/** Slopes of log(move) against log(width), from 32 to 128. */
function slopes(by: Parametrisation, lr: number, family: 'sgd' | 'adaptive') {
  const [narrow, wide] = [32, 128].map((width) => moves(width, by, lr, family));
  const slope = (a: number, b: number) => Math.log(b / a) / Math.log(4);
  return {
    features: slope(narrow!.features, wide!.features),
    outputs: slope(narrow!.outputs, wide!.outputs),
  };
}

describe('one step of gradient descent', () => {
  test.each([
    ['mean-field', meanField({ cw: 1 })],
    ['muP', muP({ baseWidth: 4 })],
  ])('%s: features and outputs move alike at every width', (_, by) => {
    const { features, outputs } = slopes(by, 0.01, 'sgd');
    expect(Math.abs(features)).toBeLessThan(0.2);
    expect(Math.abs(outputs)).toBeLessThan(0.2);
  });

  test('NTK: outputs move alike, features less and less', () => {
    const { features, outputs } = slopes(ntk({ cw: 1 }), 0.05, 'sgd');
    expect(Math.abs(outputs)).toBeLessThan(0.2);
    // 1/sqrt(width) in the limit
    expect(features).toBeLessThan(-0.35);
  });

  test('standard: outputs move the more the wider, which the others would not pass', () => {
    expect(slopes({ ...standard(), initialiser: normal({ cw: 1 }) }, 0.001, 'sgd').outputs).toBeGreaterThan(0.7);
  });
});

describe('one step along signs, as Adam takes it first', () => {
  test.each([
    ['mean-field', meanField({ cw: 1 })],
    ['muP', muP({ baseWidth: 4 })],
  ])('%s: features and outputs move alike at every width', (_, by) => {
    const { features, outputs } = slopes(by, 0.002, 'adaptive');
    expect(Math.abs(features)).toBeLessThan(0.2);
    expect(Math.abs(outputs)).toBeLessThan(0.25);
  });

  test('standard: features move the more the wider', () => {
    expect(slopes({ ...standard(), initialiser: normal({ cw: 1 }) }, 0.001, 'adaptive').features).toBeGreaterThan(0.7);
  });
});

test('at its base width muP is the standard parametrisation', () => {
  const of = (by: Parametrisation) => mlp({ widths: [4, 16, 16, 2], parametrisation: by }).layers;
  expect(of(muP({ baseWidth: 16 }))).toEqual(of(standard()));
  expect(of(muP({ baseWidth: 8 }))).not.toEqual(of(standard()));
});

test("muP's table, at four times the base width", () => {
  const { layers } = mlp({ widths: [3, 32, 32, 2], parametrisation: muP({ baseWidth: 8 }) });
  expect(layers.map(({ initScale }) => initScale)).toEqual([1, 1, 0.5]);
  expect(layers.map(({ rates }) => rates.sgd)).toEqual([
    { weights: 4, biases: 4 },
    { weights: 1, biases: 4 },
    { weights: 0.25, biases: 1 },
  ]);
  expect(layers.map(({ rates }) => rates.adaptive)).toEqual([
    { weights: 1, biases: 1 },
    { weights: 0.25, biases: 1 },
    { weights: 0.25, biases: 1 },
  ]);
});

test('the NTK parametrisation is the same function as scaled parameters', () => {
  const model = mlp({ widths: [4, 5, 2], activation: 'gelu', parametrisation: ntk({ cw: 1.5, cb: 0.3 }) });
  const theta = initialParameters(model, Rng.root(1));
  const scaled = theta.slice();
  for (const { inputs, weights, biases, end } of layersOf(model.widths)) {
    for (let i = weights; i < end; i++) scaled[i]! *= i < biases ? Math.sqrt(1.5 / inputs) : Math.sqrt(0.3);
  }
  const [a, b] = [
    predict(model, theta, TABLE.x, 6),
    predict(mlp({ widths: [4, 5, 2], activation: 'gelu' }), scaled, TABLE.x, 6),
  ];
  for (const [i, value] of a.entries()) expect(value).toBeCloseTo(b[i]!, 14);
});

test.each<[string, () => unknown]>([
  ['a cw of 0', () => ntk({ cw: 0 })],
  ['a negative cb', () => meanField({ cb: -1 })],
  ['muP without a base width', () => muP({} as never)],
  ['half a base width', () => muP({ baseWidth: 0.5 })],
])('%s is refused', (_, make) => {
  expect(make).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});
