/**
 * The plugins that a program has chosen, to be picked from by role and name. An immutable value: two of them know nothing
 * of each other, and there is none that belongs to the process.
 */
import { WiringError } from '../errors.js';
import { emptyRecord } from '../record.js';
import { pickNamed } from './named-choice.js';
import { checkedPlugin, type Plugin, type PluginFactory, type PluginRoles } from './plugin.js';

/** Chosen plugins. */
export interface PluginSet {
  readonly plugins: readonly Plugin[];
  /** The factories of a role by name; an empty record when nobody provides it. */
  factories<R extends keyof PluginRoles>(role: R): Readonly<Record<string, PluginFactory<PluginRoles[R]>>>;
  /**
   * The factory with this name.
   *
   * *Throws* CONFIG_INVALID, listing the known names.
   *
   * @param where The place the name came from: `--search`.
   */
  pick<R extends keyof PluginRoles>(role: R, name: string, where?: string): NamedFactory<PluginRoles[R]>;
}

/** A factory that was picked by a name from outside: its options are not known statically, so it checks them itself. */
export type NamedFactory<T> = (...options: readonly unknown[]) => T;

/**
 * A set of plugins.
 *
 * *Cost*: O(names). *Determinism*: the order of the plugins decides nothing.
 *
 * @throws WiringError WIRING_AMBIGUOUS when two plugins provide one name for one role; PLUGIN_INCOMPATIBLE for what is no
 * plugin of this version.
 * @example
 * const done = () =>
 *   defineProvider({ token: SEARCHER, name: 'done', create: () => ({ name: 'done', feedback: false, ask: () => null }) });
 * const plugins = usePlugins(definePlugin({ name: 'mine', apiVersion: 1, provides: { searcher: { done } } }));
 * plugins.pick('searcher', 'done')().name // => 'done'
 * Object.keys(plugins.factories('searcher')) // => ['done']
 */
export function usePlugins(...plugins: readonly Plugin[]): PluginSet {
  // the same plugin twice is one plugin
  const checked = Object.freeze([...new Set(plugins)].map((plugin) => checkedPlugin('usePlugins', plugin)));
  const byRole = emptyRecord<Record<string, PluginFactory>>();
  const owners = new Map<string, string>();
  for (const { name: owner, provides } of checked) {
    for (const [role, factories] of Object.entries(provides)) {
      byRole[role] ??= emptyRecord();
      const known = byRole[role];
      for (const [name, factory] of Object.entries(factories)) {
        const place = JSON.stringify([role, name]);
        const rival = owners.get(place);
        if (rival !== undefined) throw ambiguous(role, name, rival, owner);
        owners.set(place, owner);
        known[name] = factory;
      }
    }
  }
  for (const factories of Object.values(byRole)) Object.freeze(factories);
  const factoriesOf = (role: string) => byRole[role] ?? NONE;
  return Object.freeze({
    plugins: checked,
    factories: factoriesOf as PluginSet['factories'],
    pick: ((role: string, name: string, where = 'plugins') =>
      pickNamed(where, role, name, factoriesOf(role))) as PluginSet['pick'],
  });
}

const NONE = Object.freeze(emptyRecord<PluginFactory>());

function ambiguous(role: string, name: string, a: string, b: string): WiringError {
  return new WiringError('WIRING_AMBIGUOUS', {
    where: 'usePlugins',
    expected: `one plugin may provide the ${role} "${name}"`,
    got: `"${a}" and "${b}"`,
    todo: 'leave one of them out, or use its factory without the plugin',
    details: { role, name, plugins: [a, b] },
  });
}
