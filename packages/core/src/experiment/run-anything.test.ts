/**
 * Whatever the parts of an experiment do - throw, hang, lie, answer nonsense - a run ends with a result or with an error
 * of the house. Parts are drawn at random from a list of bad habits, several at once.
 */
import {
  choice,
  defineAnalyzer,
  defineProvider,
  defineSource,
  type Experiment,
  experiment,
  int,
  isTangentError,
  maximize,
  minimize,
  noImprovement,
  PRUNER,
  resumeTrial,
  SEARCHER,
  startWith,
  stopWhen,
} from '@tangentlab/core';
import fc from 'fast-check';
import { EMPTY, from, NEVER, Observable, of, throwError } from 'rxjs';

const boom = () => {
  throw new TypeError('on purpose');
};
/** What a careless author may hand back. */
const nonsense: readonly unknown[] = [
  undefined,
  null,
  Number.NaN,
  -1,
  1.5,
  '',
  'wait',
  {},
  [],
  { x: 7 },
  { y: 1 },
  boom,
];

const metric = (step: number, score: unknown) => ({ step, values: { score } });
const fits: Readonly<Record<string, (...given: readonly never[]) => unknown>> = {
  well: () => from([metric(1, 1), metric(2, 2)]),
  'asynchronously well': () => from(Promise.resolve(metric(1, 3))),
  'throws at once': boom,
  'throws undefined': () => throwError(() => undefined),
  'without a step': () => EMPTY,
  'NaN objective': () => of(metric(1, Number.NaN)),
  'infinite objective': () => of(metric(1, Number.POSITIVE_INFINITY)),
  'no objective': () => of({ step: 1, values: {} }),
  'text for a number': () => of(metric(1, 'one')),
  'steps that go back': () => from([metric(3, 1), metric(1, 2)]),
  'nonsense for metrics': () => from(nonsense as never[]),
  'no Observable': () => 5,
  'a teardown that throws': () =>
    new Observable((out) => {
      out.next(metric(1, 1));
      out.complete();
      return boom;
    }),
};
const asks: Readonly<Record<string, (slot: number) => unknown>> = {
  points: (slot) => ({ x: slot % 3 }),
  'a point, then nothing': (slot) => (slot === 0 ? { x: 0 } : null),
  throws: boom,
  'waits for ever': () => 'wait',
  'budgets never resumed': () => startWith({ x: 1 }, 1),
  'resumes what is not there': () => resumeTrial(99),
  'budgets of nonsense': () => startWith({ x: 1 }, Number.NaN),
  'out of bounds': () => ({ x: 99 }),
  'of another space': () => ({ y: 1 }),
};
const opens: Readonly<Record<string, () => Observable<number>>> = {
  one: () => of(1),
  none: () => EMPTY,
  two: () => of(1, 2),
  error: () => throwError(() => new Error('no data')),
  throws: boom,
};
const picked = <T>(some: Readonly<Record<string, T>>) =>
  fc.constantFrom(...Object.keys(some)).map((name) => some[name]!);
const count = fc.integer({ min: 1, max: 9 });

const configuration = fc.record({
  fits: fc.array(picked(fits), { minLength: 1, maxLength: 3 }),
  ask: fc.oneof(
    { weight: 2, arbitrary: fc.constant(asks['points']!) },
    picked(asks),
    fc.constantFrom(...nonsense).map((answer) => () => answer),
  ),
  open: fc.oneof({ weight: 6, arbitrary: fc.constant(opens['one']!) }, picked(opens)),
  feedback: fc.boolean(),
  several: fc.boolean(),
  trials: count,
  concurrency: count,
  lag: fc.option(count, { nil: undefined }),
  retries: fc.nat(2),
  maxFailures: fc.option(fc.nat(3), { nil: undefined }),
  order: fc.constantFrom('reproducible' as const, 'eager' as const),
  enqueue: fc.array(fc.record({ x: fc.integer({ min: -1, max: 3 }) }), { maxLength: 2 }),
  model: fc.oneof({ weight: 3, arbitrary: fc.constant(() => 'model') }, fc.constant(boom)),
  prune: fc.option(
    fc.constantFrom(
      boom,
      () => true,
      () => undefined,
      ...nonsense.map((value) => () => value),
    ),
  ),
  measure: fc.option(fc.constantFrom(boom, () => ({ rank: 1 }), ...nonsense.map((value) => () => value))),
  stop: fc.option(fc.constantFrom(boom, () => false, ...nonsense.map((value) => () => value))),
  listen: fc.constantFrom('not', 'throws', 'cancels', 'listens again'),
});

