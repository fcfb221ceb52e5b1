/**
 * Why a run has no result: no trial that counts was complete.
 */
import { RunError } from '../errors.js';
import type { Params } from '../space/space.js';
import type { TrialSummary } from './result.js';
import type { Values } from './trial-recorder.js';

/** The error of a run without a winner. */
export function nothingComplete(
  where: string,
  trials: readonly TrialSummary<Params, Values>[],
  cancelledBy: string | undefined,
): RunError {
  if (cancelledBy !== undefined) {
    return new RunError('RUN_CANCELLED', {
      where,
      expected: `the run was cancelled (${cancelledBy}) before any trial was complete`,
      todo: 'run it again',
    });
  }
  if (trials.some(({ state }) => state === 'complete')) {
    return new RunError('SEARCH_ABORTED', {
      where,
      expected: 'at least one complete trial must keep to the constraints',
      got: `none of ${trials.length}`,
      todo: 'loosen "subjectTo", or search on',
    });
  }
  const cause = trials.find((trial) => trial.error !== undefined)?.error;
  return new RunError('SEARCH_ABORTED', {
    where,
    expected: 'at least one trial must complete',
    got: `${trials.length} that failed (first cause: ${cause?.message ?? 'none was started'})`,
    todo: 'correct the first cause',
    cause,
  });
}
