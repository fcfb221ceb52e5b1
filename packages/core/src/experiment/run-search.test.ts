/** What a run makes of the search's further parts: pruners, stop rules, constraints, enqueued points, recordings. */
import {
  atLeast,
  atMost,
  defineProvider,
  defineSource,
  experiment,
  int,
  maximize,
  minimize,
  nextTurn,
  noImprovement,
  PRUNER,
  type Pruner,
  type RunEvent,
  SEARCHER,
  stopWhen,
  type Trainer,
  timeLimit,
} from '@tangentlab/core';
import { bufferCount, concatMap, from, lastValueFrom, map, Observable, of, timer, toArray } from 'rxjs';
import { rejection } from '../../../../test/thrown.js';

const counting = defineProvider({
  token: SEARCHER,
  name: 'counting',
  create: () => ({ name: 'counting', feedback: true, ask: ({ slot }) => ({ x: slot }) }),
});

/** Three steps; gain = x, cost = 10 - x, both reached at the last step. */
const trainerOf = (x: number, fits: number[] = []): Trainer<string, number, 'gain' | 'cost'> => ({
  name: 'fake',
  requires: [],
  fit: () => {
    fits.push(x);
    return from([1, 2, 3].map((step) => ({ step, values: { gain: (x * step) / 3, cost: 10 - x } })));
  },
});

const fits: number[] = [];
const base = {
  name: 'search',
  seed: 1,
  data: defineSource({ name: 'five', open: () => of(5) }),
  space: { x: int(0, 99) },
  model: () => 'model',
  train: ({ params }: { params: { x: number } }) => trainerOf(params.x, fits),
  objective: maximize('gain'),
  search: counting,
  trials: 6,
};

beforeEach(() => {
  fits.length = 0;
});

const pruneAt = (prune: Pruner['prune']) =>
  defineProvider<Pruner>({ token: PRUNER, name: 'fake', create: () => ({ name: 'fake', feedback: false, prune }) });

test('a pruner comes with with(); what it prunes is no candidate for the best', async () => {
  const { trials, best } = await experiment(base)
    .with(pruneAt(({ trial }) => trial === 5))
    .run().result;
  expect(trials[5]).toMatchObject({ state: 'pruned', steps: 1, values: [5 / 3] });
  expect(best).toMatchObject({ trial: 4, value: 4 });
});

test('constraints: what breaks one is complete, but never the best', async () => {
  const { best, trials } = await experiment({ ...base, subjectTo: [atMost('gain', 3), atLeast('cost', 1)] }).run()
    .result;
  expect(best).toMatchObject({ trial: 3, value: 3 });
  expect(trials[5]).toMatchObject({ state: 'complete', values: [5], violations: [2, -4] });
  expect(trials[2]?.violations).toEqual([-1, -7]);
});

test('when no trial keeps to the constraints, the run says so', async () => {
  const error = await rejection(experiment({ ...base, subjectTo: [atMost('cost', 1)] }).run().result);
  expect(error).toMatchObject({
    code: 'SEARCH_ABORTED',
    message: expect.stringContaining('keep to the constraints, got none of 6'),
  });
});

test('a constraint on a metric that nobody measures ends the run by name', async () => {
  const subjectTo = [atMost('latency', 1)] as never;
  const error = await rejection(experiment({ ...base, subjectTo }).run().result);
  expect(error).toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('subjectTo: "latency" must be among'),
  });
});