type Configuration = typeof configuration extends fc.Arbitrary<infer T> ? T : never;

function described(c: Configuration) {
  let n = 0;
  const parts = [
    ...(c.prune === null
      ? []
      : [
          defineProvider({
            token: PRUNER,
            name: 'odd',
            create: () => ({ name: 'odd', feedback: true, prune: c.prune as never }),
          }),
        ]),
    ...(c.measure === null
      ? []
      : [
          defineAnalyzer({
            name: 'odd',
            measures: ['rank'],
            every: 'epoch',
            create: () => ({ measure: c.measure as never }),
          }),
        ]),
    ...(c.stop === null ? [] : [stopWhen('odd', c.stop as never)]),
    noImprovement(4),
  ];
  return experiment({
    name: 'odd',
    seed: 1,
    data: defineSource({ name: 'odd', open: c.open }),
    space: { x: int(0, 2), act: choice('relu') },
    model: c.model,
    train: () => ({ name: 'odd', requires: [], fit: c.fits[n++ % c.fits.length] as never }),
    objective: (c.several ? [maximize('score'), minimize('score')] : maximize('score')) as never,
    search: defineProvider({
      token: SEARCHER,
      name: 'odd',
      create: () => ({
        name: 'odd',
        feedback: c.feedback,
        ask: ({ slot }: { readonly slot: number }) => {
          const answer = c.ask(slot) as never;
          return isPoint(answer) ? ({ ...(answer as object), act: 'relu' } as never) : answer;
        },
      }),
    }),
    trials: c.trials,
    concurrency: c.concurrency,
    retries: c.retries,
    order: c.order,
    enqueue: c.enqueue.map((point) => ({ ...point, act: 'relu' as const })),
    ...(c.lag === undefined ? {} : { lag: c.lag }),
    ...(c.maxFailures === undefined ? {} : { maxFailures: c.maxFailures }),
  }).with(...parts) as Experiment<unknown, unknown, unknown, string, string, unknown>;
}

const isPoint = (answer: unknown) =>
  typeof answer === 'object' && answer !== null && Object.getOwnPropertySymbols(answer).length === 0;

async function outcomeOf(c: Configuration): Promise<unknown> {
  const run = described(c).run();
  let heard = 0;
  run.subscribe('odd', () => {
    if (heard++ > 30 || c.listen === 'not') return;
    if (c.listen === 'throws') boom();
    if (c.listen === 'cancels') run.cancel();
    else run.subscribe(`again ${heard}`, () => undefined);
  });
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error('the run hangs')), 30_000).unref(); // each release that hangs takes a second
  });
  return Promise.race([run.result, late]);
}

test('any mixture of bad habits ends in a result, or in an error with a code', async () => {
  const endings = new Set<string>();
  await fc.assert(
    fc.asyncProperty(configuration, async (c) => {
      const ending = await (async () => outcomeOf(c))().then(
        (result) => (result as { readonly reason: string }).reason,
        (error: unknown) => {
          if (isTangentError(error)) return error.code;
          throw error;
        },
      );
      endings.add(ending);
    }),
    { numRuns: 400 },
  );
  // the mixture is one: runs that succeed, and runs that fail in several ways
  expect(endings.size).toBeGreaterThan(4);
}, 120_000);

test('a trial that never says anything is ended by cancel()', async () => {
  const c = { ...fc.sample(configuration, { numRuns: 1, seed: 1 })[0]!, ask: asks['points']!, open: opens['one']! };
  const silent = {
    ...c,
    fits: [() => NEVER],
    prune: null,
    measure: null,
    stop: null,
    model: () => 'model',
    enqueue: [],
    listen: 'not',
  };
  const run = described(silent as never).run();
  setTimeout(() => run.cancel(), 20);
  await expect(run.result).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
});
