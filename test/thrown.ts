/**
 * What a piece of work throws, for tests of errors: an error of the house, or the test fails with what came instead.
 */
import { isTangentError, type TangentError } from '@tangentlab/core';

/** The error that `action` throws. */
export function errorOf(action: () => unknown): TangentError {
  try {
    action();
  } catch (error) {
    return ofTheHouse(error);
  }
  throw new Error('nothing was thrown');
}

/** The error that the promise, or what `work` returns, is rejected with; or that `work` throws. */
export async function rejection(work: Promise<unknown> | (() => unknown)): Promise<TangentError> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    return ofTheHouse(error);
  }
  throw new Error('nothing was thrown');
}

/** The code of the error that `action` throws, or in words that there was none. */
export function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return isTangentError(error) ? error.code : `raw ${error}`;
  }
  return 'nothing was thrown';
}

function ofTheHouse(error: unknown): TangentError {
  if (isTangentError(error)) return error;
  throw error;
}
