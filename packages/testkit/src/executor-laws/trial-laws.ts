/**
 * The laws of executors on single trials: the same bits as in this thread, cold, stopped when nobody listens any more.
 */
import { type Metric, RunError } from '@tangentlab/core';
import { lastValueFrom, map, type Observable, toArray } from 'rxjs';
import { expectSameBits } from '../same-bits.js';
import { aWhile, type ExecutorBench, type ExecutorCheck } from './executor-bench.js';
import type { Kind } from './travelling.js';

export const TRIAL_CHECKS: readonly ExecutorCheck[] = [
  { name: 'metrics, warnings and parameters are those of this thread, bit for bit', check: sameBits },
  { name: 'nothing runs before it is subscribed to, and each subscription runs it anew', check: cold },
  { name: 'an error arrives after the metrics before it, with its code and its message', check: keepsErrors },
  { name: 'unsubscribing stops the trial and frees what it held; until then it keeps the parts alive', check: stops },
  { name: 'the reason of an abort reaches the trainer', check: passesReason },
  { name: 'several trials at once do not mix', check: keepsApart },
  { name: 'capacity is a count of trials, and is honoured', check: honoursCapacity },
  { name: 'what a trial ran on and lost is RESOURCE_FAILED, and further trials run', check: loses },
];

async function sameBits(bench: ExecutorBench): Promise<void> {
  for (const kind of ['plain', 'warns', 'untaught'] as const) {
    for (const trial of [0, 1, 7]) {
      const want = await bench.local(trial, { kind });
      expectSameBits(`trial ${trial}, ${kind}`, await bench.run(trial, { kind }), want);
    }
  }
}

async function cold(bench: ExecutorBench): Promise<void> {
  const notes = bench.notes();
  const metrics$ = bench.executor.run(bench.listen(0, { kind: 'plain', notes }).task);
  await aWhile();
  expectSameBits('notes before anybody subscribed', bench.noted(), []);
  for (let times = 1; times <= 2; times++) {
    expectSameBits(`steps of subscription ${times}`, await lastValueFrom(stepsOf(metrics$)), [1, 2, 3, 4]);
    await bench.until(`begin ${times}`, () => count(bench, '0 begins') === times);
  }
}

async function keepsErrors(bench: ExecutorBench): Promise<void> {
  for (const kind of ['throws', 'diverges'] as const) {
    const want = await bench.local(3, { kind });
    if (want.error === undefined || want.metrics.length !== 1)
      throw new Error(`the experiment is not as it should be: ${kind}`);
    expectSameBits(`a trial that ${kind}`, await bench.run(3, { kind }), want);
  }
}

async function stops(bench: ExecutorBench): Promise<void> {
  const listening = bench.listen(5, { kind: 'endless', notes: bench.notes() });
  const { busy } = listening;
  let steps = 0;
  const subscription = bench.subscribe(listening, () => steps++);
  await bench.until('three steps', () => steps >= 3);
  subscription.unsubscribe();
  await bench.until('the trial is freed', () => count(bench, '5 freed') === 1);
  if (busy.length === 0) throw new Error('keepAlive was never called, though the trial asked for it');
  await Promise.all(busy);
  if (count(bench, '5 idle') !== 1)
    throw new Error('the trial still works, though what keeps the parts alive has settled');
  const after = bench.noted().length;
  await aWhile();
  expectSameBits('notes made after the end', bench.noted().length - after, 0);
}

async function passesReason(bench: ExecutorBench): Promise<void> {
  const listening = bench.listen(6, { kind: 'endless', notes: bench.notes() });
  const { abort } = listening;
  let steps = 0;
  const subscription = bench.subscribe(listening, () => steps++);
  await bench.until('a step', () => steps >= 1);
  const reason = new RunError('RUN_CANCELLED', {
    where: 'trial 6 was pruned',
    expected: 'no further step',
    todo: 'nothing',
  });
  abort.abort(reason);
  subscription.unsubscribe();
  await bench.until('the trainer hears the reason', () => count(bench, `6 aborted: ${reason.message}`) === 1);
  await bench.until('the trial is idle', () => count(bench, '6 idle') === 1);
}

async function keepsApart(bench: ExecutorBench): Promise<void> {
  const kinds: readonly Kind[] = ['plain', 'warns', 'untaught', 'throws', 'plain', 'warns'];
  const going = kinds.map((kind, trial) => bench.start(trial, { kind, steps: 3 + trial }));
  for (const [trial, kind] of kinds.entries()) {
    expectSameBits(
      `trial ${trial} beside others`,
      await going[trial]!.heard(),
      await bench.local(trial, { kind, steps: 3 + trial }),
    );
  }
}

async function honoursCapacity(bench: ExecutorBench): Promise<void> {
  const { capacity } = bench.executor;
  if (!(capacity === Number.POSITIVE_INFINITY || (Number.isSafeInteger(capacity) && capacity >= 1)))
    throw new Error(`capacity must be 1, 2, 3, ... or Infinity, got ${capacity}`);
  const trials = Number.isFinite(capacity) ? capacity + 2 : 8;
  const atOnce = Math.min(capacity, trials);
  const notes = bench.notes();
  const going = Array.from({ length: trials }, (_, trial) => bench.start(trial, { kind: 'gated', steps: 3, notes }));
  const begun = () => bench.noted().filter((note) => note.endsWith(' begins')).length;
  await bench.until(`${atOnce} trials run at once`, () => begun() >= atOnce);
  await aWhile();
  expectSameBits(`trials that run at once, with a capacity of ${capacity}`, begun(), atOnce);
  bench.openGate();
  for (const [trial, hearing] of going.entries())
    expectSameBits(
      `trial ${trial} in its turn`,
      await hearing.heard(),
      await bench.local(trial, { kind: 'gated', steps: 3, notes }),
    );
}

async function loses(bench: ExecutorBench): Promise<void> {
  const notes = bench.notes();
  const lost = await bench.run(0, { kind: 'lostOnce', notes });
  expectSameBits('the code of what is lost', lost.error?.[0], 'RESOURCE_FAILED');
  if (bench.subject.lose !== undefined) {
    const running = bench.start(1, { kind: 'endless', notes });
    await bench.until('the trial runs', () => count(bench, '1 step 2') === 1);
    await bench.subject.lose();
    expectSameBits('the code of what is lost on the way', (await running.heard()).error?.[0], 'RESOURCE_FAILED');
  }
  const want = await bench.local(0, { kind: 'lostOnce', notes });
  expectSameBits('the trial, tried again', await bench.run(0, { kind: 'lostOnce', notes }), want);
}

const stepsOf = (metrics$: Observable<Metric>) =>
  metrics$.pipe(
    map(({ step }) => step),
    toArray(),
  );

function count(bench: ExecutorBench, note: string): number {
  return bench.noted().filter((line) => line === note).length;
}
