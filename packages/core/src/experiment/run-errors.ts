/**
 * The errors of a run itself: why it cannot begin, cannot go on, or has no result.
 */
import { show } from '../config.js';
import { ConfigError, isTangentError, messageOf, RunError, type TangentError } from '../errors.js';
import type { Params } from '../space/space.js';
import type { TrialSummary } from './result.js';
import type { Values } from './trial-recorder.js';

/** The error of a run without a winner: no trial that counts was complete. */
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

/** The border: whatever was thrown in a part leaves the run as an error of the house. */
export function ofTheHouse(where: string, thrown: unknown): TangentError {
  if (isTangentError(thrown)) return thrown;
  return new RunError('SEARCH_ABORTED', {
    where,
    expected: 'the run could not go on',
    got: `the error "${messageOf(thrown)}"`,
    todo: 'see its cause',
    cause: thrown,
  });
}

/** A run to resume, and nowhere to find it. */
export function noStore(where: string, id: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', {
    where: `${where}.run()`,
    expected: 'a run can only be resumed from a store',
    got: `none, and "resume": ${show(id)}`,
    todo: 'add the store by with(...)',
  });
}
