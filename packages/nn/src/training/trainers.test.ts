/**
 * The trainers and the options that they share: what is trained on what, which metrics come out, and how a training ends
 * early, goes on, and warns. Numbers of single steps stand against PyTorch elsewhere.
 */
import { type FitContext, Rng, type Trainer, type TrainerSnapshot, type TrainingWarning } from '@tangentlab/core';
import {
  adagrad,
  adam,
  adamW,
  type Checkpoint,
  cosine,
  crossValidate,
  type EpochMetric,
  gradientDescent,
  gradientFlow,
  initialParameters,
  isCheckpoint,
  type Mlp,
  mlp,
  type NormMetric,
  normal,
  rmsProp,
  sgd,
  standardNormal,
} from '@tangentlab/nn';
import {
  defineActivation,
  defineLoss,
  type Folds,
  hinge,
  huber,
  mse,
  ReferenceBackend,
  type RegressionTable,
  type Split,
  softmaxCrossEntropy,
  type Table,
} from '@tangentlab/tensor';
import { lastValueFrom, toArray } from 'rxjs';

function classes(samples: number, seed: number): Table {
  const uniform = Rng.root(seed).stream();
  const x = Float64Array.from({ length: samples * 3 }, () => 2 * uniform() - 1);
  return {
    x,
    y: Int32Array.from({ length: samples }, (_, i) => Number(x[3 * i]! + x[3 * i + 1]! > 0)),
    samples,
    features: 3,
    classes: 2,
  };
}
function values(samples: number, seed: number): RegressionTable {
  const { x } = classes(samples, seed);
  const targets = Float64Array.from({ length: samples }, (_, i) => Math.sin(2 * x[3 * i]!) - x[3 * i + 1]!);
  return { x, targets, samples, features: 3, outputs: 1 };
}
const CLASSES: Split = { train: classes(48, 1), val: classes(24, 2), features: 3, classes: 2 };
const VALUES: Split<RegressionTable> = { train: values(48, 1), val: values(24, 2), features: 3, outputs: 1 };
const classifier = mlp({ widths: [3, 8, 2], activation: 'tanh' });
const regression = mlp({ widths: [3, 8, 1], activation: 'tanh' });

interface Watched {
  readonly snapshots: TrainerSnapshot[];
  readonly warnings: TrainingWarning[];
  readonly parameters: Float64Array[];
}
const watching = (): Watched => ({ snapshots: [], warnings: [], parameters: [] });

function contextOf(watched: Watched = watching(), seed = 1): FitContext {
  const backend = new ReferenceBackend();
  return {
    trial: 0,
    rng: Rng.root(seed),
    signal: new AbortController().signal,
    keepAlive: () => undefined,
    warn: (warning) => void watched.warnings.push(warning),
    get: () => backend as never,
    snapshot: async (snapshot) => {
      watched.snapshots.push(snapshot);
      watched.parameters.push(await snapshot.parameters());
    },
  };
}

const fit = <D, M extends string>(trainer: Trainer<Mlp, D, M>, model: Mlp, data: D, watched?: Watched) =>
  lastValueFrom(trainer.fit(model, data, contextOf(watched)).pipe(toArray()));

const BATCHES = { batchSize: 8, epochs: 12 };

