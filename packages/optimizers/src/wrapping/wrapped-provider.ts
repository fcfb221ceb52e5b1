/**
 * Providers around providers: a part that changes what another one does, of the same role.
 */
import { type AnyProvider, ConfigError, defineProvider, type Provider, show, type Token } from '@tangentlab/core';

/**
 * A provider of what `wrap` makes of the value of `inner`; it asks for what `inner` asks for, and releases what `inner`
 * took.
 *
 * @throws ConfigError CONFIG_INVALID unless `inner` provides the role.
 */
export function wrappedProvider<T extends object>(
  role: Token<T>,
  name: string,
  inner: Provider<T>,
  config: Readonly<Record<string, unknown>>,
  wrap: (value: T) => T,
): Provider<T> {
  if ((inner as AnyProvider | undefined)?.token !== role) {
    throw new ConfigError('CONFIG_INVALID', {
      where: name,
      expected: `a provider of the role ${role.name} is needed first`,
      got: show((inner as AnyProvider | undefined)?.name ?? inner),
      todo: `write for instance ${name}(${role.name === 'Pruner' ? 'median()' : 'tpe()'}, ...)`,
    });
  }
  const values = new WeakMap<object, T>();
  const wrapped = (value: T): T => {
    const outer = wrap(value);
    values.set(outer, value);
    return outer;
  };
  const create = inner.create as (...dependencies: unknown[]) => T | Promise<T>;
  return defineProvider<T, readonly never[]>({
    token: role,
    name,
    config: { of: inner.name, ...inner.config, ...config },
    requires: inner.requires as readonly never[],
    create: (...dependencies: unknown[]) => {
      const value = create(...dependencies);
      return 'then' in value ? value.then(wrapped) : wrapped(value);
    },
    release: (outer) => inner.release?.(values.get(outer) as never),
  });
}
