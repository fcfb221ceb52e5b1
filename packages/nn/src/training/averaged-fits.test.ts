import { type FitContext, type Metric, Rng, type Trainer, type TrainerSnapshot } from '@tangentlab/core';
import { adam, crossValidate, mlp, repeatFit } from '@tangentlab/nn';
import { type Folds, ReferenceBackend, type Split, type Table } from '@tangentlab/tensor';
import { EMPTY, from, lastValueFrom, take, toArray } from 'rxjs';

const context = (snapshots: TrainerSnapshot[] = []): FitContext => ({
  trial: 0,
  rng: Rng.root(1),
  signal: new AbortController().signal,
  keepAlive: () => undefined,
  warn: () => undefined,
  get: () => new ReferenceBackend() as never,
  snapshot: async (snapshot) => void snapshots.push(snapshot),
});

/** Emits two metrics; the last one is the number that is the data. */
const echo: Trainer<string, number, 'acc'> = {
  name: 'echo',
  requires: [],
  fit: (_, data) =>
    from([
      { step: 1, values: { acc: 0 } },
      { step: 2, values: { acc: data } },
    ]),
};
const foldsOf = (...numbers: number[]) => ({ folds: numbers, features: 1, classes: 2 }) as unknown as Folds;
const validated = crossValidate(echo as unknown as Trainer<string, Split, 'acc'>);

test('step k is the mean over k folds, with its standard error', async () => {
  const metrics = await lastValueFrom(validated.fit('m', foldsOf(1, 2, 6), context()).pipe(toArray()));
  expect(metrics.map(({ step }) => step)).toEqual([1, 2, 3]);
  expect(metrics.map(({ values }) => values.acc)).toEqual([1, 1.5, 3]);
  expect(metrics[0]?.values.accStdErr).toBeNaN();
  expect(metrics[1]?.values.accStdErr).toBeCloseTo(0.5, 15);
  // sample variance of 1, 2, 6 is 7; over 3 fits
  expect(metrics[2]?.values.accStdErr).toBeCloseTo(Math.sqrt(7 / 3), 14);
});

test('a later fold is not begun when nobody listens any more', async () => {
  const begun: number[] = [];
  const spy: Trainer<string, number, 'acc'> = {
    ...echo,
    fit: (model, data, inner) => {
      begun.push(data);
      return echo.fit(model, data, inner);
    },
  };
  const fit = crossValidate(spy as unknown as Trainer<string, Split, 'acc'>);
  await lastValueFrom(fit.fit('m', foldsOf(1, 2, 3), context()).pipe(take(2)));
  expect(begun).toEqual([1, 2]);
});

test('a trainer without metrics fails by name', async () => {
  const silent = repeatFit({ ...echo, fit: () => EMPTY }, { times: 2 });
  await expect(lastValueFrom(silent.fit('m', 1, context()))).rejects.toMatchObject({
    code: 'TRIAL_FAILED',
    message: 'repeat 0: the trainer "echo" must emit at least one metric, got none; check its number of epochs.',
  });
});

test.each([[1], [0], [2.5]])('%p repetitions are refused', (times) => {
  expect(() => repeatFit(echo, { times })).toThrow('repeatFit: valid options are needed');
});

describe('with real training', () => {
  const table = (samples: number, seed: number): Table => {
    const uniform = Rng.root(seed).stream();
    const x = Float64Array.from({ length: samples * 2 }, () => 2 * uniform() - 1);
    return {
      x,
      y: Int32Array.from({ length: samples }, (_, i) => Number(x[2 * i]! > 0)),
      samples,
      features: 2,
      classes: 2,
    };
  };
  const split: Split = { train: table(40, 1), val: table(20, 2), features: 2, classes: 2 };
  const model = mlp({ widths: [2, 8, 2] });
  const trainer = adam({ lr: 0.02, batchSize: 8, epochs: 6 });

  test('repeated fits differ, have a spread, and are the same again', async () => {
    const snapshots: TrainerSnapshot[] = [];
    const run = () =>
      lastValueFrom(repeatFit(trainer, { times: 4 }).fit(model, split, context(snapshots)).pipe(toArray()));
    const metrics: Metric<string>[] = await run();
    expect(metrics).toHaveLength(4);
    expect(metrics[3]?.values['valLossStdErr']).toBeGreaterThan(0);
    expect(snapshots.map(({ epoch, last }) => [epoch, last])).toEqual([
      [1, false],
      [2, false],
      [3, false],
      [4, true],
    ]);
    expect(await run()).toEqual(metrics);
  });

  test('folds are trained each from its own random numbers', async () => {
    const folds: Folds = { folds: [split, split], features: 2, classes: 2 };
    const metrics = await lastValueFrom(crossValidate(trainer).fit(model, folds, context()).pipe(toArray()));
    expect(metrics[1]?.values.valAccuracyStdErr).toBeGreaterThanOrEqual(0);
    expect(metrics[1]?.values.valLossStdErr).toBeGreaterThan(0);
  });
});
