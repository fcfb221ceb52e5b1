import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  choice,
  dataHash,
  defineAnalyzer,
  defineProvider,
  defineSource,
  experiment,
  type Metric,
  maximize,
  minimize,
  nextTurn,
  type RunEvent,
  SEARCHER,
  type Snapshot,
  type Trainer,
  token,
  VERSION,
} from '@tangentlab/core';
import { concatMap, from, lastValueFrom, type Observable, of, range, throwError, toArray } from 'rxjs';
import { rejection } from '../../../../test/thrown.js';

type Data = { readonly samples: number };
type Model = { readonly width: number };

const data = defineSource({ name: 'numbers', open: () => of<Data>({ samples: 5 }) });
const inOrder = defineProvider({
  token: SEARCHER,
  name: 'inOrder',
  create: () => ({ name: 'inOrder', feedback: true, ask: ({ slot }) => ({ width: slot % 4 }) }),
});

/** Two epochs; the score of the last one is that of the width. A width without score fails. */
function trainerOf(scores: readonly (number | Error)[], width: number): Trainer<Model, Data, 'loss' | 'score'> {
  return {
    name: 'fake',
    requires: [],
    fit: (_model, _data, context) => {
      const score = scores[width]!;
      if (typeof score !== 'number') return throwError(() => score);
      return range(1, 2).pipe(
        concatMap(async (epoch): Promise<Metric<'loss' | 'score'>> => {
          await context.snapshot({ epoch, last: epoch === 2, parameters: async () => Float64Array.of(width, epoch) });
          return { step: epoch, values: { loss: 1 / epoch, score: epoch === 2 ? score : 0 } };
        }),
      );
    },
  };
}

type About = { params: { width: number } };

const specOf = (scores: readonly (number | Error)[]) => ({
  name: 'fake',
  seed: 42,
  data,
  space: { width: choice(0, 1, 2, 3) },
  model: ({ params }: About): Model => ({ width: params.width }),
  train: ({ params }: About) => trainerOf(scores, params.width),
  search: inOrder,
  trials: scores.length,
});

const fakeOf = (...scores: (number | Error)[]) => experiment({ ...specOf(scores), objective: maximize('score') });

const all = <T>(run: { readonly events$: Observable<T> }) => lastValueFrom(run.events$.pipe(toArray()));
const timeless = (events: readonly RunEvent[]) =>
  events.map((event) => (event.type === 'run/finished' ? { ...event, elapsedMs: 0 } : event));

test('a run tells its header, every trial, and its end, in order', async () => {
  const run = fakeOf(0.5, 0.7).run();
  const events = await all(run);
  expect(events.map((event) => ('trial' in event ? `${event.type} ${event.trial}` : event.type))).toEqual([
    'run/started',
    ...[0, 1].flatMap((n) => [`trial/started ${n}`, `trial/metric ${n}`, `trial/metric ${n}`, `trial/finished ${n}`]),
    'search/finished',
    'run/finished',
  ]);
  const roles = events.flatMap((event) => (event.type === 'run/started' ? event.roles : []));
  expect(events.at(-1)).toEqual({ type: 'run/finished', reason: 'trials', elapsedMs: expect.any(Number), roles });
  expect(structuredClone(events)).toEqual(events);
});

test('the header holds what a second run needs for the same bits', async () => {
  const backend = token<{ describe(): string }>('Backend');
  const gpu = defineProvider({ token: backend, name: 'gpu', create: () => ({ describe: () => 'WebGPU' }) });
  const [header] = await all(fakeOf(0.5).override({ concurrency: 2 }).with(gpu).run());
  expect(header).toEqual({
    type: 'run/started',
    name: 'fake',
    seed: 42,
    space: [{ name: 'width', distribution: { kind: 'choice', choices: [0, 1, 2, 3] }, condition: null }],
    order: 'reproducible',
    trials: 1,
    concurrency: 2,
    lag: 4,
    objectives: [maximize('score')],
    roles: [
      { role: 'Clock', name: 'system' },
      { role: 'Executor', name: 'inProcess' },
      { role: 'Searcher', name: 'inOrder' },
      { role: 'Backend', name: 'gpu', detail: 'WebGPU' },
    ],
    dataHash: dataHash({ samples: 5 }),
    version: VERSION,
    engine: expect.stringMatching(/^V8 \d+\.\d+$/),
  });
});

test('the best is the earliest of the best trials, with its model and its parameters', async () => {
  const result = await fakeOf(0.5, 0.9, 0.7, 0.9).run().result;
  expect(result.best).toEqual({
    trial: 1,
    params: { width: 1 },
    values: [0.9],
    value: 0.9,
    metrics: { loss: 0.5, score: 0.9 },
    model: { width: 1 },
    parameters: Float64Array.of(1, 2),
  });
  expect(result).toMatchObject({ reason: 'trials', data: { samples: 5 }, diagnostics: [] });
  expect(result.trials.map(({ trial, values }) => [trial, values])).toEqual(
    [0.5, 0.9, 0.7, 0.9].map((v, i) => [i, [v]]),
  );
});

test('the trials of a result stand by number, whichever has ended first', async () => {
  const train = ({ params: { width } }: About) => {
    const metric = { step: 1, values: { score: width } };
    const fit = () => (width === 0 ? from(nextTurn().then(() => metric)) : of(metric));
    return { name: 'fake', requires: [], fit };
  };
  const spec = { ...specOf([1, 1, 1]), train, concurrency: 2, objective: maximize('score') };
  const run = experiment(spec).run();
  const ended = lastValueFrom(run.trials$.pipe(toArray()));
  expect((await run.result).trials.map(({ trial }) => trial)).toEqual([0, 1, 2]);
  expect((await ended).map(({ trial }) => trial)).toEqual([1, 2, 0]);
});

