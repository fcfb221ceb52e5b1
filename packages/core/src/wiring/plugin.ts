/**
 * Plugins: what a package offers to be picked by name. A plugin is a plain record of named factories, sorted by role. Not
 * a provider and not a registry: importing a plugin does nothing, and nothing holds it but those who were given it.
 */
import { show } from '../config.js';
import { listOf, WiringError } from '../errors.js';
import type { Executor } from '../execution/executor.js';
import { recordOf } from '../record.js';
import type { Pruner } from '../search/pruner.js';
import type { Searcher } from '../search/searcher.js';
import type { StopRule } from '../search/stop-rule.js';
import type { Source } from '../stages/source.js';
import type { Stage } from '../stages/stage.js';
import type { Storage } from '../storage/storage.js';
import type { AnalyzerProvider } from '../training/analyzer.js';
import type { Trainer } from '../training/trainer.js';
import type { AnyProvider, Provider } from './provider.js';

/**
 * The version of the plugin interface that this core speaks. It grows when plugins written before would no longer work.
 * A plugin writes down the number that it was written against, not this constant, which would always agree.
 */
export const PLUGIN_API_VERSION = 1;

/**
 * What the factories of a role make. A package with a role of its own adds a line:
 *
 * `declare module '@tangentlab/core' { interface PluginRoles { exporter: Provider<Exporter> } }`
 */
export interface PluginRoles {
  searcher: Provider<Searcher>;
  pruner: Provider<Pruner>;
  stopRule: Provider<StopRule>;
  storage: Provider<Storage>;
  executor: Provider<Executor>;
  trainer: Trainer<never, never, string>;
  analyzer: AnalyzerProvider<never, never, string>;
  /** A part of the matrix: a back end, an algebra. */
  backend: AnyProvider;
  /** A provider of a role that has no line of its own here. */
  provider: AnyProvider;
  stage: Stage<never, unknown>;
  source: Source<unknown>;
}

/** A function from options to a part. */
export type PluginFactory<T = unknown> = (...options: never[]) => T;

/** Factories by role and name. */
export type PluginParts = {
  readonly [R in keyof PluginRoles]?: { readonly [name: string]: PluginFactory<PluginRoles[R]> };
};

/** A package's offer. */
export interface Plugin<P extends PluginParts = PluginParts> {
  /** The plugin's own name, usually that of its package. */
  readonly name: string;
  /** The version of the plugin interface that it was written against: a number, never PLUGIN_API_VERSION itself. */
  readonly apiVersion: number;
  readonly provides: P;
}

/**
 * Describes a plugin. Export it under the name `plugin`, and `loadPlugins` finds it.
 *
 * *Cost*: O(names). *Determinism*: draws nothing; no factory is called.
 *
 * @throws WiringError PLUGIN_INCOMPATIBLE when it is no record of factories by role and name, or was written against
 * another version of the plugin interface.
 * @example
 * const tryOne = () =>
 *   defineProvider({ token: SEARCHER, name: 'one', create: () => ({ name: 'one', feedback: false, ask: () => null }) });
 * const plugin = definePlugin({ name: 'mine', apiVersion: 1, provides: { searcher: { one: tryOne } } });
 * plugin.provides.searcher.one().name // => 'one'
 */
export function definePlugin<const P extends PluginParts>(definition: Plugin<P>): Plugin<P> {
  return checkedPlugin('definePlugin', definition) as Plugin<P>;
}

/**
 * `value` as a frozen plugin. It is checked by whoever uses it, too: a plugin may have been defined by another copy of
 * core.
 *
 * @param where What the value came from, for the message.
 * @throws WiringError PLUGIN_INCOMPATIBLE
 */
export function checkedPlugin(where: string, value: unknown): Plugin {
  // a function has a name, too
  const { name, apiVersion, provides }: Partial<Plugin> = isRecord(value) ? value : {};
  const refuse = (expected: string, got: string, todo: string): never => {
    throw new WiringError('PLUGIN_INCOMPATIBLE', { where, expected, got, todo, details: { plugin: name, apiVersion } });
  };
  if (typeof name !== 'string' || name === '') {
    return refuse('a plugin with a name is needed', show(value), 'make it with definePlugin({ name, ... })');
  }
  if (apiVersion !== PLUGIN_API_VERSION) {
    return refuse(
      `plugin "${name}" must be written against version ${PLUGIN_API_VERSION} of the plugin interface`,
      apiVersion === undefined ? 'none' : `version ${show(apiVersion)}`,
      typeof apiVersion === 'number' && apiVersion > PLUGIN_API_VERSION
        ? 'update @tangentlab/core, or install an older version of the plugin'
        : 'install a newer version of the plugin, or change it and its apiVersion',
    );
  }
  if (!isRecord(provides)) {
    return refuse(
      `plugin "${name}" must provide a record of roles`,
      show(provides),
      'write provides: { searcher: {} }',
    );
  }
  for (const [role, factories] of Object.entries(provides)) {
    const place = `plugin "${name}" must provide ${role} as a record of factories`;
    if (!isRecord(factories)) return refuse(place, show(factories), 'give each factory a name');
    const broken = Object.entries(factories).filter(([, factory]) => typeof factory !== 'function');
    if (broken.length > 0) {
      return refuse(place, `no function as ${listOf(broken.map(([key]) => key))}`, 'give the factory, not its result');
    }
  }
  const frozen = recordOf(
    Object.entries(provides).map(([role, factories]) => [role, recordOf(Object.entries(factories))] as const),
  );
  return Object.freeze({ name, apiVersion, provides: frozen as PluginParts });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
