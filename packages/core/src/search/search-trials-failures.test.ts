import {
  ConfigError,
  choice,
  type Metric,
  maximize,
  minimize,
  Rng,
  RunError,
  type Searcher,
  type SearchOptions,
  searchTrials,
  type TrialEvent,
  type TrialFinished,
  WiringError,
} from '@tangentlab/core';
import { EMPTY, lastValueFrom, NEVER, of, throwError, toArray } from 'rxjs';
import { rejection } from '../../../../test/thrown.js';

const space = { width: choice(8, 16) };
type Options = SearchOptions<typeof space>;
const searcher: Searcher = { name: 'fake', feedback: true, ask: ({ space, rng }) => space.sample(rng) };
const options: Options = { space, searcher, objectives: [maximize('score')], trials: 3, rng: Rng.root(1) };
const metric = (score: number, step = 1): Metric => ({ step, values: { score } });

function allOf(changes: Partial<Options>, project: (n: number) => unknown): Promise<TrialEvent[]> {
  const search = searchTrials({ ...options, ...changes }, ({ number }) => project(number) as Metric[]);
  return lastValueFrom(search.pipe(toArray())) as Promise<TrialEvent[]>;
}

async function endsOf(changes: Partial<Options>, project: (n: number) => unknown): Promise<TrialFinished[]> {
  const events = await allOf(changes, project);
  expect(events.at(-1)).toEqual({ type: 'search/finished', reason: 'trials' });
  return events.filter((event) => event.type === 'trial/finished');
}

const boom = new Error('boom');

test.each<[string, (n: number) => unknown, object]>([
  [
    'throws',
    () => {
      throw boom;
    },
    { code: 'TRIAL_FAILED', message: 'boom' },
  ],
  ['throws while it is subscribed to', () => throwError(() => boom), { code: 'TRIAL_FAILED', message: 'boom' }],
  ['rejects', () => Promise.reject(boom), { code: 'TRIAL_FAILED', message: 'boom' }],
  [
    'errors with undefined',
    () => throwError(() => undefined),
    { code: 'TRIAL_FAILED', message: 'undefined was thrown' },
  ],
  ['errors with 0', () => throwError(() => 0), { code: 'TRIAL_FAILED', message: '0' }],
  ['returns nothing', () => undefined, { code: 'TRIAL_FAILED', message: expect.stringContaining('undefined') }],
  [
    'emits a NaN objective',
    () => [metric(Number.NaN)],
    { code: 'NUMERIC_NOT_FINITE', message: expect.stringContaining('trial 1: "score" must be finite, got NaN; ') },
  ],
  [
    'emits an infinite objective',
    () => [metric(Number.POSITIVE_INFINITY)],
    { code: 'NUMERIC_NOT_FINITE', message: expect.stringContaining('got Infinity') },
  ],
  [
    'never emits',
    () => EMPTY,
    {
      code: 'TRIAL_FAILED',
      message: 'trial 1: at least one step must be emitted, got none; check the number of epochs.',
    },
  ],
  [
    'emits something else than a metric',
    () => of(0.5),
    { code: 'TRIAL_FAILED', message: expect.stringContaining('trial 1: a trial must emit metrics of the form { step') },
  ],
  ['emits null', () => of(null), { code: 'TRIAL_FAILED', message: expect.stringContaining('got null') }],
  ['emits a step without values', () => of({ step: 1 }), { code: 'TRIAL_FAILED' }],
])('a trial that %s has failed, and the search goes on', async (_, project, error) => {
  const ends = await endsOf({}, (n) => (n === 1 ? project(n) : [metric(n)]));
  expect(ends.map(({ state }) => state)).toEqual(['complete', 'failed', 'complete']);
  expect(ends[1]).toMatchObject({ values: null, error });
  expect(structuredClone(ends)).toEqual(ends);
});

