/** What a run does with the parts around the search: providers, data, subscribers. */
import {
  CLOCK,
  choice,
  defineProvider,
  defineSource,
  experiment,
  maximize,
  type RunEvent,
  SEARCHER,
  type Token,
  type Trainer,
  token,
} from '@tangentlab/core';
import { lastValueFrom, of, throwError, toArray } from 'rxjs';
import { rejection } from '../../../../test/thrown.js';

const ENGINE = token<{ readonly id: string }>('Engine');
const boom = new Error('boom');

const inOrder = defineProvider({
  token: SEARCHER,
  name: 'inOrder',
  create: () => ({ name: 'inOrder', feedback: true, ask: ({ slot }) => ({ width: slot % 2 }) }),
});

function fakeOf(changes: { data?: unknown; requires?: readonly Token<{ readonly id: string }>[] } = {}) {
  const trainer: Trainer<string, number, 'score'> = {
    name: 'fake',
    requires: changes.requires ?? [],
    fit: (_model, _data, context) => {
      const score = changes.requires === undefined ? 1 : context.get(ENGINE).id.length;
      return of({ step: 1, values: { score } });
    },
  };
  const data = (changes.data ?? defineSource({ name: 'five', open: () => of(5) })) as ReturnType<
    typeof defineSource<number>
  >;
  return experiment({
    name: 'fake',
    seed: 42,
    data,
    space: { width: choice(0, 1) },
    model: () => 'model',
    train: () => trainer,
    objective: maximize('score'),
    search: inOrder,
    trials: 3,
  });
}

/** A provider that writes down when it is set up and released. */
const logged = (log: string[], name: string, release: () => void = () => {}) =>
  defineProvider({
    token: token<string>(name),
    name,
    create: () => {
      log.push(`+${name}`);
      return name;
    },
    release: () => {
      log.push(`-${name}`);
      release();
    },
  });

const stuck = () => {
  throw boom;
};

test('parts are set up before the first event and released before the last', async () => {
  const log: string[] = [];
  const run = fakeOf().with(logged(log, 'a'), logged(log, 'b')).run();
  run.events$.subscribe(({ type }) => log.push(type));
  await run.result;
  expect(log.slice(0, 3)).toEqual(['+a', '+b', 'run/started']);
  expect(log.slice(-4)).toEqual(['search/finished', '-b', '-a', 'run/finished']);
});

test('each run has parts of its own', async () => {
  const log: string[] = [];
  const shared = fakeOf().with(logged(log, 'a'));
  await Promise.all([shared.run().result, shared.run().result]);
  expect(log).toEqual(['+a', '+a', '-a', '-a']);
});

test('a part that cannot be set up ends the run before it starts, and the others are released', async () => {
  const log: string[] = [];
  const broken = defineProvider({ token: ENGINE, name: 'v8', create: stuck });
  const run = fakeOf().with(logged(log, 'a'), broken, logged(log, 'b')).run();
  const events = lastValueFrom(run.events$.pipe(toArray()));
  const error = await rejection(run.result);
  expect(error).toMatchObject({ code: 'RESOURCE_FAILED', cause: boom });
  expect(log).toEqual(['+a', '-a']);
  const { code, message } = error;
  expect(await events).toEqual([
    {
      type: 'run/finished',
      reason: 'failed',
      elapsedMs: expect.any(Number),
      roles: expect.any(Array),
      error: { code, message },
    },
  ]);
});

test('a part that cannot be released is reported, the others are released, and the result is kept', async () => {
  const log: string[] = [];
  const run = fakeOf()
    .with(logged(log, 'a'), logged(log, 'b', stuck))
    .run();
  const events = lastValueFrom(run.events$.pipe(toArray()));
  const { diagnostics, trials, reason } = await run.result;
  expect({ reason, trials: trials.length }).toEqual({ reason: 'trials', trials: 3 });
  expect(diagnostics).toMatchObject([{ about: 'release', name: 'b', error: { code: 'RESOURCE_FAILED' } }]);
  expect((await events).slice(-2)).toMatchObject([
    { type: 'release/failed', error: { code: 'RESOURCE_FAILED' } },
    { type: 'run/finished', reason: 'trials' },
  ]);
  expect(log).toEqual(['+a', '+b', '-b', '-a']);
});

test('what the parts say of themselves is asked again at the end', async () => {
  let mode = 'fast';
  const engine = defineProvider({ token: ENGINE, name: 'v8', create: () => ({ describe: () => mode }) as never });
  const run = fakeOf().with(engine).run();
  const details: (string | undefined)[] = [];
  run.subscribe('watch', {
    next: (event) => {
      if (!('roles' in event)) return;
      details.push(event.roles.find(({ role }) => role === ENGINE.name)?.detail);
      mode = 'slow';
    },
  });
  await run.result;
  expect(details).toEqual(['fast', 'slow']);
});

