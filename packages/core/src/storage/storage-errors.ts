/**
 * The refusals that every store has in common, so that they read the same whichever is used.
 */
import { show } from '../config.js';
import { ConfigError, isTangentError, listOf, messageOf, RunError, type TangentError } from '../errors.js';

/** Throws CONFIG_INVALID unless a log may be called this. */
export function checkLogName(storage: string, name: unknown): void {
  if (typeof name === 'string' && name !== '') return;
  throw new ConfigError('CONFIG_INVALID', {
    where: `storage "${storage}".create()`,
    expected: 'a log needs a name',
    got: show(name),
    todo: 'give the experiment one',
  });
}

/**
 * The id of a new log: the name, or the first of `name#2`, `name#3`, ... that is free.
 *
 * @example
 * freeLogId('sweep', (id) => id === 'sweep') // => 'sweep#2'
 */
export function freeLogId(name: string, isTaken: (id: string) => boolean): string {
  let id = name;
  for (let n = 2; isTaken(id); n++) id = `${name}#${n}`;
  return id;
}

/** No log has this id. */
export function unknownLog(storage: string, id: unknown, known: Iterable<string>): ConfigError {
  return new ConfigError('CONFIG_INVALID', {
    where: `storage "${storage}".open()`,
    expected: `no log is called ${show(id)}`,
    todo: `the logs are: ${listOf(known)}`,
  });
}

/** Something was asked of a log that was closed. */
export function logIsClosed(id: string): RunError {
  return new RunError('RESOURCE_FAILED', {
    where: `log "${id}"`,
    expected: 'the log must be open',
    got: 'a closed one',
    todo: 'open it again',
  });
}

/** Two handles write one log. */
export function logHasMoved(id: string, known: number, length: number): RunError {
  return new RunError('RESOURCE_FAILED', {
    where: `log "${id}"`,
    expected: `the log must end where this writer left it, after ${known} events`,
    got: `${length}`,
    todo: 'another process writes the same run: stop one of them, or read the log first',
    details: { known, length },
  });
}

/** A store threw something: as it is if it is an error of the house. */
export function storageFailed(storage: string, cause: unknown): TangentError {
  if (isTangentError(cause)) return cause;
  return new RunError('RESOURCE_FAILED', {
    where: `storage "${storage}"`,
    expected: 'the log could not be read or written',
    got: `the error "${messageOf(cause)}"`,
    todo: 'correct its cause and resume the run: the log holds what was stored before',
    cause,
  });
}