test('a trial that emits nonsense is unsubscribed, and its signal is aborted', async () => {
  const signals: AbortSignal[] = [];
  const emitted: number[] = [];
  const search = searchTrials({ ...options, trials: 1 }, function* ({ signal }) {
    signals.push(signal);
    for (let i = 0; ; i++) {
      emitted.push(i);
      yield (i < 2 ? metric(i, i + 1) : 'nonsense') as Metric;
    }
  });
  const events = await lastValueFrom(search.pipe(toArray()));
  expect(emitted).toEqual([0, 1, 2]);
  expect(signals[0]!.aborted).toBe(true);
  expect(events.filter((event) => event.type === 'trial/metric')).toHaveLength(2);
});

test('the steps before a failure stay in its curve, and are counted', async () => {
  const curves: unknown[] = [];
  const looking: Searcher = {
    ...searcher,
    ask: ({ view, space, rng }) => {
      if (view.told > 0) curves.push(view.outcome(view.told - 1));
      return space.sample(rng);
    },
  };
  const ends = await endsOf({ searcher: looking, trials: 2 }, function* () {
    yield metric(1, 1);
    yield metric(2, 2);
    throw boom;
  });
  expect(ends[0]).toMatchObject({ state: 'failed', steps: 2 });
  const error = { code: 'TRIAL_FAILED', message: 'boom' };
  expect(curves).toEqual([{ state: 'failed', error, curve: [metric(1, 1), metric(2, 2)] }]);
});

test("the last step counts, or the best one; NaN never is the best, but nothing besides it isn't finite", async () => {
  const curve = [Number.NaN, 0.5, Number.NaN, 0.9, 0.7].map(metric);
  const at = 'best';
  const [end] = await endsOf(
    { objectives: [maximize('score'), maximize('score', { at }), minimize('score', { at })], trials: 1 },
    () => curve,
  );
  expect(end!.values).toEqual([0.7, 0.9, 0.5]);
  const [last] = await endsOf({ trials: 1 }, () => [metric(1), metric(Number.NaN)]);
  expect(last!.error?.code).toBe('NUMERIC_NOT_FINITE');
  const [none] = await endsOf({ objectives: [maximize('score', { at })], trials: 1 }, () => [metric(Number.NaN)]);
  expect(none!.error?.code).toBe('NUMERIC_NOT_FINITE');
});

test.each([
  ['at the last step', maximize('socre'), `among the values of a trial's last step (its last one has score)`],
  [
    'at any step',
    maximize('socre', { at: 'best' }),
    'among the values of some step of a trial (its last one has score)',
  ],
  ['with an inherited name', maximize('constructor'), '"constructor" must be among'],
])('an objective that no trial can have %s ends the search', async (_, objective, text) => {
  const error = await rejection(allOf({ objectives: [objective] }, () => [metric(1)]));
  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.message).toContain(text);
});

test('errors that every trial would meet end the search, and abort what runs beside', async () => {
  const signals: AbortSignal[] = [];
  const complaint = { where: 'w', expected: 'e', todo: 't' };
  for (const fatal of [new WiringError('WIRING_MISSING', complaint), new RunError('BACKEND_UNAVAILABLE', complaint)]) {
    const search = searchTrials({ ...options, concurrency: 2 }, ({ number, signal }) => {
      signals.push(signal);
      return number === 0 ? NEVER : throwError(() => fatal);
    });
    expect(await rejection(lastValueFrom(search))).toBe(fatal);
  }
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false, true, false]);
});

test('a record that is wrong shows in the first trial and ends the search; later it only fails the trial', async () => {
  const wrong = new ConfigError('CONFIG_INVALID', { where: 'w', expected: 'e', todo: 't' });
  const failingIn = (trial: number) =>
    lastValueFrom(
      searchTrials(options, ({ number }) => (number === trial ? throwError(() => wrong) : of(metric(1)))).pipe(
        toArray(),
      ),
    );
  expect(await rejection(failingIn(0))).toBe(wrong);
  const states = (await failingIn(1)).flatMap((event) => (event.type === 'trial/finished' ? [event.state] : []));
  expect(states.slice(0, 3)).toEqual(['complete', 'failed', 'complete']);
});

