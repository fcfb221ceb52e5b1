/** A run never waits for ever: not for data, not for parts, not for trials that were cancelled. */
import {
  choice,
  defineProvider,
  defineSource,
  experiment,
  maximize,
  SEARCHER,
  type Source,
  type Trainer,
  token,
} from '@tangentlab/core';
import { lastValueFrom, NEVER, Observable, of, timer, toArray } from 'rxjs';
import { rejection } from '../../../../test/thrown.js';

const ENGINE = token<string>('Engine');
const search = defineProvider({
  token: SEARCHER,
  name: 'fake',
  create: () => ({ name: 'fake', feedback: false, ask: () => ({ width: 1 }) }),
});
const trainerOf = (fit: Trainer<string, number, 'score'>['fit']): Trainer<string, number, 'score'> => ({
  name: 'fake',
  requires: [],
  fit,
});
const quick = trainerOf(() => of({ step: 1, values: { score: 1 } }));
const five = defineSource({ name: 'five', open: () => of(5) });

const fakeOf = (data: Source<number> = five, trainer = quick) =>
  experiment({
    name: 'fake',
    seed: 1,
    data,
    space: { width: choice(1, 2) },
    model: () => 'model',
    train: () => trainer,
    objective: maximize('score'),
    search,
    trials: 2,
  });

/** Something to wait for: `comes` says that it is there. */
function moment(): { readonly came: Promise<void>; comes(): void } {
  let comes = (): void => undefined;
  const came = new Promise<void>((resolve) => {
    comes = resolve;
  });
  return { came, comes: () => comes() };
}

test('cancelling while the data is being opened ends the run at once', async () => {
  const { came, comes } = moment();
  const open = () => {
    comes();
    return NEVER;
  };
  const run = fakeOf(defineSource<number>({ name: 'never', open })).run();
  await came;
  run.cancel('enough');
  expect((await rejection(run.result)).code).toBe('RUN_CANCELLED');
});

test('cancelling while a part is being set up ends the run, and says that the part did not let go', async () => {
  const { came, comes } = moment();
  const create = () => {
    comes();
    return new Promise<string>(() => undefined);
  };
  const run = fakeOf()
    .with(defineProvider({ token: ENGINE, name: 'v8', create }))
    .run();
  const events = lastValueFrom(run.events$.pipe(toArray()));
  await came;
  run.cancel();
  expect((await rejection(run.result)).code).toBe('RUN_CANCELLED');
  expect((await events).map(({ type }) => type)).toEqual(['release/failed', 'run/finished']);
});

test('data is not even opened when the signal is aborted already', async () => {
  const opened: number[] = [];
  const data = defineSource({ name: 'five', open: () => of(opened.push(5)) });
  const run = fakeOf(data).run({ signal: AbortSignal.abort('before') });
  expect((await rejection(run.result)).code).toBe('RUN_CANCELLED');
  expect(opened).toEqual([]);
});

test('a release that hangs costs a second, not the result', async () => {
  const release = () => new Promise<void>(() => undefined);
  const engine = defineProvider({ token: ENGINE, name: 'v8', create: () => 'v8', release });
  const { diagnostics, trials } = await fakeOf().with(engine).run().result;
  expect(trials).toHaveLength(2);
  expect(diagnostics).toMatchObject([{ about: 'release', error: { code: 'RESOURCE_FAILED' } }]);
});

test('parts are not released before a cancelled trial has let go of them', async () => {
  const log: string[] = [];
  const { came, comes } = moment();
  const engine = defineProvider({
    token: ENGINE,
    name: 'v8',
    create: () => 'v8',
    release: () => void log.push('released'),
  });
  const slow = trainerOf(
    (_model, _data, context) =>
      new Observable(() => {
        log.push('begins');
        context.keepAlive(lastValueFrom(timer(60)).then(() => log.push('ends')));
        comes();
      }),
  );
  const run = fakeOf(five, slow).with(engine).run();
  await came;
  run.cancel();
  await rejection(run.result);
  expect(log).toEqual(['begins', 'ends', 'released']);
});

test.each([
  ['null', null],
  ['a bare signal', new AbortController().signal],
  ['a typo', { sgnal: 1 }],
  ['a signal that is none', { signal: 5 }],
  ['a replay that is none', { replay: 'log' }],
])('run(%s) is refused at once', (_, options) => {
  expect(() => fakeOf().run(options as never)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});

test('a guarded subscriber may be a function', async () => {
  const run = fakeOf().run();
  const types: string[] = [];
  run.subscribe('log', ({ type }) => types.push(type));
  await run.result;
  expect(types[0]).toBe('run/started');
  expect(types.at(-1)).toBe('run/finished');
});
