import { readFileSync } from 'node:fs';
import { fc, test as property } from '@fast-check/jest';
import { type FitContext, isTangentError, type Metric, Rng, type TrainerSnapshot } from '@tangentlab/core';
import {
  adam,
  classificationMetrics,
  composeTrainer,
  type EpochMetric,
  type Mlp,
  mlp,
  predict,
  pytorchDefault,
  targetsOf,
} from '@tangentlab/nn';
import {
  type ActivationName,
  type Matrix,
  type MatrixBackend,
  ReferenceBackend,
  type Split,
  type Table,
  type TrainerSpec,
} from '@tangentlab/tensor';
import { lastValueFrom, take, toArray } from 'rxjs';

const ADAM = { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;
/** So many turns of the event loop, each long enough for an epoch to end. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setTimeout(resolve, 5));
}
/** The rates of an epoch of one step. */
const ONE_STEP = Float64Array.of(0.01);
const specOf = ({ widths, activation, dropout, layers }: Mlp, batchSize: number): TrainerSpec => ({
  widths,
  layers: layers.map(({ weightScale, biasScale }) => ({ weightScale, biasScale, weightRate: 1, biasRate: 1 })),
  activation,
  dropout,
  loss: { name: 'softmaxCrossEntropy', targets: 'classes' },
  optimizer: ADAM,
  regulariser: { l1: 0, l2: 0, biases: true, proximal: false },
  batchSize,
  norms: false,
});

function table(samples: number, features: number, classes: number, seed: number): Table {
  const uniform = Rng.root(seed).stream();
  const x = Float64Array.from({ length: samples * features }, () => 4 * uniform() - 2);
  const y = Int32Array.from({ length: samples }, (_, i) => (x[i * features]! > 0 ? 1 : 0) % classes);
  return { x, y, samples, features, classes };
}

/** A back end that notes the gradients that optimizers are given, first layer first, weights before biases. */
class Recording extends ReferenceBackend {
  readonly gradients: Promise<Float64Array>[] = [];
  override optimizerStep(...args: Parameters<MatrixBackend['optimizerStep']>): void {
    this.gradients.push(this.read(args[1] as Matrix));
    super.optimizerStep(...args);
  }
}

/** The gradient of the first step over the whole table, in the order of the parameter vector. */
async function firstGradient(model: Mlp, theta: Float64Array, data: Table): Promise<number[]> {
  const backend = new Recording();
  const trainer = composeTrainer(backend, specOf(model, data.samples), targetsOf(data), theta);
  const order = Int32Array.from({ length: data.samples }, (_, i) => i);
  await trainer.runEpoch(order, 0, ONE_STEP);
  return (await Promise.all(backend.gradients)).flatMap((gradient) => [...gradient]);
}

const lossOf = (model: Mlp, theta: Float64Array, { x, y, samples, classes }: Table) =>
  classificationMetrics(predict(model, theta, x, samples), y, classes).loss;

function differences(model: Mlp, theta: Float64Array, data: Table): number[] {
  const step = 1e-6;
  return Array.from(theta, (value, i) => {
    const shifted = (to: number) => lossOf(model, theta.with(i, to), data);
    return (shifted(value + step) - shifted(value - step)) / (2 * step);
  });
}

const nets = fc.record({
  hidden: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 2 }),
  features: fc.integer({ min: 1, max: 4 }),
  classes: fc.integer({ min: 2, max: 3 }),
  samples: fc.integer({ min: 1, max: 6 }),
  activation: fc.constantFrom<ActivationName>('tanh', 'relu', 'identity'),
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
});

