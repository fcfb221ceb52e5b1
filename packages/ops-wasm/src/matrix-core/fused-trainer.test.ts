/**
 * The fused trainer against the same training composed from the primitives of the same back end: equal bits, since both
 * add and multiply the same numbers in the same order. What is measured in f64 on the way - losses, norms - agrees within
 * the roundings of f32.
 */
import { createHash } from 'node:crypto';
import { fc, test as property } from '@fast-check/jest';
import { isTangentError, Rng, type TangentError } from '@tangentlab/core';
import { composeTrainer } from '@tangentlab/nn';
import {
  ACTIVATIONS,
  type ActivationName,
  type BackendTrainer,
  type BuiltInLoss,
  defineActivation,
  defineLoss,
  type OptimizerSpec,
  parameterCount,
  type RegressionTable,
  type TrainerSpec,
} from '@tangentlab/tensor';
import { createBackend } from './wasm.js';
import type { WasmBackend } from './wasm-backend.js';

const OPTIMIZERS: readonly OptimizerSpec[] = [
  { name: 'sgd', momentum: 0, nesterov: false },
  { name: 'sgd', momentum: 0.9, nesterov: false },
  { name: 'sgd', momentum: 0.9, nesterov: true },
  { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  { name: 'adamW', beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1 },
  { name: 'rmsProp', alpha: 0.99, epsilon: 1e-8, momentum: 0 },
  { name: 'rmsProp', alpha: 0.99, epsilon: 1e-8, momentum: 0.5 },
  { name: 'adagrad', epsilon: 1e-10, initialAccumulator: 0.1 },
];
const LOSSES: readonly BuiltInLoss[] = [
  { name: 'softmaxCrossEntropy', targets: 'classes' },
  { name: 'mse', targets: 'values' },
  { name: 'huber', targets: 'values', delta: 0.5 },
  { name: 'hinge', targets: 'classes', margin: 1 },
];
const width = fc.integer({ min: 1, max: 21 });
const rate = fc.constantFrom(0, 0.2, 0.5);
const scales = fc.record({
  weightScale: fc.constantFrom(1, 0.5, 0.7),
  biasScale: fc.constantFrom(1, 0.1),
  weightRate: fc.constantFrom(1, 2),
  biasRate: fc.constantFrom(1, 0.5),
});
const regulariser = fc.record({
  l1: fc.constantFrom(0, 0.01),
  l2: fc.constantFrom(0, 0.02),
  biases: fc.boolean(),
  proximal: fc.boolean(),
});

/** Networks of one to four layers, trained in any way. */
const training: fc.Arbitrary<TrainerSpec> = fc
  .record({
    widths: fc.array(width, { minLength: 2, maxLength: 5 }),
    scale: fc.array(scales, { minLength: 4, maxLength: 4 }),
    rates: fc.array(rate, { minLength: 3, maxLength: 3 }),
    activation: fc.constantFrom(...(Object.keys(ACTIVATIONS) as ActivationName[])),
    loss: fc.constantFrom(...LOSSES),
    optimizer: fc.constantFrom(...OPTIMIZERS),
    regulariser,
    clip: fc.constantFrom(undefined, { value: 0.05 }),
    batchSize: fc.integer({ min: 1, max: 12 }),
    norms: fc.boolean(),
  })
  .map(({ widths, scale, rates, clip, ...rest }) => ({
    widths,
    layers: scale.slice(0, widths.length - 1),
    dropout: rates.slice(0, widths.length - 2),
    ...(clip === undefined ? {} : { clip }),
    ...rest,
  }));

/** Samples of noise; classes as one-hot rows. */
function dataFor({ widths, loss }: TrainerSpec, samples: number, seed: number): RegressionTable {
  const [features, outputs] = [widths[0]!, widths.at(-1)!];
  const uniform = Rng.root(seed).stream();
  const x = Float64Array.from({ length: samples * features }, () => 2 * uniform() - 1);
  const targets = new Float64Array(samples * outputs);
  for (let i = 0; i < samples; i++) {
    if (loss.targets === 'classes') targets[i * outputs + Math.floor(uniform() * outputs)] = 1;
    else for (let j = 0; j < outputs; j++) targets[i * outputs + j] = 2 * uniform() - 1;
  }
  return { x, targets, samples, features, outputs };
}

function initialFor({ widths }: TrainerSpec, seed: number): Float64Array {
  const uniform = Rng.root(seed).split('initial').stream();
  return Float64Array.from({ length: parameterCount(widths) }, () => uniform() - 0.5);
}

/** The rows in an order of their own, with a smaller batch at the end. */
function orderOf(samples: number, epoch: number): Int32Array {
  return Int32Array.from({ length: samples }, (_, i) => (i * 7 + epoch) % samples);
}

async function opened(relaxed = false): Promise<WasmBackend> {
  const backend = createBackend({ relaxed });
  await backend.init();
  return backend;
}

function fused(backend: WasmBackend, spec: TrainerSpec, data: RegressionTable, initial: Float64Array): BackendTrainer {
  const made = backend.createTrainer(spec, data, initial);
  if ('notFused' in made) throw new Error(made.notFused);
  return made;
}

const SAMPLES = 23;
const ratesFor = (spec: TrainerSpec) => new Float64Array(Math.ceil(SAMPLES / spec.batchSize)).fill(0.01);

/** 0 and -0 count as one: a slope of 0 makes either. */
const bits = (values: Float64Array) => Array.from(values, (value) => value + 0);

property.prop([training, fc.nat(1000)], { numRuns: 300 })(
  'fused and composed training come to the same bits',
  async (spec, seed) => {
    const backend = await opened();
    const [data, initial] = [dataFor(spec, SAMPLES, seed), initialFor(spec, seed)];
    const one = fused(backend, spec, data, initial);
    const other = composeTrainer(backend, spec, data, initial);
    for (let epoch = 0; epoch < 2; epoch++) {
      const run = (trainer: BackendTrainer) => trainer.runEpoch(orderOf(SAMPLES, epoch), epoch + seed, ratesFor(spec));
      const [ours, theirs] = [await run(one), await run(other)];
      expect(Math.abs(ours.loss - theirs.loss)).toBeLessThanOrEqual(SAMPLES * 2 ** -23 * (1 + Math.abs(theirs.loss)));
      for (const norms of ['gradientNorms', 'activationNorms'] as const) {
        expect(ours[norms]).toHaveLength(theirs[norms].length);
        for (const [l, norm] of theirs[norms].entries())
          expect(Math.abs(ours[norms][l]! - norm)).toBeLessThanOrEqual(40 * 2 ** -23 * norm + 1e-30);
      }
    }
    const [ours, theirs] = [await one.state(), await other.state()];
    expect(bits(ours.parameters)).toEqual(bits(theirs.parameters));
    expect(ours.optimizer.map(bits)).toEqual(theirs.optimizer.map(bits));
    expect(ours.steps).toBe(theirs.steps);
    expect(bits(await one.outputs(data.x, SAMPLES))).toEqual(bits(await other.outputs(data.x, SAMPLES)));
  },
);

test('the comparison sees another mask, another rate and another order', async () => {
  const backend = await opened();
  const [data, initial] = [dataFor(SPEC, SAMPLES, 1), initialFor(SPEC, 1)];
  const after = async (order: Int32Array, seed: number, rates: Float64Array) => {
    const trainer = fused(backend, SPEC, data, initial);
    await trainer.runEpoch(order, seed, rates);
    return bits(await trainer.parameters());
  };
  const [order, rates] = [orderOf(SAMPLES, 0), ratesFor(SPEC)];
  const want = await after(order, 1, rates);
  expect(await after(order, 1, rates)).toEqual(want);
  expect(await after(order, 2, rates)).not.toEqual(want);
  expect(await after(order.toReversed(), 1, rates)).not.toEqual(want);
  expect(
    await after(
      order,
      1,
      rates.map((lr) => lr * 2),
    ),
  ).not.toEqual(want);
});

const SPEC: TrainerSpec = {
  widths: [5, 9, 6, 3],
  layers: Array.from({ length: 3 }, () => ({ weightScale: 1, biasScale: 1, weightRate: 1, biasRate: 1 })),
  activation: 'relu',
  dropout: [0.3, 0.3],
  loss: { name: 'softmaxCrossEntropy', targets: 'classes' },
  optimizer: { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  regulariser: { l1: 0, l2: 0, biases: false, proximal: false },
  batchSize: 8,
  norms: false,
};

test('clipping by norm agrees with the composition, whose sum of squares has another order', async () => {
  const spec = { ...SPEC, clip: { norm: 0.05 } };
  const backend = await opened();
  const [data, initial] = [dataFor(spec, SAMPLES, 1), initialFor(spec, 1)];
  const [one, other] = [fused(backend, spec, data, initial), composeTrainer(backend, spec, data, initial)];
  const plain = fused(backend, SPEC, data, initial);
  for (const trainer of [one, other, plain]) await trainer.runEpoch(orderOf(SAMPLES, 0), 1, ratesFor(spec));
  const [ours, theirs] = [(await one.state()).optimizer[0]!, (await other.state()).optimizer[0]!];
  for (const [i, value] of theirs.entries())
    expect(Math.abs(ours[i]! - value)).toBeLessThanOrEqual(2 ** -22 * Math.abs(value));
  expect((await plain.state()).optimizer[0]).not.toEqual(ours);
});

test('large layers, which are multiplied from packed copies, come to the same bits', async () => {
  const spec = { ...SPEC, widths: [300, 270, 130, 3], batchSize: 40 };
  const backend = await opened();
  const [data, initial] = [dataFor(spec, 97, 1), initialFor(spec, 1)];
  const rates = new Float64Array(3).fill(0.001);
  const [one, other] = [fused(backend, spec, data, initial), composeTrainer(backend, spec, data, initial)];
  for (const trainer of [one, other]) await trainer.runEpoch(orderOf(97, 0), 1, rates);
  expect(bits(await one.parameters())).toEqual(bits(await other.parameters()));
});

test('a state that is restored goes on with the same bits', async () => {
  const backend = await opened();
  const [data, initial] = [dataFor(SPEC, SAMPLES, 1), initialFor(SPEC, 1)];
  const run = (trainer: BackendTrainer, epoch: number) =>
    trainer.runEpoch(orderOf(SAMPLES, epoch), epoch, ratesFor(SPEC));
  const one = fused(backend, SPEC, data, initial);
  await run(one, 0);
  const state = await one.state();
  const report = await run(one, 1);
  const other = fused(backend, SPEC, data, initialFor(SPEC, 2));
  other.restore(state);
  expect(await run(other, 1)).toEqual(report);
  expect(await other.state()).toEqual(await one.state());
  expect(() => other.restore({ ...state, optimizer: [] })).toThrow('0');
});

test('trainings side by side do not touch each other, and share the data', async () => {
  const backend = await opened();
  const [data, initial] = [dataFor(SPEC, SAMPLES, 1), initialFor(SPEC, 1)];
  const alone = fused(backend, SPEC, data, initial);
  const run = (trainer: BackendTrainer, epoch: number) =>
    trainer.runEpoch(orderOf(SAMPLES, epoch), epoch, ratesFor(SPEC));
  for (const epoch of [0, 1, 2]) await run(alone, epoch);
  const want = await alone.parameters();
  const several = [1, 2, 3].map(() => fused(backend, SPEC, data, initial));
  const first = several[0]!;
  for (const epoch of [0, 1, 2]) {
    for (const trainer of several) await run(trainer, epoch);
    if (epoch === 0) await several.pop()!.dispose();
  }
  expect(await first.parameters()).toEqual(want);
});

test('ten thousand trainings leave no memory behind', async () => {
  const backend = await opened();
  const data = dataFor(SPEC, SAMPLES, 1);
  const train = async (i: number) => {
    const spec = { ...SPEC, widths: [5, 1 + (i % 40), 3], dropout: [0.3], layers: SPEC.layers.slice(1) };
    const trainer = fused(backend, spec, data, initialFor(spec, 1));
    await trainer.runEpoch(orderOf(SAMPLES, 0), i, ratesFor(spec));
    await trainer.dispose();
  };
  for (let i = 0; i < 100; i++) await train(i);
  const before = backend.peakBytes;
  for (let i = 0; i < 10_000; i++) await train(i);
  expect(backend.peakBytes).toBe(before);
  // the measure sees what is not given back
  for (let i = 0; i < 10; i++) fused(backend, SPEC, data, initialFor(SPEC, 1));
  expect(backend.peakBytes).toBeGreaterThan(before);
}, 60_000);

describe('refusals', () => {
  test('functions of the user are not fused, and it is said', async () => {
    const backend = await opened();
    const data = dataFor(SPEC, SAMPLES, 1);
    const activation = defineActivation({ name: 'softsign', value: (z) => z, derivative: () => 1 });
    expect(backend.createTrainer({ ...SPEC, activation }, data, initialFor(SPEC, 1))).toEqual({
      notFused: "the activation softsign is the user's",
    });
    const loss = defineLoss({
      name: 'mine',
      targets: 'classes',
      value: () => 0,
      gradient: (_z, _t, out) => out.fill(0),
    });
    expect(backend.createTrainer({ ...SPEC, loss }, data, initialFor(SPEC, 1))).toEqual({
      notFused: "the loss mine is the user's",
    });
  });

  test('shapes that do not fit, rows that are not there, a trainer that is gone', async () => {
    const backend = await opened();
    const data = dataFor(SPEC, SAMPLES, 1);
    expect(codeOf(() => backend.createTrainer(SPEC, data, new Float64Array(3)))).toBe('SHAPE_MISMATCH');
    const trainer = fused(backend, SPEC, data, initialFor(SPEC, 1));
    const run = (order: Int32Array, rates: Float64Array) => trainer.runEpoch(order, 1, rates);
    await expect(run(Int32Array.of(SAMPLES), new Float64Array(1))).rejects.toThrow(
      `rows must lie in 0..${SAMPLES - 1}`,
    );
    await expect(run(Int32Array.of(-1), new Float64Array(1))).rejects.toThrow('got row -1');
    await expect(run(Int32Array.of(1), new Float64Array(0))).rejects.toThrow('got 0 rates');
    await trainer.dispose();
    await trainer.dispose();
    await expect(run(Int32Array.of(1), new Float64Array(1))).rejects.toThrow('make another one');
  });

  test('a long epoch ends when it is aborted', async () => {
    const backend = await opened();
    const spec = { ...SPEC, widths: [64, 512, 512, 3], batchSize: 64 };
    const data = dataFor(spec, 640, 1);
    const trainer = fused(backend, spec, data, initialFor(spec, 1));
    const controller = new AbortController();
    const running = trainer.runEpoch(orderOf(640, 0), 1, new Float64Array(10).fill(1e-3), controller.signal);
    controller.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
  });
});

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (isTangentError(error)) return (error as TangentError).code;
    throw error;
  }
  return 'none';
}