describe('stop rules', () => {
  test('too little improvement', async () => {
    const worse = { ...base, objective: minimize('gain'), trials: 50 };
    const { trials, reason } = await experiment(worse).with(noImprovement(3)).run().result;
    // trial 0 is the best for ever; three more without improvement
    expect([trials.length, reason]).toEqual([4, 'stopped']);
    const better = await experiment({ ...base, trials: 10 })
      .with(noImprovement(3))
      .run().result;
    expect(better.trials).toHaveLength(10);
    const slowly = await experiment({ ...base, trials: 10 })
      .with(noImprovement(3, { by: 3 }))
      .run().result;
    expect(slowly.trials).toHaveLength(4);
  });

  test('a predicate; several rules add up, the first that says so is told', async () => {
    const run = experiment(base)
      .with(
        stopWhen('five', ({ slot }) => slot === 5),
        stopWhen('two', ({ slot }) => slot === 2),
      )
      .run();
    const events = await lastValueFrom(run.events$.pipe(toArray()));
    expect(events.find(({ type }) => type === 'search/finished')).toMatchObject({ reason: 'stopped', rule: 'two' });
    expect((await run.result).trials).toHaveLength(2);
  });

  test.each([
    ['no seconds', () => timeLimit(0)],
    ['NaN seconds', () => timeLimit(Number.NaN)],
    ['half a trial', () => noImprovement(0.5)],
    ['a negative improvement', () => noImprovement(3, { by: -1 })],
  ])('%s is refused', (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});

test('enqueued points are tried first', async () => {
  const { trials } = await experiment({ ...base, enqueue: [{ x: 77 }] }).run().result;
  expect(trials.slice(0, 2).map(({ params }) => params.x)).toEqual([77, 1]);
});

test('maxFailures ends the run with its cause', async () => {
  const failing = {
    ...base,
    maxFailures: 1,
    model: () => {
      throw new Error('no model today');
    },
  };
  const error = await rejection(experiment(failing as never).run().result);
  expect(error).toMatchObject({ code: 'SEARCH_ABORTED', message: expect.stringContaining('no model today') });
});

test('best$ tells each trial that is the best so far', async () => {
  const values = (objective: typeof base.objective) =>
    lastValueFrom(
      experiment({ ...base, objective })
        .run()
        .best$.pipe(
          map(({ trial }) => trial),
          toArray(),
        ),
    );
  expect(await values(maximize('gain'))).toEqual([0, 1, 2, 3, 4, 5]);
  expect(await values(minimize('gain') as never)).toEqual([0]);
});

test('a run told again from its events trains nothing, and ends in the same result', async () => {
  const described = experiment(base).with(pruneAt(({ trial, curve }) => trial === 2 && curve.length === 2));
  const first = described.run();
  const events: RunEvent[] = (await lastValueFrom(first.events$.pipe(toArray()))) as never;
  const { trials } = await first.result;
  expect(fits).toHaveLength(6);
  const again = await described.run({ replay: events.slice(0, -8) }).result;
  expect(again.trials).toEqual(trials);
  expect(fits.length).toBeLessThan(6 + 3);
  const whole = await described.run({ replay: events }).result;
  expect(whole.trials).toEqual(trials);
});

test('await using: leaving the block cancels the run and waits for its parts', async () => {
  const log: string[] = [];
  const part = defineProvider({
    token: PRUNER,
    name: 'held',
    create: () => ({ name: 'held', feedback: false, prune: () => false }),
    release: async () => {
      await nextTurn();
      log.push('released');
    },
  });
  const endless = {
    ...base,
    trials: 1_000_000,
    train: () => ({ ...trainerOf(1), fit: () => new Observable<never>() }),
  };
  const run = experiment(endless as never)
    .with(part)
    .run();
  await nextTurn();
  await run[Symbol.asyncDispose]();
  expect(log).toEqual(['released']);
  expect((await rejection(run.result)).code).toBe('RUN_CANCELLED');
});

test('a slow subscriber that buffers gets everything and holds nothing up', async () => {
  const run = experiment({ ...base, trials: 60 }).run();
  const batches: number[] = [];
  const slow = lastValueFrom(
    run.metrics$.pipe(
      bufferCount(50),
      concatMap((batch) => timer(5).pipe(map(() => batches.push(batch.length)))),
    ),
  );
  const { trials } = await run.result;
  expect(trials).toHaveLength(60);
  expect(batches.length).toBeLessThan(4); // the run was over before the subscriber was
  await slow;
  expect(batches).toEqual([50, 50, 50, 30]);
});
