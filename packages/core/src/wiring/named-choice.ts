/**
 * Picking a plugin by a name that came from outside: a flag, a file, a form.
 */
import { show } from '../config.js';
import { ConfigError, listOf } from '../errors.js';

/**
 * The entry of `options` with this name.
 *
 * @param where The place the name came from: `--search`.
 * @param what What is being named: `searcher`.
 * @throws ConfigError CONFIG_INVALID, listing the known names.
 * @example
 * pickNamed('--search', 'searcher', 'grid', { grid: 1, random: 2 }) // => 1
 */
export function pickNamed<T>(where: string, what: string, name: string, options: Readonly<Record<string, T>>): T {
  if (Object.hasOwn(options, name)) return options[name] as T;
  throw new ConfigError('CONFIG_INVALID', {
    where,
    expected: `no ${what} is named ${show(name)}`,
    todo: `known: ${listOf(Object.keys(options))}`,
  });
}