/** SHA-256 of the parameters after some epochs, begun: any machine, engine and page must come to the same. */
const BITS: Readonly<Record<ActivationName, string>> = {
  identity: '6ad9ec36dd3cef84',
  relu: 'dd6f1774e16ceda7',
  leakyRelu: '29882dff91a853cf',
  tanh: 'd731131c9dd60546',
  sigmoid: '5c3cb89a195514bd',
  gelu: '89e44d786c94c8dc',
  erf: '0b97a10d46b91421',
  softplus: '978182ea26948c1c',
  sine: 'c3bec650827daaab',
};

test.each(Object.entries(BITS) as [ActivationName, string][])(
  'training with %s has the bits that it has on every machine',
  async (activation, want) => {
    const spec = { ...SPEC, activation };
    const backend = await opened();
    const data = dataFor(spec, SAMPLES, 1);
    const trainer = fused(backend, spec, data, initialFor(spec, 1));
    for (let epoch = 0; epoch < 20; epoch++) await trainer.runEpoch(orderOf(SAMPLES, epoch), epoch, ratesFor(spec));
    const hash = createHash('sha256')
      .update(new Uint8Array((await trainer.parameters()).buffer))
      .digest('hex');
    expect(hash.slice(0, 16)).toBe(want);
  },
);
