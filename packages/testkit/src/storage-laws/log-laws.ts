/**
 * The laws of logs: names, order, whole batches, one writer.
 */
import type { RunEvent, RunLog } from '@tangentlab/core';
import { expectSameBits } from '../same-bits.js';
import {
  appendAll,
  expectRefused,
  metricOf,
  metricsOf,
  readLog,
  type StorageCheck,
  type StorageSubject,
} from './storage-subject.js';

/** Names that a file system, a URL or a query might trip over. */
const NAMES = [
  'plain',
  'two words',
  'a/b',
  '../up',
  '.',
  '__proto__',
  'constructor',
  "it's",
  '%2e',
  'name#2',
  'größe 数 🎲',
];

export const LOG_CHECKS: readonly StorageCheck[] = [
  { name: 'any text is a name; one that is taken becomes name#2, name#3, ...', check: uniqueNames },
  { name: 'lists the ids of all logs, the oldest first', check: listsInOrder },
  { name: 'read gives what was appended, in order, to every handle', check: keepsOrder },
  { name: 'an append takes its values at the call', check: takesValues },
  { name: 'a batch that cannot be stored leaves nothing of it', check: refusesWhole },
  { name: 'logs that are written at the same time do not mix', check: keepsApart },
  { name: 'of two that write one log, the second is told', check: oneWriter },
  { name: 'an unknown id is refused with the known ones, an empty name at all', check: refusesUnknown },
  { name: 'closing twice is harmless; a closed log takes and gives nothing', check: closes },
];

async function uniqueNames(subject: StorageSubject): Promise<void> {
  const storage = await subject.open();
  const ids: string[] = [];
  for (const name of NAMES) {
    const log = await storage.create(name);
    ids.push(log.id);
    await log.append([metricOf(ids.length)]);
    await log.close();
  }
  expectSameBits('the ids of new names', ids, NAMES);
  const again = [await storage.create('plain'), await storage.create('plain'), await storage.create('name')];
  expectSameBits(
    'the ids of names that are taken',
    again.map(({ id }) => id),
    ['plain#2', 'plain#3', 'name'],
  );
  const twins = await Promise.all([1, 2, 3].map(() => storage.create('name')));
  const both = twins.map(({ id }) => id).sort();
  expectSameBits('the ids of three created at once', both, ['name#3', 'name#4', 'name#5']);
  for (const log of [...again, ...twins]) await log.close();
  for (const [i, id] of ids.entries()) expectSameBits(`log ${id}`, await readLog(storage, id), [metricOf(i + 1)]);
}

async function listsInOrder(subject: StorageSubject): Promise<void> {
  const storage = await subject.open();
  expectSameBits('the ids of an empty store', await storage.list(), []);
  for (const name of ['z', 'a', 'm', 'a']) await (await storage.create(name)).close();
  expectSameBits('the ids', await storage.list(), ['z', 'a', 'm', 'a#2']);
}

async function keepsOrder(subject: StorageSubject): Promise<void> {
  const storage = await subject.open();
  const log = await storage.create('run');
  expectSameBits('a new log', await log.read(), []);
  const sizes = [1, 0, 3, 2000, 1, 7];
  const batches = sizes.map((size, trial) => metricsOf(size, trial));
  await appendAll(log, batches);
  expectSameBits('the log', await log.read(), batches.flat());
  expectSameBits('the log by another handle', await readLog(storage, 'run'), batches.flat());
  // not awaited one by one: the order is that of the calls
  const calls = Array.from({ length: 20 }, (_, i) => log.append([metricOf(9, i + 1)]));
  await Promise.all(calls);
  expectSameBits('the log after calls at once', await log.read(), [...batches.flat(), ...metricsOf(20, 9)]);
  await log.close();
}

async function takesValues(subject: StorageSubject): Promise<void> {
  const log = await (await subject.open()).create('run');
  const params: Record<string, number> = { x: 1 };
  const batch: RunEvent[] = [{ type: 'trial/started', slot: 0, trial: 0, params }, metricOf(0)];
  const want = structuredClone(batch);
  const appended = log.append(batch);
  params['x'] = 2;
  batch.length = 0;
  await appended;
  expectSameBits('the log', await log.read(), want);
  await log.close();
}

async function refusesWhole(subject: StorageSubject): Promise<void> {
  const log = await (await subject.open()).create('run');
  await log.append([metricOf(0)]);
  for (const value of [() => 1, 1n, Symbol('s')]) {
    const odd = { ...metricOf(2), values: { score: value } } as unknown as RunEvent;
    await expectRefused('an event that is no plain data', ['CONFIG_INVALID'], () =>
      log.append([metricOf(1), odd, metricOf(3)]),
    );
  }
  await log.append([metricOf(4)]);
  expectSameBits('the log', await log.read(), [metricOf(0), metricOf(4)]);
  await log.close();
}

async function keepsApart(subject: StorageSubject): Promise<void> {
  const storage = await subject.open();
  const logs = await Promise.all(['a', 'b', 'a'].map((name) => storage.create(name)));
  const write = async (log: RunLog, trial: number) => {
    for (let step = 1; step <= 30; step++) await log.append([metricOf(trial, 2 * step), metricOf(trial, 2 * step + 1)]);
  };
  await Promise.all(logs.map(write));
  for (const [trial, log] of logs.entries()) {
    const want = Array.from({ length: 60 }, (_, i) => metricOf(trial, i + 2));
    expectSameBits(`log ${log.id}`, await log.read(), want);
    await log.close();
  }
}

async function oneWriter(subject: StorageSubject): Promise<void> {
  const storage = await subject.open();
  const first = await storage.create('run');
  await first.append([metricOf(0)]);
  const second = await storage.open('run');
  await second.append([metricOf(1)]);
  await expectRefused('an append behind the back of another', ['RESOURCE_FAILED'], () => first.append([metricOf(2)]));
  expectSameBits('the log', await first.read(), [metricOf(0), metricOf(1)]);
  // what it has read it may go on from
  await first.append([metricOf(3)]);
  await expectRefused('an append after that', ['RESOURCE_FAILED'], () => second.append([metricOf(4)]));
  expectSameBits('the log', await second.read(), [metricOf(0), metricOf(1), metricOf(3)]);
  await first.close();
  await second.close();
}

async function refusesUnknown(subject: StorageSubject): Promise<void> {
  const storage = await subject.open();
  for (const name of ['first', 'second']) await (await storage.create(name)).close();
  for (const id of ['third', 'First', '', '__proto__']) {
    const message = await expectRefused(`the id "${id}"`, ['CONFIG_INVALID'], () => storage.open(id));
    if (!message.includes('first') || !message.includes('second'))
      throw new Error(`the known ids are not named: ${message}`);
  }
  await expectRefused('an empty name', ['CONFIG_INVALID'], () => storage.create(''));
  expectSameBits('the ids', await storage.list(), ['first', 'second']);
}

async function closes(subject: StorageSubject): Promise<void> {
  const storage = await subject.open();
  const log = await storage.create('run');
  await log.append([metricOf(0)]);
  await log.close();
  await log.close();
  await expectRefused('an append to a closed log', ['RESOURCE_FAILED'], () => log.append([metricOf(1)]));
  await expectRefused('reading a closed log', ['RESOURCE_FAILED'], () => log.read());
  const again = await storage.open('run');
  await again.append([metricOf(2)]);
  expectSameBits('the log, opened again', await again.read(), [metricOf(0), metricOf(2)]);
  await again.close();
}
