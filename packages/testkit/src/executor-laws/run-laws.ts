/**
 * The laws of executors on whole runs: where the trials of a run are trained changes nothing that it says.
 */
import { experiment, inProcess, type RunEvent } from '@tangentlab/core';
import { lastValueFrom, toArray } from 'rxjs';
import { expectSameBits } from '../same-bits.js';
import type { ExecutorBench, ExecutorCheck } from './executor-bench.js';
import { type Kind, travellingRecord, travellingSpace } from './travelling.js';

export const RUN_CHECKS: readonly ExecutorCheck[] = [
  {
    name: 'a run says the same as in this thread, and keeps the same parameters, at every concurrency',
    check: sameRun,
  },
  { name: 'a trial that lost what it ran on is retried, and equals an undisturbed one', check: retries },
];

interface Said {
  /** What must not depend on where, nor on which trial was faster. */
  readonly perTrial: readonly unknown[];
  readonly parameters: readonly (readonly number[])[];
}

async function said(
  bench: ExecutorBench,
  elsewhere: boolean,
  kinds: readonly [Kind, ...Kind[]],
  concurrency: number,
): Promise<Said> {
  const space = travellingSpace(bench.notes(elsewhere ? 'elsewhere' : 'here'), ...kinds);
  const run = experiment({ ...travellingRecord, space, concurrency, lag: 4, retries: 1 })
    .with(elsewhere ? bench.subject.provider : inProcess())
    .run();
  const events = (await lastValueFrom(run.events$.pipe(toArray<object>()))) as RunEvent[];
  const { front, diagnostics } = await run.result;
  expectSameBits('what went wrong beside the run', diagnostics, []);
  const trials = events.flatMap((event) =>
    'trial' in event && event.type !== 'trial/retried' ? [withoutNotes(event)] : [],
  );
  return {
    perTrial: [...trials].sort((a, b) => a.trial - b.trial),
    parameters: front.map(({ parameters }) => [...parameters]),
  };
}

/** The one parameter that says where the trial ran. */
function withoutNotes<E extends { readonly trial: number }>(event: E): E {
  return 'params' in event ? { ...event, params: { ...(event.params as object), notes: '' } } : event;
}

async function sameRun(bench: ExecutorBench): Promise<void> {
  const kinds = ['plain', 'warns', 'throws'] as const;
  const want = await said(bench, false, kinds, 1);
  if (want.parameters.length < 2) throw new Error('the experiment is not as it should be: too few trials are complete');
  for (const concurrency of [1, 3]) {
    expectSameBits(`a run at concurrency ${concurrency}`, await said(bench, true, kinds, concurrency), want);
  }
}

async function retries(bench: ExecutorBench): Promise<void> {
  const want = await said(bench, false, ['lostOnce'], 2);
  expectSameBits('a run that lost every trial once', await said(bench, true, ['lostOnce'], 2), want);
  const undisturbed = await said(bench, false, ['lostOnce'], 2); // the files say that all were lost already
  expectSameBits('an undisturbed run', undisturbed.perTrial, want.perTrial);
}
