/**
 * What goes wrong with a device, in the house's form: each names the mode, and a way out.
 */
import { isTangentError, messageOf, RunError, type TangentError } from '@tangentlab/core';
import type { RunningMode } from '../mode/gpu-mode.js';

/** A matrix that the device has no room for by its nature. */
export function tooLarge(mode: RunningMode, rows: number, cols: number, room: string): RunError {
  return new RunError('RESOURCE_FAILED', {
    where: `gpu back end, mode ${mode}`,
    expected: `a matrix may have at most ${room} here`,
    got: `(${rows},${cols})`,
    todo: "make it smaller, in batches for instance, or use mode 'webasm'",
    details: { mode, rows, cols },
  });
}

/** A device that is gone: unplugged, reset, or taken away by the browser. */
export function deviceLost(mode: RunningMode, what: string, cause?: unknown): RunError {
  return new RunError('RESOURCE_FAILED', {
    where: `gpu back end, mode ${mode}`,
    expected: 'the device must stay',
    got: what,
    todo: "start again, or use mode 'webasm', which has no device to lose",
    details: { mode },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Memory of the device that ran out: what was computed since is not to be trusted. */
export function outOfMemory(mode: RunningMode): RunError {
  return new RunError('RESOURCE_FAILED', {
    where: `gpu back end, mode ${mode}`,
    expected: 'the device must have memory for every matrix',
    got: 'out of memory',
    todo: "free matrices, make batches smaller, or use mode 'webasm'",
    details: { mode },
  });
}

/** What a queued operation threw, in the house's form; gpu.js has no codes, so its words decide. */
export function deviceError(mode: RunningMode, thrown: unknown): TangentError {
  if (isTangentError(thrown)) return thrown;
  const message = messageOf(thrown);
  if (/\blost\b/i.test(message)) return deviceLost(mode, message, thrown);
  return new RunError('RESOURCE_FAILED', {
    where: `gpu back end, mode ${mode}`,
    expected: 'every operation must run on the device',
    got: `the error "${message}"`,
    todo: 'try another mode',
    details: { mode },
    cause: thrown,
  });
}
