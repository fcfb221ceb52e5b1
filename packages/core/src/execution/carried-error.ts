/**
 * Errors on their way between threads and machines. Cloning an error loses its code and its brand, so it travels as plain
 * data and is made anew on the other side.
 */
import { type ErrorCode, isTangentError, messageOf, TangentError } from '../errors.js';

/** An error as plain data. */
export interface CarriedError {
  readonly name: string;
  readonly message: string;
  /** Only of errors of the house. */
  readonly code?: ErrorCode;
  readonly stack?: string;
}

/**
 * What was thrown, as data. Details and causes stay behind: they need not be data.
 *
 * @example
 * carriedError(new Error('too fast')).message // => 'too fast'
 */
export function carriedError(thrown: unknown): CarriedError {
  const { name, stack } = (thrown ?? {}) as Partial<Error>;
  return {
    name: typeof name === 'string' ? name : 'Error',
    message: messageOf(thrown),
    ...(isTangentError(thrown) ? { code: thrown.code } : {}),
    ...(typeof stack === 'string' ? { stack } : {}),
  };
}

/**
 * The error again: of the same code, name and message, with the stack of where it was thrown.
 *
 * @example
 * revivedError(carriedError(new Error('too fast'))).message // => 'too fast'
 */
export function revivedError({ code, ...own }: CarriedError): Error {
  const error =
    code === undefined ? new Error(own.message) : new TangentError(code, { where: '', expected: '', todo: '' });
  return Object.assign(error, own);
}
