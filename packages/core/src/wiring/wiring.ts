/**
 * Wiring: from a list of providers to the values of a run. Each run gets a fresh inversify container, so that nothing
 * leaks from one run into another; roles are resolved once, before trial 0, and released at its end.
 */
import 'reflect-metadata/lite';
import { Container } from 'inversify';
import { isTangentError, listOf, messageOf, RunError, type TangentError, WiringError } from '../errors.js';
import type { AnyProvider } from './provider.js';
import type { AnyToken, Token, TokenOfMany } from './token.js';

/** A layer of providers: the defaults, the record's own, those of one `with()`. A later layer wins. */
export type Layer = readonly AnyProvider[];

/**
 * The providers that count: for a single role the one of the last layer that has any, for a role of many all of them.
 *
 * @throws WiringError WIRING_AMBIGUOUS when one layer has two providers of a single role.
 */
export function effectiveProviders(where: string, layers: readonly Layer[]): readonly AnyProvider[] {
  let effective: AnyProvider[] = [];
  for (const layer of layers) {
    const singles = new Map<symbol, AnyProvider>();
    for (const provider of layer) {
      if (provider.token.many) continue;
      const rival = singles.get(provider.token.key);
      if (rival !== undefined) throw ambiguous(where, rival, provider);
      singles.set(provider.token.key, provider);
    }
    effective = [...effective.filter((provider) => !singles.has(provider.token.key)), ...layer];
  }
  return effective;
}

/** The resolved parts of one run. */
export class Wiring {
  readonly #container = new Container({ defaultScope: 'Singleton' });
  readonly #where: string;
  readonly #providers: readonly AnyProvider[];
  readonly #values = new Map<symbol, readonly unknown[]>();
  /** Every `create` that was called, settled once it is over. */
  readonly #creations: Promise<unknown>[] = [];
  /** What is to be released, in the order in which it was created: a part stands behind those that it needs. */
  readonly #releases: { readonly provider: AnyProvider; readonly value: unknown }[] = [];

