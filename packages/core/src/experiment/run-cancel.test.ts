import { getEventListeners } from 'node:events';
import {
  choice,
  defineProvider,
  defineSource,
  experiment,
  type Metric,
  maximize,
  nextTurn,
  type RunEvent,
  SEARCHER,
  token,
} from '@tangentlab/core';
import { lastValueFrom, Observable, of, toArray } from 'rxjs';
import { rejection } from '../../../../test/thrown.js';

const inOrder = defineProvider({
  token: SEARCHER,
  name: 'inOrder',
  create: () => ({ name: 'inOrder', feedback: true, ask: ({ slot }) => ({ width: slot }) }),
});

/** Trials of width 0 and 1 end at once; the others never do. Their signals and teardowns are written down. */
function fakeOf(log: string[] = [], open: () => Observable<number> = () => of(5)) {
  return experiment({
    name: 'fake',
    seed: 1,
    data: defineSource({ name: 'five', open }),
    space: { width: choice(0, 1, 2, 3, 4) },
    model: ({ params }) => params.width,
    train: ({ params: { width } }) => ({
      name: 'fake',
      requires: [],
      fit: (_model: number, _data: number, { signal }) =>
        new Observable<Metric<'score'>>((observer) => {
          observer.next({ step: 1, values: { score: width } });
          if (width < 2) observer.complete();
          signal.addEventListener('abort', () => log.push(`abort ${width}`));
          return () => width >= 2 && log.push(`free ${width}`);
        }),
    }),
    objective: maximize('score'),
    search: inOrder,
    trials: 5,
    concurrency: 2,
  });
}

/** Runs until trials 2 and 3 hang, then does `then`. */
async function whenStuck<R extends { events$: Observable<RunEvent> }>(run: R, then: () => void): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  const ended = lastValueFrom(run.events$.pipe(toArray()));
  run.events$.subscribe((event) => events.push(event));
  while (!events.some((event) => event.type === 'trial/metric' && event.trial === 3)) await nextTurn();
  then();
  return ended;
}

test('cancel() resolves with what is complete', async () => {
  const log: string[] = [];
  const run = fakeOf(log).run();
  const events = await whenStuck(run, () => run.cancel('enough'));
  const result = await run.result;
  expect(result.reason).toBe('cancelled');
  expect(result.best).toMatchObject({ trial: 1, value: 1, model: 1 });
  expect(result.trials.map(({ state }) => state)).toEqual(['complete', 'complete', 'cancelled', 'cancelled']);
  expect(result.trials[2]).toMatchObject({ values: null, metrics: { score: 2 }, steps: 1 });
  expect(log).toEqual(['abort 2', 'free 2', 'abort 3', 'free 3']);
  const [search, end] = events.slice(-2);
  expect(search).toEqual({ type: 'search/finished', reason: 'cancelled' });
  expect(end).toMatchObject({ type: 'run/finished', reason: 'cancelled', elapsedMs: expect.any(Number) });
  expect(end).not.toHaveProperty('error');
});

test("a user's signal does the same, and its listener is removed", async () => {
  const abort = new AbortController();
  const run = fakeOf().run({ signal: abort.signal });
  expect(getEventListeners(abort.signal, 'abort')).toHaveLength(1);
  await whenStuck(run, () => abort.abort());
  expect((await run.result).reason).toBe('cancelled');
  await nextTurn();
  expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
});

test('the listener is removed from a signal that is never used', async () => {
  const abort = new AbortController();
  await fakeOf().override({ trials: 2 }).run({ signal: abort.signal }).result;
  await nextTurn();
  expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
});

test.each([
  ['cancel("no time")', (run: { cancel(reason: string): void }) => run.cancel('no time'), 'no time'],
  ['cancel()', (run: { cancel(): void }) => run.cancel(), 'cancelled'],
])('%s before any trial is complete rejects with RUN_CANCELLED', async (_, cancel, reason) => {
  const run = fakeOf().run();
  cancel(run); // a run starts on the next microtask
  const error = await rejection(run.result);
  expect(error.code).toBe('RUN_CANCELLED');
  expect(error.message).toBe(
    `experiment "fake": the run was cancelled (${reason}) before any trial was complete; run it again.`,
  );
  const events = await lastValueFrom(run.events$.pipe(toArray()));
  expect(events.map(({ type }) => type)).toEqual(['run/finished']);
  expect(events.at(-1)).toMatchObject({ reason: 'cancelled', error: { code: 'RUN_CANCELLED' } });
});

test('a signal that is aborted already: no trial is started', async () => {
  const run = fakeOf().run({ signal: AbortSignal.abort(new Error('too late')) });
  expect((await rejection(run.result)).message).toContain('(too late)');
});

test('a run that is cancelled while its data is being opened starts no trial, and releases its parts', async () => {
  const log: string[] = [];
  const part = defineProvider({
    token: token<string>('Part'),
    name: 'part',
    create: () => 'part',
    release: () => void log.push('released'),
  });
  const run = fakeOf(log, () => {
    run.cancel();
    return of(5);
  })
    .with(part)
    .run();
  expect((await rejection(run.result)).code).toBe('RUN_CANCELLED');
  expect(log).toEqual(['released']);
});

test('cancelling twice, or after the end, changes nothing', async () => {
  const run = fakeOf().run();
  await whenStuck(run, () => {
    run.cancel('first');
    run.cancel('second');
  });
  const result = await run.result;
  run.cancel('third');
  expect(await run.result).toBe(result);
  expect(run.result).toBe(run.result);
});

test('cancelling inside a subscriber of the run', async () => {
  const run = fakeOf().run();
  run.subscribe('impatient', {
    next: (event) => {
      if (event.type === 'trial/finished') run.cancel();
    },
  });
  const result = await run.result;
  expect(result.trials.map(({ state }) => state)).toEqual(['complete']);
  expect(result.diagnostics).toEqual([]);
});
