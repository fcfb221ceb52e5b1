/**
 * Tokens: the typed names of roles. A token stands beside the contract that it names, and is all that two packages
 * have to share. Not a container and not a registry: a token holds nothing.
 */

declare const TYPE: unique symbol;

/** The part of a token that does not depend on its type. */
export interface AnyToken {
  /** Shared by every copy of the package in the process (`Symbol.for`). */
  readonly key: symbol;
  /** The role's name, as messages print it. */
  readonly name: string;
  /** True when providers of this role add up (analyzers); false when a later one replaces an earlier one. */
  readonly many: boolean;
}

/** The typed name of a role. The phantom member is required: an optional one would let any provider pass for any other. */
export interface Token<T> extends AnyToken {
  readonly [TYPE]: (value: T) => T;
}

/**
 * Names a role that one provider fills.
 *
 * @example
 * const CLOCK = token<() => number>('Clock');
 * CLOCK.name // => 'Clock'
 */
export function token<T>(name: string): Token<T> {
  return Object.freeze({ key: Symbol.for(`tangentlab/${name}`), name, many: false }) as unknown as Token<T>;
}

/** Names a role that any number of providers fill together. */
export function tokenOfMany<T>(name: string): Token<T> {
  return Object.freeze({ key: Symbol.for(`tangentlab/${name}`), name, many: true }) as unknown as Token<T>;
}