describe('every trainer learns', () => {
  test.each([
    ['adam', adam({ lr: 0.02, ...BATCHES })],
    ['adamW', adamW({ lr: 0.02, ...BATCHES })],
    ['sgd', sgd({ lr: 0.3, ...BATCHES })],
    ['sgd', sgd({ lr: 0.05, momentum: 0.9, ...BATCHES })],
    ['sgd', sgd({ lr: 0.05, momentum: 0.9, nesterov: true, ...BATCHES })],
    ['rmsProp', rmsProp({ lr: 0.01, momentum: 0.3, ...BATCHES })],
    ['adagrad', adagrad({ lr: 0.1, ...BATCHES })],
    ['gradientDescent', gradientDescent({ lr: 1, epochs: 60, momentum: 0.5 })],
    ['gradientFlow', gradientFlow({ epochs: 3, timePerEpoch: 20 })],
  ])('%s, on classes', async (name, trainer) => {
    expect(trainer.name).toBe(name);
    const metrics = await fit(trainer, classifier, CLASSES);
    expect(metrics.at(-1)!.values.valAccuracy).toBeGreaterThan(0.85);
    expect(metrics.at(-1)!.values.loss).toBeLessThan(metrics[0]!.values.loss);
  });

  test.each([
    ['mse', adam({ lr: 0.02, batchSize: 8, epochs: 30, loss: mse() })],
    ['huber', sgd({ lr: 0.3, momentum: 0.5, batchSize: 8, epochs: 30, loss: huber({ delta: 0.5 }) })],
    [
      'a loss of the user',
      adam({
        lr: 0.02,
        batchSize: 8,
        epochs: 30,
        loss: defineLoss({
          name: 'log-cosh',
          targets: 'values',
          value: (z, t) => z.reduce((sum, zj, j) => sum + Math.log(Math.cosh(zj - t[j]!)), 0),
          gradient: (z, t, out) => out.set(z.map((zj, j) => Math.tanh(zj - t[j]!))),
        }),
      }),
    ],
  ])('%s, on real targets: R2 rises', async (_, trainer) => {
    const metrics = await fit(trainer, regression, VALUES);
    expect(Object.keys(metrics[0]!.values)).toEqual(['loss', 'valLoss', 'valR2']);
    expect(metrics.at(-1)!.values.valR2).toBeGreaterThan(0.8);
  });

  test('hinge, and mse on one-hot classes, with an activation of the user', async () => {
    const softsign = defineActivation({
      name: 'softsign',
      value: (z) => z / (1 + Math.abs(z)),
      derivative: (z) => 1 / (1 + Math.abs(z)) ** 2,
    });
    const model = mlp({ widths: [3, 8, 2], activation: softsign });
    const hinged = await fit(adam({ lr: 0.02, ...BATCHES, loss: hinge() }), model, CLASSES);
    expect(hinged.at(-1)!.values.valAccuracy).toBeGreaterThan(0.85);
    const squared = await fit(adam({ lr: 0.02, ...BATCHES, loss: mse(), metrics: ['accuracy'] }), model, CLASSES);
    expect(squared.at(-1)!.values.valAccuracy).toBeGreaterThan(0.85);
    expect(squared.at(-1)!.values.valR2).toBeGreaterThan(0.3);
  });
});

describe('metrics', () => {
  test('are those of the loss, those asked for, and norms by layer', async () => {
    const trainer = adam({
      lr: 0.02,
      batchSize: 8,
      epochs: 1,
      metrics: ['auc', 'f1Macro', 'precision', 'f1'],
      norms: true,
    });
    const [first] = await fit(trainer, classifier, CLASSES);
    expect(Object.keys(first!.values)).toEqual([
      ...['loss', 'valLoss', 'valAccuracy', 'valF1', 'valAuc', 'valF1Macro', 'valPrecision'],
      ...['gradientNorm.1', 'gradientNorm.2', 'activationNorm.1', 'activationNorm.2'],
    ]);
    expect(Object.values(first!.values).every(Number.isFinite)).toBe(true);
  });

  test('are checked by the compiler, and so is the data', () => {
    const names = <M extends string>(_: Trainer<Mlp, never, M>): M => 'loss' as M;
    const plain: EpochMetric = names(adam({ lr: 1, ...BATCHES }));
    const real: 'loss' | 'valLoss' | 'valR2' | 'valMae' = names(
      sgd({ lr: 1, ...BATCHES, loss: mse(), metrics: ['mae'] }),
    );
    const normed: EpochMetric | NormMetric = names(adam({ lr: 1, ...BATCHES, norms: true }));
    // @ts-expect-error mse has no accuracy unless asked for
    const wrong: EpochMetric = names(sgd({ lr: 1, ...BATCHES, loss: mse() }));
    expect([plain, real, normed, wrong]).toEqual(['loss', 'loss', 'loss', 'loss']);
    const chosen = classifier.widths.length > 2 ? mse() : softmaxCrossEntropy();
    const either: 'loss' | 'valLoss' = names(adam({ lr: 1, ...BATCHES, loss: chosen }));
    expect(either).toBe('loss');
    const ofValues: Trainer<Mlp, Split<RegressionTable>, string> = adam({ lr: 1, ...BATCHES, loss: huber() });
    // @ts-expect-error cross-entropy is for classes
    const ofClasses: Trainer<Mlp, Split<RegressionTable>, string> = adam({ lr: 1, ...BATCHES });
    expect(ofValues.name).toBe(ofClasses.name);
    // @ts-expect-error a typo
    expect(() => adam({ lr: 1, ...BATCHES, metrics: ['acuracy'] })).toThrow(/metrics\.0: /);
    // @ts-expect-error a metric that is not measured
    expect(() => adam({ lr: 1, ...BATCHES, earlyStopping: { metric: 'valAuc', patience: 1 } })).toThrow(
      /earlyStopping\.metric must be one of loss, valLoss, valAccuracy, valF1, got "valAuc"; /,
    );
  });

  test('the norm of the gradient is that of its definition, and the same with and without it in bits', async () => {
    const options = { lr: 0.1, epochs: 1, loss: mse() } as const;
    const watched = watching();
    const [with_] = await fit(gradientDescent({ ...options, norms: true }), regression, VALUES, watched);
    // one step of plain descent: theta1 - theta0 = -lr g
    const theta0 = initialParameters(regression, Rng.root(1).split('init'));
    const moved = watched.parameters[0]!.map((value, i) => (theta0[i]! - value) / 0.1);
    const norm = (from: number, to: number) => Math.hypot(...moved.subarray(from, to));
    expect(with_!.values['gradientNorm.1']).toBeCloseTo(norm(0, 32), 12);
    expect(with_!.values['gradientNorm.2']).toBeCloseTo(norm(32, 41), 12);
    const plain = watching();
    await fit(gradientDescent(options), regression, VALUES, plain);
    expect(plain.parameters).toEqual(watched.parameters);
  });
});

