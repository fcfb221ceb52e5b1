/**
 * What must not matter: the order of hidden units, the scale that ReLU passes on, and what is added to all logits.
 */
import { fc, test as property } from '@fast-check/jest';
import { Rng } from '@tangentlab/core';
import { initialParameters, layersOf, lossGradient, type Mlp, mlp, predict, targetsOf } from '@tangentlab/nn';
import { type ActivationName, softmaxCrossEntropy } from '@tangentlab/tensor';

const SAMPLES = 5;
const nets = fc.record({
  hidden: fc.array(fc.integer({ min: 2, max: 6 }), { minLength: 1, maxLength: 3 }),
  activation: fc.constantFrom<ActivationName>('relu', 'tanh', 'gelu', 'sine', 'softplus'),
  seed: fc.nat(2 ** 30),
});

function drawn(widths: readonly number[], activation: ActivationName, seed: number) {
  const model = mlp({ widths, activation });
  const uniform = Rng.root(seed).split('x').stream();
  const x = Float64Array.from({ length: SAMPLES * widths[0]! }, () => 4 * uniform() - 2);
  const table = targetsOf({ x, y: Int32Array.of(0, 1, 2, 0, 1), samples: SAMPLES, features: widths[0]!, classes: 3 });
  return { model, theta: initialParameters(model, Rng.root(seed)), x, table };
}

/** Parameters whose hidden units of layer `l` stand in another order: old unit p[i] is the new unit i. */
function permuted(model: Mlp, theta: Float64Array, l: number, p: readonly number[]): Float64Array {
  const [here, above] = [layersOf(model.widths)[l]!, layersOf(model.widths)[l + 1]!];
  const moved = theta.slice();
  for (const [i, from] of p.entries()) {
    for (let j = 0; j < here.inputs; j++)
      moved[here.weights + i * here.inputs + j] = theta[here.weights + from * here.inputs + j]!;
    moved[here.biases + i] = theta[here.biases + from]!;
    for (let o = 0; o < above.outputs; o++)
      moved[above.weights + o * above.inputs + i] = theta[above.weights + o * above.inputs + from]!;
  }
  return moved;
}

const close = (a: Float64Array, b: Float64Array, tolerance: number) => {
  for (const [i, value] of a.entries()) expect(Math.abs(value - b[i]!)).toBeLessThan(tolerance * (1 + Math.abs(value)));
};

property.prop([nets])(
  'the order of hidden units changes neither outputs nor gradients',
  ({ hidden, activation, seed }) => {
    const { model, theta, x, table } = drawn([3, ...hidden, 3], activation, seed);
    const l = seed % hidden.length;
    const p = Array.from({ length: hidden[l]! }, (_, i) => (i + 1 + (seed % 2)) % hidden[l]!);
    const moved = permuted(model, theta, l, p);
    close(predict(model, moved, x, SAMPLES), predict(model, theta, x, SAMPLES), 1e-13);
    const loss = softmaxCrossEntropy();
    const [there, here] = [moved, theta].map((parameters) => lossGradient(model, parameters, table, loss).gradient);
    close(there!, permuted(model, here!, l, p), 1e-13);
  },
);

property.prop([nets, fc.double({ min: 0.1, max: 10, noNaN: true })])(
  'ReLU passes a scale on: units times a, what reads them divided by it',
  ({ hidden, seed }, a) => {
    const { model, theta, x } = drawn([3, ...hidden, 3], 'relu', seed);
    const [here, above] = [layersOf(model.widths)[0]!, layersOf(model.widths)[1]!];
    const scaled = theta.slice();
    for (let i = here.weights; i < here.end; i++) scaled[i]! *= a;
    for (let i = above.weights; i < above.biases; i++) scaled[i]! /= a;
    close(predict(model, scaled, x, SAMPLES), predict(model, theta, x, SAMPLES), 1e-12);
  },
);

test('tanh does not', () => {
  const { model, theta, x } = drawn([3, 4, 3], 'tanh', 1);
  const [here, above] = [layersOf(model.widths)[0]!, layersOf(model.widths)[1]!];
  const scaled = theta.slice();
  for (let i = here.weights; i < here.end; i++) scaled[i]! *= 2;
  for (let i = above.weights; i < above.biases; i++) scaled[i]! /= 2;
  expect(() => close(predict(model, scaled, x, SAMPLES), predict(model, theta, x, SAMPLES), 1e-3)).toThrow();
});

property.prop([nets, fc.double({ min: -20, max: 20, noNaN: true })])(
  'what is added to all biases of the last layer changes no loss under softmax, and no gradient',
  ({ hidden, activation, seed }, shift) => {
    const { model, theta, table } = drawn([3, ...hidden, 3], activation, seed);
    const { biases, end } = layersOf(model.widths).at(-1)!;
    const moved = theta.map((value, i) => (i >= biases && i < end ? value + shift : value));
    const [there, here] = [moved, theta].map((each) => lossGradient(model, each, table, softmaxCrossEntropy()));
    // z + shift is rounded to 20 eps
    expect(Math.abs(there!.loss - here!.loss)).toBeLessThan(1e-13);
    close(there!.gradient, here!.gradient, 1e-12);
  },
);
