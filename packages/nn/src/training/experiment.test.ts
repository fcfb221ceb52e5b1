/**
 * Trainers in the record of an experiment: what the compiler infers of their metrics inline, and that warnings, reports
 * and real targets come through a run.
 */
import {
  defineProvider,
  defineSource,
  experimentWith,
  maximize,
  minimize,
  Rng,
  type RunEvent,
  SEARCHER,
  type Searcher,
  uniform,
} from '@tangentlab/core';
import { adam, finalReport, formatReport, meanField, mlp, muP, orthogonal, sgd, standardNormal } from '@tangentlab/nn';
import { mse, type RegressionTable, reference, type Split, type Table } from '@tangentlab/tensor';
import { of } from 'rxjs';

const experiment = experimentWith(reference());
const draw = Rng.root(1).stream();
const rows = (samples: number) => Float64Array.from({ length: samples * 2 }, () => 2 * draw() - 1);
const table = (samples: number): Table => {
  const x = rows(samples);
  return {
    x,
    y: Int32Array.from({ length: samples }, (_, i) => Number(x[2 * i]! > 0)),
    samples,
    features: 2,
    classes: 2,
  };
};
const real = (samples: number): RegressionTable => {
  const x = rows(samples);
  return {
    x,
    targets: Float64Array.from({ length: samples }, (_, i) => x[2 * i]! - x[2 * i + 1]!),
    samples,
    features: 2,
    outputs: 1,
  };
};
const classes: Split & { readonly test: Table } = {
  train: table(40),
  val: table(20),
  test: table(20),
  features: 2,
  classes: 2,
};
const values: Split<RegressionTable> & { readonly test: RegressionTable } = {
  train: real(40),
  val: real(20),
  test: real(20),
  features: 2,
  outputs: 1,
};
const source = <D>(data: D) => defineSource<D>({ name: 'rows', open: () => of(data) });
/** Learning rates in the middle of their range. */
const middle = () =>
  defineProvider<Searcher>({
    token: SEARCHER,
    name: 'middle',
    create: () => ({ name: 'middle', feedback: false, ask: () => ({ lr: 0.02 }) }),
  });

test('classes: metrics that are asked for may be the objective, and the winner is reported on what nobody saw', async () => {
  const run = experiment({
    name: 'classes',
    seed: 1,
    data: source(classes),
    space: { lr: uniform(0.01, 0.03) },
    model: ({ data }) =>
      mlp({ widths: [data.features, 8, data.classes], activation: 'gelu', parametrisation: muP({ baseWidth: 8 }) }),
    train: ({ params }) =>
      adam({
        lr: params.lr,
        batchSize: 8,
        epochs: 10,
        metrics: ['auc'],
        earlyStopping: { metric: 'valAuc', patience: 5 },
      }),
    objective: maximize('valAuc'),
    search: middle(),
    trials: 1,
  }).run();
  const { best, data } = await run.result;
  const auc: number = best.metrics.valAuc;
  expect(auc).toBeGreaterThan(0.9);
  const report = finalReport(best, data.test);
  expect(report.accuracy).toBeGreaterThan(0.8);
  expect(formatReport(report)).toMatch(/^20 samples\n/);
});

test('real targets: R2 is the objective, accuracy is no metric, and cross-entropy no loss', async () => {
  const spec = {
    name: 'values',
    seed: 1,
    data: source(values),
    space: { lr: uniform(0.01, 0.03) },
    search: middle(),
    trials: 1,
  } as const;
  const run = experiment({
    ...spec,
    model: ({ data }) =>
      mlp({ widths: [data.features, 8, data.outputs], parametrisation: meanField(), initialise: standardNormal() }),
    train: ({ params }) => sgd({ lr: params.lr, batchSize: 8, epochs: 30, loss: mse() }),
    objective: maximize('valR2'),
  }).run();
  const { best, data } = await run.result;
  expect(best.metrics.valR2).toBeGreaterThan(0.5);
  expect(finalReport(best, data.test).r2).toBeGreaterThan(0.5);

  experiment({
    ...spec,
    model: ({ data }) => mlp({ widths: [data.features, 8, data.outputs], initialise: orthogonal() }),
    train: ({ params }) => sgd({ lr: params.lr, batchSize: 8, epochs: 1, loss: mse() }),
    // @ts-expect-error mse measures no accuracy
    objective: maximize('valAccuracy'),
  });
  experiment({
    ...spec,
    model: ({ data }) => mlp({ widths: [data.features, 8, data.outputs] }),
    // @ts-expect-error cross-entropy does not take real targets
    train: ({ params }) => sgd({ lr: params.lr, batchSize: 8, epochs: 1 }),
    objective: minimize('valLoss'),
  });
});

test('norms are metrics, and what is wrong with them is an event of the run', async () => {
  const run = experiment({
    name: 'norms',
    seed: 1,
    data: source(classes),
    space: { lr: uniform(0.01, 0.03) },
    model: ({ data }) => mlp({ widths: [data.features, 30, 30, data.classes], initialise: standardNormal() }),
    train: ({ params }) => adam({ lr: params.lr, batchSize: 8, epochs: 2, norms: { exploding: 1 } }),
    objective: minimize('gradientNorm.1'),
    search: middle(),
    trials: 1,
  }).run();
  const warnings: RunEvent[] = [];
  run.subscribe('warnings', (event) => {
    if (event.type === 'trial/warning') warnings.push(event);
  });
  const { best } = await run.result;
  expect(best.value).toBe(best.metrics['gradientNorm.1']);
  expect(warnings).toMatchObject([{ trial: 0, name: 'gradients/exploding', step: 1 }]);
});