describe('warnings', () => {
  test('gradients that vanish on their way down are told once', async () => {
    const deep = mlp({
      widths: [3, ...Array<number>(8).fill(4), 2],
      activation: 'sigmoid',
      initialise: normal({ cw: 0.1 }),
    });
    const watched = watching();
    await fit(adam({ lr: 1e-4, batchSize: 8, epochs: 3, norms: true }), deep, CLASSES, watched);
    expect(watched.warnings.map(({ name, step }) => [name, step])).toEqual([['gradients/vanishing', 1]]);
    expect(watched.warnings[0]!.message).toMatch(
      /^adam, epoch 1: the gradient of the first layer should be above 0\.0001 of/,
    );
    expect(watched.warnings[0]!.values['ratio']).toBeLessThan(1e-4);
  });

  test('gradients that explode, too, with the layer', async () => {
    const wild = mlp({ widths: [3, 30, 30, 2], initialise: standardNormal() });
    const watched = watching();
    await fit(adam({ lr: 1e-4, batchSize: 8, epochs: 2, norms: { exploding: 5 } }), wild, CLASSES, watched);
    expect(watched.warnings.map(({ name }) => name)).toEqual(['gradients/exploding']);
    expect(watched.warnings[0]!.message).toMatch(
      /norms should be at most 5, got \S+ at layer [123]; lower the learning rate, clip/,
    );
  });

  test('a sound training has none, nor has one that is not measured', async () => {
    const watched = watching();
    await fit(adam({ lr: 0.01, ...BATCHES, norms: true }), classifier, CLASSES, watched);
    await fit(
      adam({ lr: 1e-4, batchSize: 8, epochs: 1 }),
      mlp({ widths: [3, 30, 2], initialise: standardNormal() }),
      CLASSES,
      watched,
    );
    expect(watched.warnings).toEqual([]);
  });
});

