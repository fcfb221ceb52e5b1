import {
  choice,
  defaultLag,
  defineProvider,
  defineSource,
  EXECUTOR,
  experiment,
  type Metric,
  maximize,
  nextTurn,
  type Overrides,
  SEARCHER,
  type Trainer,
} from '@tangentlab/core';
import { firstValueFrom, from, lastValueFrom, of, toArray } from 'rxjs';

const described = experiment({
  name: 'cores',
  seed: 1,
  data: defineSource({ name: 'one', open: () => of(1) }),
  space: { x: choice(1, 2) },
  model: () => 1,
  train: (): Trainer<number, number, 'score'> => ({
    name: 'one',
    requires: [],
    fit: (_model, _data, { rng }) => from(nextTurn().then(() => ({ step: 1, values: { score: rng.uniform() } }))),
  }),
  objective: maximize('score'),
  search: defineProvider({
    token: SEARCHER,
    name: 'sample',
    create: () => ({ name: 'sample', feedback: true, ask: ({ space, rng }) => space.sample(rng) }),
  }),
  trials: 6,
  concurrency: 'cores',
});

/** In this thread, but for what it says of itself; notes how many trials ran at once. */
const counting = (capacity: number, atOnce: number[]) => {
  let running = 0;
  return defineProvider({
    token: EXECUTOR,
    name: 'counting',
    create: () => ({
      name: 'counting',
      capacity,
      run: (task) => {
        atOnce.push(++running);
        return from(lastValueFrom<Metric>(task.local()).finally(() => running--));
      },
    }),
  });
};

async function headerOf(capacity: number, overrides: Overrides = {}, atOnce: number[] = []) {
  const run = described.with(counting(capacity, atOnce)).override(overrides).run();
  const header = await firstValueFrom(run.events$);
  await run.result;
  return header.type === 'run/started' ? [header.concurrency, header.lag] : [];
}

test("'cores' is the capacity of the executor, and 1 where trials share one thread; the lag does not depend on it", async () => {
  const atOnce: number[] = [];
  expect(await headerOf(3, {}, atOnce)).toEqual([3, 16]);
  expect(Math.max(...atOnce)).toBe(3);
  expect(await headerOf(Number.POSITIVE_INFINITY)).toEqual([1, 16]);
  expect(await headerOf(3, { lag: 2 })).toEqual([3, 2]);
});

test('a number goes over it, with the lag of a number', async () => {
  expect(await headerOf(3, { concurrency: 2 })).toEqual([2, 4]);
  expect(described.override({ concurrency: 2 }).override({ concurrency: 'cores' }).plan.lag).toBe(16);
  expect([1, 2, 'cores' as const].map(defaultLag)).toEqual([1, 4, 16]);
});

test('the same bits on any number of cores', async () => {
  const metricsOf = async (capacity: number) => {
    const { metrics$ } = described.with(counting(capacity, [])).run();
    return (await lastValueFrom(metrics$.pipe(toArray()))).sort((a, b) => a.trial - b.trial);
  };
  const one = await metricsOf(1);
  expect(one).toHaveLength(6);
  expect(await metricsOf(4)).toEqual(one);
});

test('no other word is understood', () => {
  expect(() => described.override({ concurrency: 'threads' as never })).toThrow(
    /"concurrency" must be an integer of at least 1, or 'cores', got "threads"/,
  );
});
