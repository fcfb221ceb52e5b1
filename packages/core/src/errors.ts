/**
 * The errors of Tangentlab: one form, one brand, a closed list of codes.
 *
 * Every message reads *where: what was expected, got what; what to do*. Errors are recognised by a `Symbol.for` brand,
 * never by `instanceof`: two copies of this package may meet in one process, and tests run in another realm.
 */

/** The closed list of error codes; a code never changes its meaning. */
export type ErrorCode =
  | 'CONFIG_INVALID'
  | 'SPACE_INVALID'
  | 'WIRING_MISSING'
  | 'WIRING_AMBIGUOUS'
  | 'PLUGIN_INCOMPATIBLE'
  | 'SHAPE_MISMATCH'
  | 'NUMERIC_NOT_FINITE'
  | 'TRIAL_FAILED'
  | 'SEARCH_ABORTED'
  | 'RUN_CANCELLED'
  | 'RESOURCE_FAILED'
  | 'STORAGE_CORRUPT'
  | 'WORKER_NOT_SERIALISABLE'
  | 'BACKEND_UNAVAILABLE';

/** The parts of a message. `got` is printed as given; leave it out where there is nothing to show. */
export interface Complaint {
  /** The place, in the user's own words: `experiment "seed/7"`, `matMul`, `--trials`. */
  readonly where: string;
  /** What had to hold there. */
  readonly expected: string;
  /** What was found instead. */
  readonly got?: string;
  /** What the reader can do about it. */
  readonly todo: string;
  /** The same facts as data, for programs. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

const BRAND: unique symbol = Symbol.for('tangentlab/error') as never;

/** Base of every error that Tangentlab throws on purpose. */
export class TangentError<C extends ErrorCode = ErrorCode> extends Error {
  readonly [BRAND] = true;
  readonly code: C;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: C, { where, expected, got, todo, details = {}, cause }: Complaint) {
    super(
      `${where}: ${expected}${got === undefined ? '' : `, got ${got}`}; ${todo}.`,
      cause === undefined ? undefined : { cause },
    );
    this.name = new.target.name;
    this.code = code;
    this.details = details;
  }
}

/** A value that the user wrote is not allowed: an option, a space, a flag. */
export class ConfigError extends TangentError<'CONFIG_INVALID' | 'SPACE_INVALID'> {}
/** The parts do not fit together: a role without provider, two for one, a plugin of another version. */
export class WiringError extends TangentError<'WIRING_MISSING' | 'WIRING_AMBIGUOUS' | 'PLUGIN_INCOMPATIBLE'> {}
/** Sizes of matrices or tables disagree. */
export class ShapeError extends TangentError<'SHAPE_MISMATCH'> {}
/** One trial went wrong; the run may go on. */
export class TrialError extends TangentError<'TRIAL_FAILED' | 'NUMERIC_NOT_FINITE'> {}
/** The run itself cannot go on. */
export class RunError extends TangentError<
  | 'SEARCH_ABORTED'
  | 'RUN_CANCELLED'
  | 'RESOURCE_FAILED'
  | 'STORAGE_CORRUPT'
  | 'WORKER_NOT_SERIALISABLE'
  | 'BACKEND_UNAVAILABLE'
> {}

/** True of any Tangentlab error, whichever copy of the package or realm made it. */
export function isTangentError(value: unknown): value is TangentError {
  return typeof value === 'object' && value !== null && (value as { [BRAND]?: unknown })[BRAND] === true;
}

/** An error as structured-clone-safe data, as it travels in events. */
export interface ErrorRecord {
  readonly code: ErrorCode;
  readonly message: string;
}

/** What was thrown, as text: the message of an error, else the value itself. */
export function messageOf(thrown: unknown): string {
  try {
    const message = (thrown as { message?: unknown } | null | undefined)?.message;
    return typeof message === 'string' && message !== '' ? message : String(thrown);
  } catch {
    return `an unprintable ${typeof thrown}`; // without prototype, say: even String() of it throws
  }
}

/** Any thrown value as event data; a value that is no Tangentlab error takes the `otherwise` code. */
export function errorRecord(thrown: unknown, otherwise: ErrorCode): ErrorRecord {
  return isTangentError(thrown)
    ? { code: thrown.code, message: thrown.message }
    : { code: otherwise, message: messageOf(thrown) };
}

/** A list of names for a message: `gp, grid, random, tpe`. */
export function listOf(names: Iterable<string>): string {
  const sorted = [...names].sort();
  return sorted.length === 0 ? 'none' : sorted.join(', ');
}