describe('early stopping', () => {
  const stopped = { lr: 0.3, batchSize: 8, epochs: 200 } as const;

  test('ends after so many epochs without improvement, with the parameters of the best', async () => {
    const watched = watching();
    const trainer = adam({ ...stopped, earlyStopping: { patience: 4 } });
    const metrics = await fit(trainer, classifier, CLASSES, watched);
    const losses = metrics.map(({ values: { valLoss } }) => valLoss);
    const best = losses.indexOf(Math.min(...losses));
    expect(metrics.length).toBeLessThan(200);
    expect(metrics).toHaveLength(best + 1 + 4);
    expect(watched.snapshots.map(({ last }) => last).indexOf(true)).toBe(metrics.length - 1);
    expect(watched.parameters.at(-1)).toEqual(watched.parameters[best]);
  });

  test('keeps the last parameters where that is asked for, and may look at any metric in its direction', async () => {
    const watched = watching();
    const earlyStopping = { metric: 'valAccuracy', patience: 3, restoreBest: false } as const;
    const metrics = await fit(adam({ ...stopped, earlyStopping }), classifier, CLASSES, watched);
    const scores = metrics.map(({ values: { valAccuracy } }) => valAccuracy);
    expect(metrics).toHaveLength(scores.indexOf(Math.max(...scores)) + 1 + 3);
    expect(watched.parameters.at(-1)).not.toEqual(watched.parameters[scores.indexOf(Math.max(...scores))]);
  });

  test('small gains do not count with minDelta, and the last epoch restores as well', async () => {
    const slow = { lr: 1e-4, batchSize: 8, epochs: 10 } as const;
    const all = await fit(adam({ ...slow, earlyStopping: { patience: 2 } }), classifier, CLASSES);
    expect(all).toHaveLength(10);
    const few = await fit(adam({ ...slow, earlyStopping: { patience: 2, minDelta: 0.1 } }), classifier, CLASSES);
    expect(few).toHaveLength(3);
    const watched = watching();
    const rising = adam({ lr: 0.01, batchSize: 8, epochs: 5, earlyStopping: { patience: 9, direction: 'maximize' } });
    await fit(rising, classifier, CLASSES, watched);
    expect(watched.parameters[4]).toEqual(watched.parameters[0]);
  });
});

describe('checkpoints', () => {
  const MODELS = mlp({ widths: [3, 8, 2], dropout: 0.3 });

  test.each([
    ['adam', (extra: object) => adam({ lr: 0.02, batchSize: 8, epochs: 10, schedule: cosine({ over: 10 }), ...extra })],
    ['momentum', (extra: object) => sgd({ lr: 0.1, momentum: 0.9, batchSize: 8, epochs: 10, l1: 1e-3, ...extra })],
    ['rmsProp', (extra: object) => rmsProp({ lr: 0.01, momentum: 0.5, batchSize: 8, epochs: 10, ...extra })],
    [
      'adagrad',
      (extra: object) => adagrad({ lr: 0.1, batchSize: 8, epochs: 10, earlyStopping: { patience: 3 }, ...extra }),
    ],
    ['adamW', (extra: object) => adamW({ lr: 0.02, batchSize: 8, epochs: 10, clipNorm: 0.5, ...extra })],
  ])('%s: five epochs and five more are ten, bit for bit', async (_, make) => {
    const whole = watching();
    const metrics = await fit(make({}), MODELS, CLASSES, whole);
    const kept: Checkpoint[] = [];
    await fit(
      make({ epochs: 5, checkpoint: { every: 2, keep: (c: Checkpoint) => void kept.push(structuredClone(c)) } }),
      MODELS,
      CLASSES,
    );
    expect(kept.map(({ epoch }) => epoch)).toEqual([2, 4, 5]);
    const rest = watching();
    const resumed = await fit(make({ from: kept[2] }), MODELS, CLASSES, rest);
    expect(resumed).toEqual(metrics.slice(5));
    expect(rest.parameters).toEqual(whole.parameters.slice(5));
  });

  test('gradientFlow goes on with the step it would have taken', async () => {
    const kept: Checkpoint[] = [];
    const checkpoint = { every: 1, keep: (c: Checkpoint) => void kept.push(c) };
    const whole = await fit(gradientFlow({ epochs: 4 }), classifier, CLASSES);
    await fit(gradientFlow({ epochs: 2, checkpoint }), classifier, CLASSES);
    expect(await fit(gradientFlow({ epochs: 4, from: kept[1]! }), classifier, CLASSES)).toEqual(whole.slice(2));
  });

  test('of another training are refused', async () => {
    const kept: Checkpoint[] = [];
    const checkpoint = { every: 9, keep: (c: Checkpoint) => void kept.push(c) };
    await fit(adam({ lr: 0.1, batchSize: 8, epochs: 2, checkpoint }), classifier, CLASSES);
    const from = kept[0]!;
    expect(isCheckpoint(from)).toBe(true);
    const again = (trainer: Trainer<Mlp, Split, EpochMetric>, model = classifier) => fit(trainer, model, CLASSES);
    await expect(again(adamW({ lr: 0.1, batchSize: 8, epochs: 4, from }))).rejects.toThrow(
      /one of the trainer adamW, got adam; /,
    );
    await expect(again(adam({ lr: 0.1, batchSize: 8, epochs: 2, from }))).rejects.toThrow(
      /one after epoch 2; raise epochs/,
    );
    const other = mlp({ widths: [3, 9, 2] });
    await expect(again(adam({ lr: 0.1, batchSize: 8, epochs: 4, from }), other)).rejects.toThrow(
      /widths 3-9-2, got 3-8-2/,
    );
    const spoilt = { ...from, state: { ...from.state, optimizer: [] } };
    await expect(again(adam({ lr: 0.1, batchSize: 8, epochs: 4, from: spoilt }))).rejects.toMatchObject({
      code: 'SHAPE_MISMATCH',
    });
    expect(() => adam({ lr: 0.1, batchSize: 8, epochs: 4, from: {} as Checkpoint })).toThrow(
      /from: must be a checkpoint/,
    );
  });
});

