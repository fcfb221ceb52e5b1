/**
 * The laws of survival: every bit of every value, and everything that was acknowledged, after a kill as well.
 */
import { type RunEvent, recordOf } from '@tangentlab/core';
import * as fc from 'fast-check';
import { expectSameBits } from '../same-bits.js';
import { metricOf, metricsOf, readLog, type StorageCheck, type StorageSubject } from './storage-subject.js';

export const SURVIVAL_CHECKS: readonly StorageCheck[] = [
  { name: 'values survive bit for bit: NaN, infinities, -0, any text, any name', check: keepsBits },
  { name: 'after a kill everything acknowledged is there, and the log goes on', check: survivesKill },
  { name: 'a kill during an append leaves its batch whole, or not at all', check: wholeOrNotAtAll },
];

const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'toJSON',
  '$',
  '$$',
  '',
  '0',
  'a.b',
  "'",
  '"',
  '\\',
  '\u2028',
  '🎲',
];
const NUMBERS = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 5e-324, 0.1, 2 ** 53, 1e308];
const TEXTS = ['', 'line\nbreak', 'tab\t', 'quote "\'', 'null\u0000', '\u2028', 'größe 数 🎲', 'NaN', '{"$":"NaN"}'];

const names = fc.oneof(fc.constantFrom(...NAMES), fc.string({ unit: 'grapheme' }));
const numbers = fc.oneof(fc.constantFrom(...NUMBERS), fc.double());
const texts = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ unit: 'grapheme' }));
const recordsOf = <T>(values: fc.Arbitrary<T>) => fc.array(fc.tuple(names, values)).map((entries) => recordOf(entries));
const scalars = fc.oneof(numbers, texts, fc.boolean(), fc.constant(null));
const params = recordsOf(fc.oneof(scalars, fc.array(scalars), recordsOf(scalars)));
const counts = fc.nat({ max: 1000 });
const error = fc.record({ code: fc.constant('TRIAL_FAILED'), message: texts });
const events = fc.oneof(
  fc.record({ type: fc.constant('trial/started'), slot: counts, trial: counts, params }),
  fc.record({ type: fc.constant('trial/metric'), trial: counts, step: counts, values: recordsOf(numbers) }),
  fc.record({ type: fc.constant('trial/retried'), slot: counts, trial: counts, error }),
  fc.record({
    type: fc.constant('trial/paused'),
    slot: counts,
    trial: counts,
    params,
    values: fc.oneof(fc.constant(null), fc.array(numbers)),
    steps: counts,
  }),
) as fc.Arbitrary<RunEvent>;

async function keepsBits(subject: StorageSubject): Promise<void> {
  const storage = await subject.open();
  const log = await storage.create('run');
  const values = recordOf(
    [...NAMES, ...NUMBERS.map(String)].map((name, i) => [name, NUMBERS[i % NUMBERS.length]!] as const),
  );
  const drawn = fc.sample(fc.array(events, { maxLength: 20 }), { seed: 42, numRuns: 30 });
  const batches = [[{ ...metricOf(0), values } as RunEvent], ...drawn];
  for (const batch of batches) await log.append(batch);
  expectSameBits('the log', await log.read(), batches.flat());
  await log.close();
  expectSameBits('the log after a kill', await readLog(await subject.reopen(), 'run'), batches.flat());
}

async function survivesKill(subject: StorageSubject): Promise<void> {
  const before = await subject.open();
  const log = await before.create('run');
  await (await before.create('other')).append([metricOf(7)]);
  await log.append(metricsOf(3));
  await log.append(metricsOf(600, 1));
  // nothing is closed: a kill does not ask
  const storage = await subject.reopen();
  expectSameBits('the ids', await storage.list(), ['run', 'other']);
  const want = [...metricsOf(3), ...metricsOf(600, 1)];
  const again = await storage.open('run');
  expectSameBits('the log', await again.read(), want);
  await again.append([metricOf(2)]);
  await again.close();
  const third = await subject.reopen();
  expectSameBits('the log after a second kill', await readLog(third, 'run'), [...want, metricOf(2)]);
  expectSameBits('the other log', await readLog(third, 'other'), [metricOf(7)]);
  const next = await third.create('run');
  expectSameBits('the id of the next run', next.id, 'run#2');
  await next.close();
}

async function wholeOrNotAtAll(subject: StorageSubject): Promise<void> {
  const log = await (await subject.open()).create('run');
  await log.append([metricOf(0)]);
  const batch = metricsOf(500, 1);
  // what the killed process would have heard of it does not matter any more
  log.append(batch).catch(() => undefined);
  const storage = await subject.reopen();
  const found = await readLog(storage, 'run');
  const want = found.length === 1 ? [metricOf(0)] : [metricOf(0), ...batch];
  expectSameBits('the log', found, want);
  const again = await storage.open('run');
  await again.append([metricOf(2)]);
  expectSameBits('the log, gone on with', await again.read(), [...want, metricOf(2)]);
  await again.close();
}
