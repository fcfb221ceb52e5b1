/**
 * Providers: how a role gets its value. A provider is a description - a token, a name, a configuration and a function -
 * and does nothing until a run resolves it. Importing a package therefore registers nothing.
 */
import type { AnyToken, Token, TokenOfMany, ValuesOf } from './token.js';

declare const PROVIDES: unique symbol;

/** A provider whose type is of no interest, as lists of providers hold it. */
export interface AnyProvider {
  readonly token: AnyToken;
  /** The plugin's name: `random`, `gp`, `sqlite`. */
  readonly name: string;
  /** What the plugin was configured with; plain data, shown by `describe()`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The tokens whose values `create` takes, in order. */
  readonly requires: readonly AnyToken[];
  /** Builds the value, once per run. May be asynchronous. */
  create(...dependencies: never[]): unknown;
  /** Gives back what `create` took, at the end of the run. */
  release?(value: never): void | Promise<void>;
}

/** A provider of a `T`. */
export interface Provider<T> extends AnyProvider {
  readonly token: Token<T> | TokenOfMany<T>;
  readonly [PROVIDES]: () => T;
}

/** What `defineProvider` takes. */
export interface ProviderDefinition<T, D extends readonly AnyToken[]> {
  readonly token: Token<T> | TokenOfMany<T>;
  readonly name: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly requires?: D;
  create(...dependencies: ValuesOf<D>): T | Promise<T>;
  release?(value: T): void | Promise<void>;
}

/**
 * Describes how a role gets its value.
 *
 * *Determinism*: `create` runs once per run, before trial 0, and draws nothing.
 *
 * @example
 * const GREETING = token<string>('Greeting');
 * defineProvider({ token: GREETING, name: 'hello', create: () => 'hello' }).name // => 'hello'
 */
export function defineProvider<T, const D extends readonly AnyToken[] = readonly []>(
  definition: ProviderDefinition<T, D>,
): Provider<T> {
  const { token, name, config = {}, requires = [], create, release } = definition;
  const provider = { token, name, config, requires, create, ...(release === undefined ? {} : { release }) };
  return Object.freeze(provider) as unknown as Provider<T>;
}