describe('penalties', () => {
  const zeros = (theta: Float64Array) => theta.filter((value) => value === 0).length;
  const last = async <M extends string>(trainer: Trainer<Mlp, Split, M>) => {
    const watched = watching();
    await fit(trainer, classifier, CLASSES, watched);
    return watched.parameters.at(-1)!;
  };
  const options = { lr: 0.2, batchSize: 8, epochs: 30, l1: 0.02 } as const;

  test('L1 by the proximal step makes exact zeros, by its subgradient it does not', async () => {
    expect(zeros(await last(sgd(options)))).toBeGreaterThan(8);
    expect(zeros(await last(sgd({ ...options, proximal: false })))).toBe(0);
    expect(zeros(await last(adam({ ...options, lr: 0.02 })))).toBe(0);
    // @ts-expect-error Adam has no proximal step
    expect(() => adam({ ...options, proximal: true })).toThrow(/Unrecognized key/);
  });

  test('L2 and decay shrink; biases are spared where that is asked for', async () => {
    const size = (theta: Float64Array) => Math.hypot(...theta.subarray(0, 24));
    const plain = { lr: 0.05, batchSize: 8, epochs: 20 } as const;
    const free = size(await last(adam(plain)));
    expect(size(await last(adam({ ...plain, l2: 0.5 })))).toBeLessThan(0.5 * free);
    expect(size(await last(adamW({ ...plain, weightDecay: 2 })))).toBeLessThan(0.7 * free);
    // one step with lr weightDecay = 1/2: a bias that is not spared ends lower by half of where it started
    const one = { lr: 0.05, batchSize: 48, epochs: 1, weightDecay: 10 } as const;
    const [all, spared] = [await last(adamW(one)), await last(adamW({ ...one, regulariseBiases: false }))];
    const theta0 = initialParameters(classifier, Rng.root(1).split('init'));
    for (let i = 0; i < 32; i++) expect(spared[i]! - all[i]!).toBeCloseTo(i < 24 ? 0 : theta0[i]! / 2, 15);
  });

  test('clipped gradients take steps no longer than lr times the limit', async () => {
    const theta0 = initialParameters(classifier, Rng.root(1).split('init'));
    const moved = async (extra: object) => {
      const theta = await last(gradientDescent({ lr: 1, epochs: 1, ...extra }));
      return theta.map((value, i) => value - theta0[i]!);
    };
    expect(Math.hypot(...(await moved({ clipNorm: 1e-3 })))).toBeCloseTo(1e-3, 5);
    expect(Math.max(...(await moved({ clipValue: 1e-3 })).map(Math.abs))).toBeCloseTo(1e-3, 15);
    expect(Math.hypot(...(await moved({ clipNorm: 100 })))).toBeGreaterThan(0.01);
    expect(() => adam({ ...options, clipNorm: 1, clipValue: 1 })).toThrow(/clipped by norm or by value, got both/);
  });
});

describe('schedules', () => {
  test('a rate that is nearly 0 stands still, by epoch and by step', async () => {
    const still = { name: 'still', rate: (lr: number, count: number) => (count < 6 ? lr : 1e-300) } as const;
    for (const [per, from] of [
      ['epoch', 6],
      ['step', 1],
    ] as const) {
      const watched = watching();
      await fit(sgd({ lr: 0.1, batchSize: 8, epochs: 8, schedule: { ...still, per } }), classifier, CLASSES, watched);
      const { parameters } = watched;
      expect(
        parameters.findIndex((theta, i) => i > 0 && theta.every((value, j) => value === parameters[i - 1]![j]!)),
      ).toBe(from);
    }
    expect(() => sgd({ lr: 0.1, ...BATCHES, schedule: {} as never })).toThrow(
      /schedule: must be what cosine\(\), say, gives/,
    );
  });
});