const asking = (ask: Searcher['ask']): Partial<Options> => ({ searcher: { ...searcher, ask } });
const throwing = () => {
  throw boom;
};

test('a searcher that throws ends the search as SEARCH_ABORTED, with its cause', async () => {
  const error = await rejection(
    allOf(
      asking((r) => (r.slot === 1 ? throwing() : searcher.ask(r))),
      () => [metric(1)],
    ),
  );
  expect(error).toMatchObject({ code: 'SEARCH_ABORTED', cause: boom });
  expect(error.message).toBe(
    'searcher "fake", slot 1: a searcher must answer with a point or null, got the error "boom"; see its cause.',
  );
});

test.each([
  ['outside the space', { width: 9 }, '"width" must be 8 | 16, got 9'],
  [
    'with a parameter too many',
    { width: 8, depth: 1 },
    'only the parameters of the space are allowed (width), got "depth"',
  ],
  ['that is no record', undefined, 'a point of the space is needed, got undefined'],
])('a point %s ends the search as SPACE_INVALID, naming searcher and slot', async (_, point, text) => {
  const error = await rejection(
    allOf(
      asking(() => point as never),
      () => [metric(1)],
    ),
  );
  expect(error.code).toBe('SPACE_INVALID');
  expect(error.message).toContain(`searcher "fake", slot 0: ${text}; `);
});

test('null ends the search as exhausted, once the running trials have ended', async () => {
  const points = [{ width: 8 as const }, { width: 16 as const }];
  const events = await allOf({ ...asking(({ slot }) => points[slot] ?? null), concurrency: 2, trials: 9 }, async (n) =>
    metric(n),
  );
  expect(events.filter((event) => event.type === 'trial/finished')).toHaveLength(2);
  expect(events.at(-1)).toEqual({ type: 'search/finished', reason: 'exhausted' });
  expect(
    await allOf(
      asking(() => null),
      () => [],
    ),
  ).toEqual([{ type: 'search/finished', reason: 'exhausted' }]);
});

test('a searcher may refuse the space before slot 0', () => {
  const check = () => {
    throw new ConfigError('CONFIG_INVALID', { where: 'grid', expected: 'a finite space', todo: 'use choice' });
  };
  expect(() => searchTrials({ ...options, searcher: { ...searcher, check } }, () => [])).toThrow(
    'grid: a finite space',
  );
});

test.each<[string, object | null, unknown]>([
  ['no options', null, () => []],
  ['no project', options, undefined],
  ['trials 0', { ...options, trials: 0 }, () => []],
  ['trials 1.5', { ...options, trials: 1.5 }, () => []],
  ['trials as text', { ...options, trials: '3' }, () => []],
  ['concurrency 0', { ...options, concurrency: 0 }, () => []],
  ['concurrency NaN', { ...options, concurrency: Number.NaN }, () => []],
  ['lag 0', { ...options, lag: 0 }, () => []],
  ['no objectives', { ...options, objectives: [] }, () => []],
  ['an objective without its list', { ...options, objectives: maximize('score') }, () => []],
  ['a metric instead of an objective', { ...options, objectives: ['score'] }, () => []],
  ['no searcher', { ...options, searcher: undefined }, () => []],
  ['a provider as searcher', { ...options, searcher: { name: 'random', create: () => searcher } }, () => []],
  ['a seed as rng', { ...options, rng: 42 }, () => []],
])('%s is CONFIG_INVALID at once', (_, given, project) => {
  expect(() => searchTrials(given as never, project as never)).toThrow(ConfigError);
});

test('no space is SPACE_INVALID at once', () => {
  expect(() => searchTrials({ ...options, space: undefined as never }, () => [])).toThrow('space: a record of distr');
});
