import { RunError, type RunEvent, type RunLog } from '@tangentlab/core';
import { LogWriter } from './log-writer.js';

const metric = (trial: number): RunEvent => ({ type: 'trial/metric', trial, step: 1, values: { score: trial } });

/** A log that writes down its batches, and answers as it is told. */
function fakeLog(append: (call: number) => Promise<void> = async () => undefined) {
  const batches: number[][] = [];
  const log: RunLog = {
    id: 'fake',
    append: (events) => {
      batches.push(events.map((event) => (event as { trial: number }).trial));
      return append(batches.length);
    },
    read: async () => [],
    close: async () => undefined,
  };
  return { log, batches };
}

const LIMITS = { batch: 4, waiting: 8, patienceMs: 1000 };
const unexpected = (error: unknown) => {
  throw error;
};

test('what one turn says is one batch, in order, up to its limit; nothing is stored at once', async () => {
  const { log, batches } = fakeLog();
  const writer = new LogWriter(log, unexpected, LIMITS);
  for (let trial = 0; trial < 6; trial++) writer.take(metric(trial));
  expect(batches).toEqual([]);
  await writer.flush();
  expect(batches).toEqual([
    [0, 1, 2, 3],
    [4, 5],
  ]);
  writer.take(metric(6));
  await writer.flush();
  expect(batches.at(-1)).toEqual([6]);
});

test('what is taken while a batch is on its way is stored after it, and flush waits for it', async () => {
  let go = (): void => undefined;
  const first = new Promise<void>((resolve) => {
    go = resolve;
  });
  const { log, batches } = fakeLog((call) => (call === 1 ? first : Promise.resolve()));
  const writer = new LogWriter(log, unexpected, LIMITS);
  writer.take(metric(0));
  await Promise.resolve();
  expect(batches).toEqual([[0]]);
  writer.take(metric(1));
  const flushed = writer.flush();
  go();
  await flushed;
  expect(batches).toEqual([[0], [1]]);
});

test('flushing an idle writer does nothing', async () => {
  const { log, batches } = fakeLog();
  await new LogWriter(log, unexpected, LIMITS).flush();
  expect(batches).toEqual([]);
});

test.each([
  ['rejects', () => Promise.reject(new Error('disk full')), 'disk full'],
  [
    'throws',
    () => {
      throw new Error('disk gone');
    },
    'disk gone',
  ],
  ['answers with nothing', () => undefined as never, 'then'],
])('an append that %s is told once; nothing is written after the gap', async (_, append, message) => {
  const failures: unknown[] = [];
  const { log, batches } = fakeLog((call) => (call === 2 ? append() : Promise.resolve()));
  const writer = new LogWriter(log, (error) => failures.push(error), LIMITS);
  for (let trial = 0; trial < 12; trial++) writer.take(metric(trial));
  await writer.flush();
  writer.take(metric(12));
  await writer.flush();
  expect(batches).toHaveLength(2);
  expect(failures).toEqual([expect.objectContaining({ message: expect.stringContaining(message) })]);
  expect(writer.room()).toBeUndefined();
});

test('a store that never answers is given up after a while', async () => {
  const failures: unknown[] = [];
  const { log } = fakeLog(() => new Promise(() => undefined));
  const writer = new LogWriter(log, (error) => failures.push(error), { ...LIMITS, patienceMs: 20 });
  writer.take(metric(0));
  await writer.flush();
  expect(failures).toEqual([expect.any(RunError)]);
  expect(failures).toMatchObject([{ code: 'RESOURCE_FAILED', message: expect.stringContaining('within 20 ms') }]);
});

test('there is no room from the limit on, and again once half of it is stored', async () => {
  let go = (): void => undefined;
  const second = new Promise<void>((resolve) => {
    go = resolve;
  });
  const { log } = fakeLog((call) => (call === 2 ? second : Promise.resolve()));
  const writer = new LogWriter(log, unexpected, LIMITS);
  for (let trial = 0; trial < 7; trial++) writer.take(metric(trial));
  expect(writer.room()).toBeUndefined();
  writer.take(metric(7));
  const room = writer.room();
  expect(room).toBeDefined();
  await room; // the second half is still on its way
  go();
  await writer.flush();
  expect(writer.room()).toBeUndefined();
});

test('trials that were held back go on when the store fails', async () => {
  const { log } = fakeLog(() => Promise.reject(new Error('disk full')));
  const writer = new LogWriter(log, () => undefined, LIMITS);
  for (let trial = 0; trial < 8; trial++) writer.take(metric(trial));
  await writer.room();
});