property.prop([nets], { numRuns: 60 })(
  'the gradient is that of finite differences',
  async ({ hidden, features, classes, samples, activation, seed }) => {
    const model = mlp({ widths: [features, ...hidden, classes], activation });
    const theta = pytorchDefault(model, Rng.root(seed));
    const data = table(samples, features, classes, seed);
    const exact = await firstGradient(model, theta, data);
    const numeric = differences(model, theta, data);
    // truncation 1e-12 x third derivative, rounding 1e-16 / 1e-6; a ReLU kink inside the step is met with probability ~1e-6
    for (const [i, value] of exact.entries()) expect(Math.abs(value - numeric[i]!)).toBeLessThan(2e-8);
  },
);

test("the gradient of a fixed network is NumPy's", async () => {
  const nets = JSON.parse(readFileSync(new URL('../../fixtures/fixed_nets.json', import.meta.url), 'utf8')) as {
    act: ActivationName;
    dims: number[];
    X: number[][];
    theta: number[];
    labels: number[];
    grad: number[];
  }[];
  for (const { act, dims, X, theta, labels, grad } of nets) {
    const data: Table = {
      x: Float64Array.from(X.flat()),
      y: Int32Array.from(labels),
      samples: X.length,
      features: dims[0]!,
      classes: dims.at(-1)!,
    };
    const exact = await firstGradient(mlp({ widths: dims, activation: act }), Float64Array.from(theta), data);
    for (const [i, value] of exact.entries()) expect(Math.abs(value - grad[i]!)).toBeLessThan(1e-13);
  }
});

test('a gradient with the wrong sign of one weight would be noticed', async () => {
  const model = mlp({ widths: [2, 3, 2], activation: 'tanh' });
  const theta = pytorchDefault(model, Rng.root(3));
  const data = table(5, 2, 2, 3);
  const numeric = differences(model, theta, data);
  const wrong = (await firstGradient(model, theta, data)).map((value, i) => (i === 4 ? -value : value));
  expect(Math.max(...wrong.map((value, i) => Math.abs(value - numeric[i]!)))).toBeGreaterThan(2e-8);
});

test('dropout scales by 1/(1-rate) and its gradient goes through the same mask', async () => {
  // identity activation, one step over the table: E[mask] = 1, and a unit that is dropped gets no gradient
  const model = mlp({ widths: [1, 40, 2], activation: 'identity', dropout: 0.5 });
  const gradient = await firstGradient(model, pytorchDefault(model, Rng.root(1)), table(1, 1, 2, 5));
  const zeros = gradient.slice(0, 40).filter((value) => value === 0).length;
  // 40 units at rate 0.5: outside 8..32 with probability below 2e-4, seed frozen
  expect(zeros).toBeGreaterThan(8);
  expect(zeros).toBeLessThan(32);
});

