/**
 * Tokens: the typed names of roles. A token stands beside the contract that it names, and is all that two packages
 * have to share. Not a container and not a registry: a token holds nothing.
 */

declare const TYPE: unique symbol;

/** Whom a role serves, as graphs draw it: the trainer of each trial, analyzers, or the run itself. */
export type RoleConsumer = 'trainer' | 'analyzer' | 'run';

/** The part of a token that does not depend on its type. */
export interface AnyToken {
  /** Shared by every copy of the package in the process (`Symbol.for`). */
  readonly key: symbol;
  /** The role's name, as messages print it. */
  readonly name: string;
  /** True when providers of this role add up (analyzers); false when a later one replaces an earlier one. */
  readonly many: boolean;
  readonly consumer: RoleConsumer;
}

/** The typed name of a single role. The phantom member is required: an optional one would let any provider pass for any other. */
export interface Token<T> extends AnyToken {
  readonly many: false;
  readonly [TYPE]: (value: T) => T;
}

/** The typed name of a role that any number of providers fill together. */
export interface TokenOfMany<T> extends AnyToken {
  readonly many: true;
  readonly [TYPE]: (value: T) => T;
}

/** What a provider gets for a token that it requires: the value of a single role, a list for a role of many. */
export type ValueOf<K extends AnyToken> =
  K extends TokenOfMany<infer V> ? readonly V[] : K extends Token<infer V> ? V : unknown;

/** The values for a list of tokens, in its order. */
export type ValuesOf<D extends readonly AnyToken[]> = { readonly [I in keyof D]: ValueOf<D[I]> };

/**
 * Names a role that one provider fills.
 *
 * @example
 * const CLOCK = token<() => number>('Clock');
 * CLOCK.name // => 'Clock'
 */
export function token<T>(name: string, consumer: RoleConsumer = 'trainer'): Token<T> {
  return tokenWith<T>(name, false, consumer) as Token<T>;
}

/** Names a role that any number of providers fill together. */
export function tokenOfMany<T>(name: string, consumer: RoleConsumer = 'trainer'): TokenOfMany<T> {
  return tokenWith<T>(name, true, consumer) as TokenOfMany<T>;
}

function tokenWith<T>(name: string, many: boolean, consumer: RoleConsumer): Token<T> | TokenOfMany<T> {
  return Object.freeze({ key: Symbol.for(`tangentlab/${name}`), name, many, consumer }) as never;
}
