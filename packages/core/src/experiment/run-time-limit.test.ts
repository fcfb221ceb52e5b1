/** The time limit of a run that is taken up again: its seconds go on from those that were used. */
import {
  CLOCK,
  defineProvider,
  defineSource,
  experiment,
  int,
  MemoryStorage,
  maximize,
  memoryStorage,
  type RunEvent,
  SEARCHER,
  timeLimit,
} from '@tangentlab/core';
import { of } from 'rxjs';

const fits: number[] = [];
const inOrder = defineProvider({
  token: SEARCHER,
  name: 'inOrder',
  create: () => ({ name: 'inOrder', feedback: true, ask: ({ slot }) => ({ x: slot }) }),
});

/** Nine trials; each takes 100 ms of a clock of its own. */
function timed(seconds: number) {
  let now = 5000;
  const clock = defineProvider({ token: CLOCK, name: 'fake', create: () => () => now });
  return experiment({
    name: 'stored',
    seed: 1,
    data: defineSource({ name: 'five', open: () => of(5) }),
    space: { x: int(0, 9) },
    model: () => 'model',
    train: ({ params: { x } }) => ({
      name: 'fake',
      requires: [],
      fit: () => {
        now += 100;
        fits.push(x);
        return of({ step: 1, values: { score: x } });
      },
    }),
    objective: maximize('score'),
    search: inOrder,
    trials: 9,
  }).with(clock, timeLimit(seconds));
}

async function summary(run: { readonly result: Promise<{ reason: string; trials: readonly unknown[] }> }) {
  const { reason, trials } = await run.result;
  return [reason, trials.length];
}

/** The log of a run that was cancelled in its third trial, after 300 ms. */
async function cancelled(store = new MemoryStorage()): Promise<readonly RunEvent[]> {
  const run = timed(0.6).with(memoryStorage(store)).run();
  run.subscribe('impatient', (event) => {
    if (event.type === 'trial/metric' && event.trial === 2) run.cancel();
  });
  expect((await run.result).reason).toBe('cancelled');
  return (await store.open('stored')).read();
}

test('the seconds go on from those that earlier sessions took', async () => {
  expect(await summary(timed(0.6).run())).toEqual(['stopped', 6]);
  const store = new MemoryStorage();
  const events = await cancelled(store);
  // trials 0 and 1 are told again, and in 300 ms there is room for three: 2, 3, 4
  expect(await summary(timed(0.6).run({ replay: events }))).toEqual(['stopped', 5]);
  const resumed = (seconds: number) => timed(seconds).with(memoryStorage(store)).run({ resume: 'stored' });
  expect(await summary(resumed(0.6))).toEqual(['stopped', 5]);
  // the third session has none left: it tells what there is, and trains nothing
  fits.length = 0;
  expect(await summary(resumed(0.6))).toEqual(['stopped', 5]);
  expect(fits).toEqual([]);
  expect(await summary(resumed(0.8))).toEqual(['stopped', 7]);
  expect(fits).toEqual([5, 6]);
});

test('those of a session that was killed are not known: it told no end', async () => {
  const events = (await cancelled()).filter(({ type }) => type !== 'run/finished');
  expect(await summary(timed(0.6).run({ replay: events }))).toEqual(['stopped', 8]);
});

test('a run that continues another one has its own', async () => {
  expect(await summary(timed(0.6).run({ continues: await cancelled() }))).toEqual(['stopped', 8]);
});