describe('adam, the trainer', () => {
  const split: Split = (() => {
    const all = table(80, 3, 2, 9);
    const part = (from: number, to: number): Table => ({
      ...all,
      x: all.x.slice(from * 3, to * 3),
      y: all.y.slice(from, to),
      samples: to - from,
    });
    return { train: part(0, 60), val: part(60, 80), features: 3, classes: 2 };
  })();
  const model = mlp({ widths: [3, 8, 2], dropout: 0.2 });

  const contextOf = (backend: MatrixBackend, seed = 1, snapshots: TrainerSnapshot[] = []): FitContext => ({
    trial: 0,
    rng: Rng.root(seed),
    signal: new AbortController().signal,
    keepAlive: () => undefined,
    warn: () => undefined,
    get: () => backend as never,
    snapshot: async (snapshot) => void snapshots.push(snapshot),
  });
  const fit = (options: Partial<Parameters<typeof adam>[0]>, context: FitContext) =>
    lastValueFrom(
      adam({ lr: 0.02, batchSize: 16, epochs: 12, ...options })
        .fit(model, split, context)
        .pipe(toArray()),
    );

  test('learns: one metric an epoch, losses fall, accuracy rises', async () => {
    const metrics: Metric<EpochMetric>[] = await fit({}, contextOf(new ReferenceBackend()));
    expect(metrics.map(({ step }) => step)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(metrics.at(-1)!.values.loss).toBeLessThan(0.6 * metrics[0]!.values.loss);
    expect(metrics.at(-1)!.values.valAccuracy).toBeGreaterThan(0.85);
  });

  test('a training that diverges fails, whatever its accuracy', async () => {
    const failing = fit({ lr: 1e300, epochs: 2 }, contextOf(new ReferenceBackend()));
    await expect(failing).rejects.toMatchObject({
      code: 'NUMERIC_NOT_FINITE',
      message: expect.stringContaining('lower the learning rate (1e+300)'),
    });
  });

  test("the context's signal stops it between epochs, and within a long one", async () => {
    const abort = new AbortController();
    const backend = new ReferenceBackend();
    const context = { ...contextOf(backend), signal: abort.signal, get: () => backend as never };
    const wide = mlp({ widths: [3, 4000, 2] });
    const endless = lastValueFrom(adam({ lr: 0.01, batchSize: 60, epochs: 1000 }).fit(wide, split, context), {
      defaultValue: undefined,
    });
    setImmediate(() => abort.abort(new Error('enough')));
    await endless.catch((error: Error) => expect(error.message).toBe('enough'));
    expect(backend.liveMatrices).toBe(0);
  });

  test('equal seeds give equal bits, other seeds others, shuffling matters', async () => {
    const run = (seed: number, shuffle = true) => fit({ shuffle, epochs: 3 }, contextOf(new ReferenceBackend(), seed));
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
    expect(await run(1)).not.toEqual(await run(1, false));
  });

  test('two trials that share a back end do not disturb each other', async () => {
    const alone = await fit({ epochs: 4 }, contextOf(new ReferenceBackend(), 7));
    const shared = new ReferenceBackend();
    const [a, b] = await Promise.all([
      fit({ epochs: 4 }, contextOf(shared, 7)),
      fit({ epochs: 6 }, contextOf(shared, 8)),
    ]);
    expect(a).toEqual(alone);
    expect(b).toHaveLength(6);
  });

  test('snapshots come before their metric, the last one is marked, parameters are read on demand', async () => {
    const snapshots: TrainerSnapshot[] = [];
    await fit({ epochs: 3 }, contextOf(new ReferenceBackend(), 1, snapshots));
    expect(snapshots.map(({ epoch, last }) => [epoch, last])).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ]);
  });

  test('unsubscribing stops the training and frees its memory', async () => {
    const backend = new ReferenceBackend();
    const before = backend.mark();
    const metrics = await lastValueFrom(
      adam({ lr: 0.1, batchSize: 16, epochs: 1000 }).fit(model, split, contextOf(backend)).pipe(take(2), toArray()),
    );
    expect(metrics).toHaveLength(2);
    // the epoch that was going on may end
    for (let turn = 0; turn < 100 && backend.liveMatrices > 0; turn++) await turns(1);
    const steps = backend.mark() - before;
    await turns(20);
    expect(backend.mark() - before).toBe(steps);
    expect(backend.liveMatrices).toBe(0);
  });

  test.each([
    ['lr 0', { lr: 0 }],
    ['a batch of 0', { batchSize: 0 }],
    ['half an epoch', { epochs: 0.5 }],
    ['beta1 of 1', { beta1: 1 }],
    ['an unknown option', { momentum: 0.9 }],
  ])('refuses %s', (_, options) => {
    let thrown: unknown;
    try {
      adam({ lr: 0.1, batchSize: 8, epochs: 1, ...options } as never);
    } catch (error) {
      thrown = error;
    }
    expect(isTangentError(thrown) && thrown.code).toBe('CONFIG_INVALID');
  });

  test('data of another width is refused with the shapes', async () => {
    const wrong = mlp({ widths: [4, 8, 2] });
    const failing = lastValueFrom(
      adam({ lr: 0.1, batchSize: 8, epochs: 1 }).fit(wrong, split, contextOf(new ReferenceBackend())),
    );
    await expect(failing).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });
});
