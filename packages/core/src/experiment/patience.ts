/**
 * Waiting, but not for ever: what a run does at its end with parts that ought to let go.
 */
import { timer } from 'rxjs';
import { RunError } from '../errors.js';

/** What `withinPatience` resolves to when time is up. */
export const LATE = Symbol('late');

/** How long a run waits at its end for what ought to let go. */
export const PATIENCE_MS = 1000;

/** What `work` resolves to, or LATE. The timer does not outlive the answer. */
export function withinPatience<T>(work: Promise<T>): Promise<T | typeof LATE> {
  return new Promise((resolve, reject) => {
    const late = timer(PATIENCE_MS).subscribe(() => resolve(LATE));
    work.then(resolve, reject).finally(() => late.unsubscribe());
  });
}

/** Parts that did not let go in time. */
export function releaseHangs(where: string): RunError {
  return new RunError('RESOURCE_FAILED', {
    where,
    expected: `all parts must be released within ${PATIENCE_MS} ms`,
    todo: 'look for a release() that waits for something that does not come',
  });
}