describe('at the edges', () => {
  const spoiled = (change: (table: Table) => Partial<Table>, part: 'train' | 'val' = 'train'): Split => ({
    ...CLASSES,
    [part]: { ...CLASSES[part], ...change(CLASSES[part]) },
  });
  const trainer = adam({ lr: 0.02, batchSize: 8, epochs: 2, metrics: ['auc', 'f1Macro'] });

  test('batches of one, a class that never occurs and constant columns train', async () => {
    expect(await fit(adam({ lr: 0.01, batchSize: 1, epochs: 1 }), classifier, CLASSES)).toHaveLength(1);
    const three: Split = {
      train: { ...CLASSES.train, classes: 3 },
      val: { ...CLASSES.val, classes: 3 },
      features: 3,
      classes: 3,
    };
    const [first] = await fit(trainer, mlp({ widths: [3, 5, 3] }), three);
    expect(Object.values(first!.values).every(Number.isFinite)).toBe(true);
    const constant = spoiled(({ x }) => ({ x: x.map((value, i) => (i % 3 === 2 ? 7 : value)) }));
    expect((await fit(trainer, classifier, constant)).at(-1)!.values.loss).toBeGreaterThan(0);
    const single = spoiled(({ y }) => ({ y: y.map(() => 0) }), 'val');
    expect((await fit(trainer, classifier, single))[0]!.values).toMatchObject({ valAuc: Number.NaN, valF1: 0 });
  });

  test('a last batch of one row counts as one row of the mean', async () => {
    const odd: Split = { ...CLASSES, train: classes(9, 5) };
    const whole = await fit(sgd({ lr: 1e-12, batchSize: 9, epochs: 1 }), classifier, odd);
    const parts = await fit(sgd({ lr: 1e-12, batchSize: 4, epochs: 1 }), classifier, odd);
    expect(parts[0]!.values.loss).toBeCloseTo(whole[0]!.values.loss, 9);
  });

  test.each<[string, Split, string, RegExp]>([
    [
      'NaN in the training part',
      spoiled(({ x }) => ({ x: x.with(4, Number.NaN) })),
      'CONFIG_INVALID',
      /^adam, training part: row 1, feature 1 must be finite, got NaN; /,
    ],
    [
      'NaN in the validation part',
      spoiled(({ x }) => ({ x: x.with(0, Number.NaN) }), 'val'),
      'CONFIG_INVALID',
      /^adam, validation part: row 0, feature 0/,
    ],
    [
      'a label out of range',
      spoiled(({ y }) => ({ y: y.with(3, 2) })),
      'CONFIG_INVALID',
      /label of row 3 must lie in 0\.\.1, got 2/,
    ],
    [
      'columns that are missing',
      spoiled(({ x }) => ({ x: x.slice(0, 96), features: 2 })),
      'SHAPE_MISMATCH',
      /widths 3-8-2 needs 3 columns, got 2; take the first width/,
    ],
    [
      'a third class',
      spoiled(() => ({ classes: 3 })),
      'SHAPE_MISMATCH',
      /widths 3-8-2 needs 2 classes, got 3; take the last width from data\.classes/,
    ],
    [
      'too few rows for a batch',
      { ...CLASSES, train: classes(7, 1) },
      'CONFIG_INVALID',
      /not be larger than the 7 rows of the training part, got 8; lower batchSize/,
    ],
    [
      'no rows to validate on',
      { ...CLASSES, val: classes(0, 1) },
      'CONFIG_INVALID',
      /^adam, validation part: at least one row is needed, got 0/,
    ],
    ['labels that are missing', spoiled(({ y }) => ({ y: y.slice(1) })), 'SHAPE_MISMATCH', /48 labels, got 144 and 47/],
  ])('%s is refused before anything is trained', async (_, data, code, message) => {
    const watched = watching();
    await expect(fit(trainer, classifier, data, watched)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(watched.snapshots).toEqual([]);
  });

  test.each<[string, Trainer<Mlp, never, string>, RegExp]>([
    [
      'cross-entropy',
      adam({ lr: 0.1, ...BATCHES }),
      /the loss softmaxCrossEntropy needs classes, got real targets; take mse\(\) or huber\(\)/,
    ],
    [
      'accuracy',
      adam({ lr: 0.1, ...BATCHES, loss: mse(), metrics: ['accuracy'] }),
      /"accuracy" needs a table of classes, got real targets; ask for some of mae, r2, rmse/,
    ],
    [
      'label smoothing',
      adam({ lr: 0.1, ...BATCHES, loss: mse(), labelSmoothing: 0.1 }),
      /labelSmoothing needs classes/,
    ],
  ])('%s is refused on real targets', async (_, wrong, message) => {
    await expect(fit(wrong, regression, VALUES as never)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(message),
    });
  });

  test('real targets that are missing or too many are refused', async () => {
    const real = adam({ lr: 0.1, ...BATCHES, loss: mse() });
    const bad = { ...VALUES, train: { ...VALUES.train, targets: VALUES.train.targets.with(0, Number.NaN) } };
    await expect(fit(real, regression, bad)).rejects.toThrow(/row 0, target 0 must be finite, got NaN/);
    await expect(fit(real, classifier, VALUES)).rejects.toThrow(/needs 2 outputs, got 1/);
  });

  test.each<[string, () => unknown, RegExp]>([
    [
      'a loss by name',
      () => adam({ lr: 1, ...BATCHES, loss: 'mse' as never }),
      /loss: must be what mse\(\), say, or defineLoss gives/,
    ],
    [
      'a built-in loss without its constant',
      () => adam({ lr: 1, ...BATCHES, loss: { name: 'huber', targets: 'values', delta: -1 } }),
      /loss: must be/,
    ],
    [
      'Nesterov without momentum',
      () => sgd({ lr: 1, ...BATCHES, nesterov: true }),
      /nesterov needs a momentum above 0, got 0/,
    ],
    ['a negative penalty', () => adam({ lr: 1, ...BATCHES, l2: -1 }), /l2: /],
    ['no patience', () => adam({ lr: 1, ...BATCHES, earlyStopping: { patience: 0 } }), /earlyStopping\.patience: /],
    ['all of a class smoothed away', () => adam({ lr: 1, ...BATCHES, labelSmoothing: 1 }), /labelSmoothing: /],
    [
      'a batch size for all rows',
      () => gradientDescent({ lr: 1, epochs: 1, batchSize: 3 } as never),
      /Unrecognized key/,
    ],
    ['an alpha of 1', () => rmsProp({ lr: 1, ...BATCHES, alpha: 1 }), /alpha: /],
  ])('%s is refused at once', (_, make, message) => {
    expect(make).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    expect(make).toThrow(message);
  });
});

