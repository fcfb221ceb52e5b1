/** Warnings of a training: told beside its metrics, and silent once the trial is cancelled. */
import {
  choice,
  defineProvider,
  defineSource,
  experiment,
  minimize,
  RunError,
  SEARCHER,
  type Trainer,
} from '@tangentlab/core';
import { concat, concatMap, filter, lastValueFrom, of, range, throwError, toArray } from 'rxjs';

const WARNING = {
  name: 'gradients/vanishing',
  message: 'layer 0: too small; change it.',
  values: { gradientNorm: 1e-9 },
};

const trainer: Trainer<null, number, 'loss'> = {
  name: 'worried',
  requires: [],
  fit: (_model, _data, context) =>
    range(1, 2).pipe(
      concatMap(async (step) => {
        if (step === 2) context.warn({ step, ...WARNING });
        return { step, values: { loss: 1 / step } };
      }),
    ),
};

const record = {
  name: 'worried',
  seed: 1,
  data: defineSource({ name: 'one', open: () => of(1) }),
  space: { x: choice(0) },
  model: () => null,
  train: () => trainer,
  objective: minimize('loss' as const),
  search: defineProvider({
    token: SEARCHER,
    name: 'inOrder',
    create: () => ({ name: 'inOrder', feedback: false, ask: () => ({ x: 0 }) }),
  }),
  trials: 2,
};

test('a warning comes before the metric of its step, and ends nothing', async () => {
  const run = experiment(record).run();
  const events = await lastValueFrom(
    run.events$.pipe(
      filter(({ type }) => type === 'trial/warning' || type === 'trial/metric'),
      toArray(),
    ),
  );
  const of0 = events.filter((event) => (event as { readonly trial: number }).trial === 0);
  expect(of0).toEqual([
    { type: 'trial/metric', trial: 0, step: 1, values: { loss: 1 } },
    { type: 'trial/warning', trial: 0, step: 2, ...WARNING },
    { type: 'trial/metric', trial: 0, step: 2, values: { loss: 0.5 } },
  ]);
  expect((await run.result).trials.map(({ state }) => state)).toEqual(['complete', 'complete']);
});

test('a trial that was cancelled warns no more', async () => {
  let warnLater = (): void => {
    throw new Error('the training has not begun');
  };
  const late: Trainer<null, number, 'loss'> = {
    ...trainer,
    fit: (_model, _data, context) => {
      warnLater = () => context.warn({ step: 1, ...WARNING });
      return of({ step: 1, values: { loss: 1 } }).pipe(concatMap(() => new Promise<never>(() => undefined)));
    },
  };
  const run = experiment({ ...record, train: () => late }).run();
  const events = lastValueFrom(run.events$.pipe(toArray()));
  await new Promise((resolve) => setImmediate(resolve));
  run.cancel();
  warnLater();
  await expect(run.result).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
  expect((await events).filter(({ type }) => type === 'trial/warning')).toEqual([]);
});

test('neither after the end of a trial, nor again after a retry', async () => {
  let late = () => {};
  let attempts = 0;
  const crashing: Trainer<null, number, 'loss'> = {
    ...trainer,
    fit: (model, data, context) => {
      late = () => context.warn({ step: 3, ...WARNING });
      const lost = new RunError('RESOURCE_FAILED', { where: 'worker', expected: 'it was lost', todo: 'try again' });
      const steps = trainer.fit(model, data, context);
      return attempts++ === 0
        ? concat(
            steps,
            throwError(() => lost),
          )
        : steps;
    },
  };
  const run = experiment({ ...record, train: () => crashing, trials: 1, retries: 1 }).run();
  const warnings: unknown[] = [];
  run.events$.pipe(filter(({ type }) => type === 'trial/warning')).subscribe((event) => warnings.push(event));
  run.trials$.subscribe(() => late());
  await run.result;
  expect(attempts).toBe(2);
  expect(warnings).toEqual([{ type: 'trial/warning', trial: 0, step: 2, ...WARNING }]);
});