test('the first failure is the one reported: a release that fails after it does not hide it', async () => {
  const data = defineSource<number>({ name: 'readCsv', open: () => throwError(() => new Error('no such file')) });
  const error = await rejection(
    fakeOf({ data })
      .with(logged([], 'a', stuck))
      .run().result,
  );
  expect(error.message).toContain(
    'experiment "fake", readCsv: the data could not be opened, got the error "no such file"',
  );
});

test('the data draws from the child data, and is opened once', async () => {
  const paths: string[] = [];
  const data = defineSource({
    name: 'five',
    open: ({ rng }) => {
      paths.push(rng.path);
      return of(5);
    },
  });
  await fakeOf({ data }).run().result;
  expect(paths).toEqual(['tangentlab:42/data/five']);
});

test('a trainer gets a role that it declared; one that nobody provides ends the run', async () => {
  const engine = defineProvider({ token: ENGINE, name: 'v8', create: () => ({ id: 'v8' }) });
  const asking = fakeOf({ requires: [ENGINE] });
  expect((await asking.with(engine).run().result).best.value).toBe(2);
  const error = await rejection(asking.run().result);
  expect(error.message).toContain('experiment "fake": no provider of the role Engine (the run needs it)');
});

test('a provider whose requirement nobody fills is refused by run() at once', () => {
  const hungry = defineProvider({
    token: token<string>('Gearbox'),
    name: 'manual',
    requires: [ENGINE],
    create: () => '',
  });
  expect(() => fakeOf().with(hungry).run()).toThrow('no provider of the role Engine (needed by manual)');
});

test('a provider of something else than a searcher in its role is CONFIG_INVALID', async () => {
  const odd = defineProvider({ token: SEARCHER, name: 'odd', create: () => ({ name: 'odd' }) as never });
  expect((await rejection(fakeOf().with(odd).run().result)).code).toBe('CONFIG_INVALID');
});

test('what a part throws beside the contracts leaves the run in the form of the house', async () => {
  const check = stuck;
  const create = () => ({ name: 'odd', feedback: true, check, ask: () => null });
  const error = await rejection(
    fakeOf()
      .with(defineProvider({ token: SEARCHER, name: 'odd', create }))
      .run().result,
  );
  expect(error).toMatchObject({ code: 'SEARCH_ABORTED', cause: boom });
  expect(error.message).toBe('experiment "fake": the run could not go on, got the error "boom"; see its cause.');
});

test('an exhausted space ends the run, and its trials count', async () => {
  const two = defineProvider({
    token: SEARCHER,
    name: 'two',
    create: () => ({ name: 'two', feedback: true, ask: ({ slot }) => (slot < 2 ? { width: slot } : null) }),
  });
  const { reason, trials } = await fakeOf().with(two).run().result;
  expect([reason, trials.length]).toEqual(['exhausted', 2]);
});

test('the clock is a role: the elapsed time is its', async () => {
  let now = 100;
  const clock = defineProvider({ token: CLOCK, name: 'fake', create: () => () => (now += 50) });
  expect((await fakeOf().with(clock).run().result).elapsedMs).toBe(50);
});

const failing = (at: RunEvent['type']) => ({
  next: ({ type }: { type: string }) => {
    if (type === at) throw boom;
  },
});

test('a guarded subscriber that throws is reported once, in the events and in the result; the run goes on', async () => {
  const run = fakeOf().run();
  run.subscribe('dashboard', failing('trial/started'));
  const events = lastValueFrom(run.events$.pipe(toArray()));
  const { diagnostics, trials } = await run.result;
  const error = { code: 'RESOURCE_FAILED', message: 'boom' };
  expect(diagnostics).toEqual([{ about: 'subscriber', name: 'dashboard', error }]);
  expect(trials).toHaveLength(3);
  const reports = (await events).filter(({ type }) => type === 'subscriber/failed');
  expect(reports).toEqual([{ type: 'subscriber/failed', name: 'dashboard', error }]);
});

test('one that throws at the very end is in the result alone: run/finished stays the last event', async () => {
  const run = fakeOf().run();
  run.subscribe('report', failing('run/finished'));
  const events = lastValueFrom(run.events$.pipe(toArray()));
  expect((await run.result).diagnostics).toMatchObject([{ about: 'subscriber', name: 'report' }]);
  expect((await events).at(-1)?.type).toBe('run/finished');
});
