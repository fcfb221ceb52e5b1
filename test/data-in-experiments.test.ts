/**
 * Data of every kind in the inline record of an experiment: what the stages infer there is what trainers take.
 */
import {
  batchesFromCsv,
  iris,
  kFold,
  makeCircles,
  minMaxScale,
  readCsv,
  stratifiedKFold,
  wine,
} from '@tangentlab/datasets';
import {
  adam,
  crossValidate,
  experiment,
  holdout,
  maximize,
  mlp,
  randomSearch,
  standardScale,
  uniform,
} from 'tangentlab';

test('shipped data, held out in three parts', async () => {
  const { best } = await experiment({
    name: 'iris',
    seed: 1,
    data: iris().pipe(holdout({ fraction: 0.2, test: 0.2, stratify: true, randomState: 0 }), standardScale()),
    space: { lr: uniform(0.02, 0.03) },
    model: ({ data }) => mlp({ widths: [data.features, 8, data.classNames.length] }),
    train: ({ params }) => adam({ lr: params.lr, batchSize: 15, epochs: 25 }),
    objective: maximize('valAccuracy'),
    search: randomSearch(),
    trials: 1,
  }).run().result;
  // 30 flowers; any classifier that works at all gets 24 of them
  expect(best?.value).toBeGreaterThanOrEqual(0.8);
});

test('folds, fitted and scaled each for itself', async () => {
  const { best } = await experiment({
    name: 'wine',
    seed: 1,
    data: wine().pipe(stratifiedKFold({ folds: 3, shuffle: true, randomState: 0 }), minMaxScale()),
    space: { lr: uniform(0.02, 0.03) },
    model: ({ data }) => mlp({ widths: [data.features, 8, data.classes] }),
    train: ({ params }) => crossValidate(adam({ lr: params.lr, batchSize: 20, epochs: 15 })),
    objective: maximize('valAccuracy'),
    search: randomSearch(),
    trials: 1,
  }).run().result;
  expect(best?.value).toBeGreaterThanOrEqual(0.8);
});

test('a file with a category', async () => {
  const rows = Array.from(
    { length: 40 },
    (_, i) => `${i % 7},${i % 2 === 0 ? 'red' : 'blue'},${i % 2 === 0 ? 'no' : 'yes'}`,
  );
  const { best } = await experiment({
    name: 'file',
    seed: 1,
    data: readCsv({ text: `size,colour,ripe\n${rows.join('\n')}\n` }, { target: 'ripe', task: 'classes' }).pipe(
      holdout({ fraction: 0.25, stratify: true }),
      standardScale(),
    ),
    space: { lr: uniform(0.04, 0.05) },
    model: ({ data }) => mlp({ widths: [data.features, 4, data.classes] }),
    train: ({ params }) => adam({ lr: params.lr, batchSize: 10, epochs: 20 }),
    objective: maximize('valAccuracy'),
    search: randomSearch(),
    trials: 1,
  }).run().result;
  expect(best?.value).toBe(1);
});

test('types: a trainer of splits takes no folds', () => {
  const misfit = () =>
    experiment({
      name: 'misfit',
      seed: 1,
      data: makeCircles().pipe(kFold()),
      space: { lr: uniform(0.02, 0.03) },
      model: ({ data }) => mlp({ widths: [data.features, 4, data.classes] }),
      // @ts-expect-error folds need crossValidate
      train: ({ params }) => adam({ lr: params.lr, batchSize: 20, epochs: 1 }),
      objective: maximize('valAccuracy'),
      search: randomSearch(),
      trials: 1,
    });
  expect([misfit, batchesFromCsv].map((value) => typeof value)).toEqual(['function', 'function']);
});