  /**
   * @throws WiringError WIRING_AMBIGUOUS; WIRING_MISSING when a provider requires a role that nobody fills;
   * PLUGIN_INCOMPATIBLE when providers require each other.
   */
  constructor(where: string, layers: readonly Layer[]) {
    this.#where = where;
    this.#providers = effectiveProviders(where, layers);
    for (const provider of this.#providers) this.#checkNeeds(provider, []);
    for (const provider of this.#providers) this.#bind(provider);
  }

  has(token: AnyToken): boolean {
    return this.#providers.some((provider) => provider.token.key === token.key);
  }

  /** The value of a role. *Throws* WIRING_MISSING; RESOURCE_FAILED when the provider throws anything but a TangentError. */
  async get<T>(token: Token<T>): Promise<T> {
    if (!this.has(token)) throw this.#missing(token, 'the run needs it');
    return this.#container.getAsync<T>(token.key);
  }

  /** Resolves every role, so that `resolved` can answer synchronously from then on. */
  async resolveAll(): Promise<void> {
    const tokens = new Map(this.#providers.map(({ token }) => [token.key, token]));
    for (const { key } of tokens.values()) this.#values.set(key, await this.#container.getAllAsync(key));
  }

  /** The value of a role, after `resolveAll`. *Throws* WIRING_MISSING when nobody fills it. */
  resolved<T>(token: Token<T>): T;
  resolved(token: AnyToken): unknown;
  resolved(token: AnyToken): unknown {
    const [value] = this.#values.get(token.key) ?? [];
    if (value === undefined) throw this.#missing(token, 'the run needs it');
    return value;
  }

  /** The values of a role, after `resolveAll`: none, one, or of a role of many all, in the order in which their providers were added. */
  allResolved<T>(token: Token<T> | TokenOfMany<T>): readonly T[] {
    return (this.#values.get(token.key) ?? []) as readonly T[];
  }

  /** Role, provider and what the resolved value says of itself, for the header of a run. */
  describe(): readonly { readonly role: string; readonly name: string; readonly detail?: string }[] {
    const next = new Map<symbol, number>();
    return this.#providers.map(({ token, name }) => {
      const i = next.get(token.key) ?? 0;
      next.set(token.key, i + 1);
      const detail = selfDescription(this.#values.get(token.key)?.[i]);
      return { role: token.name, name, ...(detail === undefined ? {} : { detail }) };
    });
  }

  /**
   * Releases everything that was created, the last one first. The release of one part never prevents that of another.
   *
   * Not by inversify's deactivation: there one that throws, or a part that could not be created, leaves the others
   * unreleased. Resolves to what could not be released, RESOURCE_FAILED each.
   *
   * @param spared A role whose part is still in use: it is left for the next call, with all that was created before it.
   */
  async release(spared?: AnyToken): Promise<readonly TangentError[]> {
    // a part may still be on its way when another one has failed
    await Promise.allSettled(this.#creations);
    const failures: TangentError[] = [];
    const kept = this.#releases.findIndex(({ provider }) => provider.token.key === spared?.key) + 1;
    for (const { provider, value } of this.#releases.splice(kept).reverse()) {
      try {
        await provider.release?.(value as never);
      } catch (cause) {
        failures.push(this.#failed(provider, 'released', cause));
      }
    }
    if (kept > 0) return failures;
    this.#values.clear();
    // rejects with the error of a part that could not be created; whoever asked for that part has had it already
    await this.#container.unbindAllAsync().catch(() => undefined);
    return failures;
  }

  #bind(provider: AnyProvider): void {
    const create = (...dependencies: unknown[]) => {
      const creation = this.#create(provider, dependencies);
      this.#creations.push(creation);
      return creation;
    };
    const needs = provider.requires.map((needed) =>
      needed.many ? { serviceIdentifier: needed.key, isMultiple: true as const } : needed.key,
    );
    this.#container
      .bind(provider.token.key)
      .toResolvedValue(create, needs as never)
      .inSingletonScope();
  }

  async #create(provider: AnyProvider, dependencies: readonly unknown[]): Promise<unknown> {
    try {
      const value = await (provider.create as (...values: readonly unknown[]) => unknown)(...dependencies);
      if (value === undefined) throw new Error('create() returned nothing');
      this.#releases.push({ provider, value });
      return value;
    } catch (cause) {
      throw this.#failed(provider, 'set up', cause);
    }
  }

  /** Walks down what a provider requires; `users` are the providers that lead to it. */
  #checkNeeds(provider: AnyProvider, users: readonly AnyProvider[]): void {
    const chain = [...users, provider];
    const path = chain.map(({ name }) => name).join(' > ');
    if (users.includes(provider)) {
      throw new WiringError('PLUGIN_INCOMPATIBLE', {
        where: this.#where,
        expected: 'providers must not require each other in a circle',
        got: path,
        todo: 'take one of them out',
      });
    }
    for (const needed of provider.requires) {
      if (!needed.many && !this.has(needed)) throw this.#missing(needed, `needed by ${path}`);
      for (const next of this.#providers) if (next.token.key === needed.key) this.#checkNeeds(next, chain);
    }
  }

  #missing(token: AnyToken, why: string): WiringError {
    const known = new Set(this.#providers.map((provider) => provider.token.name));
    return new WiringError('WIRING_MISSING', {
      where: this.#where,
      expected: `no provider of the role ${token.name} (${why})`,
      todo: `add one by with(...); provided are: ${listOf(known)}`,
      details: { role: token.name },
    });
  }

  #failed(provider: AnyProvider, what: 'set up' | 'released', cause: unknown): TangentError {
    if (isTangentError(cause)) return cause;
    return new RunError('RESOURCE_FAILED', {
      where: this.#where,
      expected: `"${provider.name}" could not be ${what} as ${provider.token.name}`,
      got: `the error "${messageOf(cause)}"`,
      todo: 'see its cause',
      details: { role: provider.token.name },
      cause,
    });
  }
}

/** A part may say what it really is - the mode that a back end got, say - by a method `describe(): string`. */
function selfDescription(value: unknown): string | undefined {
  const part = value as { describe?: unknown } | null | undefined;
  return typeof part === 'object' && typeof part?.describe === 'function' ? String(part.describe()) : undefined;
}

function ambiguous(where: string, a: AnyProvider, b: AnyProvider): WiringError {
  return new WiringError('WIRING_AMBIGUOUS', {
    where,
    expected: `one provider of the role ${a.token.name} is allowed here`,
    got: `"${a.name}" and "${b.name}"`,
    todo: 'keep one of them; a later with() replaces an earlier one',
  });
}
