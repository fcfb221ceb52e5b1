/**
 * Class plugins: a provider from a class whose constructor says by decorators what it needs.
 *
 * Each parameter carries inversify's `@inject(TOKEN.key)`, or `@multiInject(TOKEN.key)` for a role of many, in words:
 * compilers such as esbuild emit no types of parameters. The decorators are read here, once, and the class becomes a
 * provider like any other; its arguments come from the run's container. Invariant: a class that needs more than
 * constructor arguments is refused, never half wired.
 */
import 'reflect-metadata/lite';
import { WiringError } from '../errors.js';
import { defineProvider, type Provider } from './provider.js';
import type { AnyToken, Token, TokenOfMany } from './token.js';

/** What goes along with a class. */
export interface ClassOptions<T> {
  /** What the part was configured with; plain data, shown by `describe()`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Gives back what the constructor took, at the end of the run. */
  release?(value: T): void | Promise<void>;
}

/**
 * A provider that builds `Class`, once per run, with the values of the roles that its constructor injects.
 *
 * *Cost*: O(parameters). *Determinism*: nothing is built before a run asks.
 *
 * @throws WiringError WIRING_MISSING when a constructor parameter has no `@inject` of a token's key; PLUGIN_INCOMPATIBLE
 * when the class wants to be wired otherwise: by properties, optionally, by names and tags, by lifecycle methods.
 * @example
 * const GREETING = token<{ readonly text: string }>('Greeting');
 * class Hello {
 *   readonly text = 'hello';
 * }
 * provideClass(GREETING, 'hello', Hello).name // => 'hello'
 */
export function provideClass<T extends object>(
  token: Token<T> | TokenOfMany<T>,
  name: string,
  Class: new (...dependencies: never[]) => T,
  options: ClassOptions<T> = {},
): Provider<T> {
  const requires = injectedTokens(name, Class);
  const create = (...dependencies: unknown[]) => new Class(...(dependencies as never[]));
  return defineProvider<T, readonly AnyToken[]>({ token, name, requires, create, ...options });
}

/** Where inversify 8 keeps what its decorators say; on the global `Reflect`, shared by every copy of it. */
const METADATA = '@inversifyjs/core/classMetadataReflectKey';
const MANY = 0;
const SINGLE = 1;

/** The part of inversify's records that is read here. */
interface Injected {
  readonly kind?: number;
  /** A token's key, or a function around it for circular imports. */
  readonly value?: unknown;
  readonly optional?: boolean;
  readonly name?: unknown;
  readonly tags?: ReadonlyMap<unknown, unknown>;
  /** The parameter has no decorator; the compiler has emitted its type. */
  readonly isFromTypescriptParamType?: boolean;
}
interface ClassMetadata {
  readonly constructorArguments: readonly (Injected | undefined)[];
  readonly properties: ReadonlyMap<unknown, unknown>;
  readonly lifecycle: {
    readonly postConstructMethodNames: ReadonlySet<unknown>;
    readonly preDestroyMethodNames: ReadonlySet<unknown>;
  };
}
type AnyClass = new (...dependencies: never[]) => object;

function injectedTokens(name: string, Class: AnyClass): readonly AnyToken[] {
  const metadata = (Reflect as { getOwnMetadata?(key: string, target: object): unknown }).getOwnMetadata?.(
    METADATA,
    Class,
  ) as ClassMetadata | undefined;
  const parameters = metadata?.constructorArguments ?? [];
  const where = `provideClass "${name}", class ${Class.name || '(without name)'}`;
  if ((metadata?.properties.size ?? 0) > 0) throw otherwiseWired(where, 'injected properties');
  const { postConstructMethodNames, preDestroyMethodNames } = metadata?.lifecycle ?? {};
  if (postConstructMethodNames?.size) throw otherwiseWired(where, '@postConstruct');
  if (preDestroyMethodNames?.size) throw otherwiseWired(where, '@preDestroy');
  // parameters behind one with a default value count neither in `length` nor, without decorator, in the metadata
  const count = Math.max(Class.length, parameters.length);
  return Array.from({ length: count }, (_, i) => injectedToken(where, i, parameters[i]));
}

function injectedToken(where: string, i: number, parameter: Injected | undefined): AnyToken {
  const { kind, value, optional, name, tags, isFromTypescriptParamType } = parameter ?? {};
  const key = isLazy(value) ? value.unwrap() : value;
  const role = typeof key === 'symbol' ? /^tangentlab\/(.+)$/su.exec(Symbol.keyFor(key) ?? '')?.[1] : undefined;
  const injected = (kind === SINGLE || kind === MANY) && isFromTypescriptParamType !== true;
  if (!injected || role === undefined) {
    throw new WiringError('WIRING_MISSING', {
      where,
      expected: `parameter ${i} of the constructor must name the role that it is to get`,
      got: injected ? `@inject(${String(typeof key === 'function' ? key.name : key)})` : 'no @inject',
      todo: 'write @inject(TOKEN.key), or @multiInject(TOKEN.key) for a role of many, before it',
      details: { parameter: i },
    });
  }
  if (optional === true) throw otherwiseWired(where, `@optional on parameter ${i}`);
  if (name !== undefined || (tags?.size ?? 0) > 0) throw otherwiseWired(where, `@named or @tagged on parameter ${i}`);
  return { key: key as symbol, name: role, many: kind === MANY, consumer: 'trainer' };
}

function isLazy(value: unknown): value is { unwrap(): unknown } {
  return typeof (value as { unwrap?: unknown } | null | undefined)?.unwrap === 'function';
}

function otherwiseWired(where: string, got: string): WiringError {
  return new WiringError('PLUGIN_INCOMPATIBLE', {
    where,
    expected: 'a class gets all that it needs as arguments of its constructor, and each of them surely',
    got,
    todo: 'inject by constructor parameters, and give `release` to provideClass',
  });
}