test('label smoothing is in the training loss, not in that of the validation part', async () => {
  const options = { lr: 1e-12, batchSize: 48, epochs: 1 } as const;
  const [plain] = await fit(sgd(options), classifier, CLASSES);
  const [smoothed] = await fit(sgd({ ...options, labelSmoothing: 0.2 }), classifier, CLASSES);
  expect(smoothed!.values.loss).not.toBeCloseTo(plain!.values.loss, 3);
  expect(smoothed!.values.valLoss).toBeCloseTo(plain!.values.valLoss, 9);
});

test('folds of real targets are trained on, too', async () => {
  const folds: Folds<RegressionTable> = { folds: [VALUES, VALUES], features: 3, outputs: 1 };
  const trainer: Trainer<Mlp, Folds<RegressionTable>, 'valR2' | 'valR2StdErr' | string> = crossValidate(
    adam({ lr: 0.02, ...BATCHES, loss: mse() }),
  );
  const metrics = await fit(trainer, regression, folds);
  expect(metrics[1]!.values['valR2StdErr']).toBeGreaterThanOrEqual(0);
});

test('the default loss is cross-entropy, said or unsaid', async () => {
  const options = { lr: 0.02, batchSize: 8, epochs: 2 } as const;
  const said = await fit(adam({ ...options, loss: softmaxCrossEntropy() }), classifier, CLASSES);
  expect(await fit(adam(options), classifier, CLASSES)).toEqual(said);
});