test('several objectives give a front and no best', async () => {
  const objective = [maximize('score'), minimize('score')] as const;
  const result = await experiment({ ...specOf([0.5, 0.9, 0.5]), objective }).run().result;
  expect('best' in result).toBe(false);
  expect(result.front.map(({ trial, values, model }) => [trial, values, model.width])).toEqual([
    [0, [0.5, 0.5], 0],
    [1, [0.9, 0.9], 1],
  ]);
});

test('metrics$ and trials$ are views of the events', async () => {
  const run = fakeOf(0.5, 0.7).run();
  const [metrics, trials] = await Promise.all([
    lastValueFrom(run.metrics$.pipe(toArray())),
    lastValueFrom(run.trials$.pipe(toArray())),
  ]);
  expect(metrics.map(({ trial, step, values }) => [trial, step, values.score])).toEqual([
    [0, 1, 0],
    [0, 2, 0.5],
    [1, 1, 0],
    [1, 2, 0.7],
  ]);
  expect(trials.map(({ trial, state, steps }) => [trial, state, steps])).toEqual([
    [0, 'complete', 2],
    [1, 'complete', 2],
  ]);
});

test('a late subscriber, also one after the end, gets all events from the first one on', async () => {
  const run = fakeOf(0.5, 0.7, 0.9).run();
  const early = all(run);
  await lastValueFrom(run.trials$.pipe(toArray()));
  await run.result;
  const late: unknown[] = [];
  run.subscribe('late', { next: (event) => late.push(event), complete: () => late.push('complete') });
  expect(late).toEqual([...(await early), 'complete']);
});

test('two runs of one experiment tell the same, but for the time', async () => {
  const norm = defineAnalyzer({
    name: 'norm',
    measures: ['norm'],
    every: 'epoch',
    create: () => ({
      measure: async ({ parameters }: Snapshot<Model, Data>) => ({ norm: Math.hypot(...(await parameters())) }),
    }),
  });
  const twice = fakeOf(0.5, new Error('diverged'), 0.9).with(norm);
  expect(timeless(await all(twice.run()))).toEqual(timeless(await all(twice.run())));
});

test('measurements join the metrics, and can be the objective', async () => {
  const rank = defineAnalyzer({
    name: 'rank',
    measures: ['rank'],
    every: 'trial',
    create: () => ({ measure: ({ model }: Snapshot<Model, Data>) => ({ rank: -model.width }) }),
  });
  const spec = { ...specOf([0.1, 0.2, 0.3]), analyze: [rank] };
  const run = experiment({ ...spec, objective: minimize('rank') }).run();
  const { best } = await run.result;
  expect(best).toMatchObject({ trial: 2, value: -2, metrics: { rank: -2, score: 0.3 } });
  const metrics = await lastValueFrom(run.metrics$.pipe(toArray()));
  expect(metrics.slice(0, 2).map(({ values }) => values)).toEqual([
    { loss: 1, score: 0 },
    { loss: 0.5, score: 0.1, rank: expect.any(Number) },
  ]);
});

test('a trial that fails, the first one too, does not end the run', async () => {
  const result = await fakeOf(new Error('diverged'), 0.5).run().result;
  expect(result.trials.map(({ state }) => state)).toEqual(['failed', 'complete']);
  expect(result.trials[0]).toEqual({
    trial: 0,
    params: { width: 0 },
    state: 'failed',
    values: null,
    metrics: null,
    steps: 0,
    error: { code: 'TRIAL_FAILED', message: 'diverged' },
  });
  expect(result.best.trial).toBe(1);
});

test('when all trials fail the run rejects with SEARCH_ABORTED and the first cause', async () => {
  const run = fakeOf(new Error('diverged'), new Error('later')).run();
  const error = await rejection(run.result);
  expect(error).toMatchObject({ code: 'SEARCH_ABORTED', cause: { code: 'TRIAL_FAILED', message: 'diverged' } });
  expect(error.message).toBe(
    'experiment "fake": at least one trial must complete, got 2 that failed (first cause: diverged); correct the first cause.',
  );
  const last = (await all(run)).at(-1);
  expect(last).toMatchObject({ reason: 'failed', error: { code: 'SEARCH_ABORTED', message: error.message } });
});

test('models of trials that have lost are not kept', async () => {
  setFlagsFromString('--expose-gc');
  const models: WeakRef<Model>[] = [];
  const model = ({ params }: About): Model => {
    const made = { width: params.width };
    models.push(new WeakRef(made));
    return made;
  };
  const spec = { ...specOf([0.5, 0.9, 0.7, 0.9]), model, objective: maximize('score') };
  const run = experiment(spec).run();
  const { best } = await run.result;
  await nextTurn();
  runInNewContext('gc')();
  expect(await run.result).toHaveProperty('best', best); // the run is still held
  expect(models.map((made) => made.deref())).toEqual([undefined, best.model, undefined, undefined]);
});

test('a result that nobody reads is no unhandled rejection', async () => {
  const events = await all(fakeOf(new Error('diverged')).run());
  expect(events.at(-1)).toMatchObject({ type: 'run/finished', reason: 'failed' });
  // jest fails the test that is running when a rejection stays unhandled
  for (let turn = 0; turn < 3; turn++) await nextTurn();
});
