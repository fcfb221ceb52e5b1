/**
 * Plugins by the name of their package, from the project's own dependencies and from nowhere else: what is not listed in
 * its package.json is never imported, however near it lies. Node only.
 */
import { ConfigError, isTangentError, listOf, messageOf, WiringError } from '../errors.js';
import { entryOf, findInstalled, type InstalledPackage, readManifest } from './installed-package.js';
import { checkedPlugin, type Plugin } from './plugin.js';
import { type PluginSet, usePlugins } from './plugin-set.js';

/** The keyword in the package.json of a plugin by which it is found. */
export const PLUGIN_KEYWORD = 'tangentlab-plugin';

/** Whose plugins to load. */
export interface LoadPluginsOptions {
  /** The project's folder; its `package.json` is read. A path, or a URL such as `new URL('.', import.meta.url)`. */
  readonly directory?: string | URL;
  /** The file itself, instead of `directory`. */
  readonly packageJson?: string | URL;
  /** Only these packages, with the keyword or without; all dependencies with the keyword unless given. */
  readonly names?: readonly string[];
}

/**
 * The plugins among a project's `dependencies`: each package with the keyword `tangentlab-plugin`, or those named. A
 * plugin's package exports it under the name `plugin`.
 *
 * Neither `devDependencies` nor the dependencies of dependencies count. To add plugins of your own:
 * `usePlugins(...loaded.plugins, mine)`.
 *
 * *Cost*: one small file per dependency, and what the plugins import. *Determinism*: packages are loaded one after the
 * other, by name.
 *
 * @throws ConfigError CONFIG_INVALID without a package.json, for a name that is not among its dependencies, and for a
 * dependency that is not installed. @throws WiringError PLUGIN_INCOMPATIBLE for a package that exports no plugin, cannot
 * be imported, or was written against another version; WIRING_AMBIGUOUS when two provide one name for one role.
 * @example
 * <!-- not run: needs a project with plugins -->
 * const plugins = await loadPlugins({ directory: process.cwd() });
 * const search = plugins.pick('searcher', 'hillClimb')();
 */
export async function loadPlugins(options: LoadPluginsOptions): Promise<PluginSet> {
  const { dirname } = await import('node:path');
  const file = await manifestFile(options);
  const { dependencies = {} } = await readManifest(file);
  const listed = Object.keys(dependencies).sort();
  for (const name of options.names ?? []) if (!Object.hasOwn(dependencies, name)) throw notListed(file, name, listed);
  const plugins: Plugin[] = [];
  for (const name of listed.filter((dependency) => options.names?.includes(dependency) ?? true)) {
    const found = await findInstalled(dirname(file), name);
    if (options.names !== undefined || hasKeyword(found)) plugins.push(await importPlugin(found));
  }
  return usePlugins(...plugins);
}

async function manifestFile({ directory, packageJson }: LoadPluginsOptions): Promise<string> {
  const [{ join, resolve }, { fileURLToPath }] = await Promise.all([import('node:path'), import('node:url')]);
  // not instanceof: a URL may come from another realm
  const pathOf = (place: string | URL) => (typeof place === 'string' ? resolve(place) : fileURLToPath(place.href));
  if (packageJson !== undefined && directory === undefined) return pathOf(packageJson);
  if (directory !== undefined && packageJson === undefined) return join(pathOf(directory), 'package.json');
  throw new ConfigError('CONFIG_INVALID', {
    where: 'loadPlugins',
    expected: 'either `directory` or `packageJson` is needed',
    got: directory === undefined ? 'neither' : 'both',
    todo: 'write for instance loadPlugins({ directory: process.cwd() })',
  });
}

function hasKeyword({ manifest: { keywords } }: InstalledPackage): boolean {
  return Array.isArray(keywords) && keywords.includes(PLUGIN_KEYWORD);
}

async function importPlugin(found: InstalledPackage): Promise<Plugin> {
  const where = `loadPlugins, package "${found.name}"`;
  const refuse = (expected: string, got: string, todo: string, cause?: unknown) =>
    new WiringError('PLUGIN_INCOMPATIBLE', { where, expected, got, todo, details: { package: found.name }, cause });
  const entry = await entryOf(found);
  if (entry === undefined) {
    throw refuse('a module that Node can import is needed', 'none', 'correct `exports` in its package.json');
  }
  const { pathToFileURL } = await import('node:url');
  let module: { readonly plugin?: unknown };
  try {
    module = await import(/* @vite-ignore */ /* webpackIgnore: true */ pathToFileURL(entry).href);
  } catch (cause) {
    if (isTangentError(cause)) throw cause;
    throw refuse('its module must be importable', `the error "${messageOf(cause)}"`, 'see its cause', cause);
  }
  if (module.plugin === undefined) {
    const exported = listOf(Object.keys(module));
    throw refuse('an export `plugin` is needed', `the exports ${exported}`, 'export const plugin = definePlugin(...)');
  }
  return checkedPlugin(where, module.plugin);
}

function notListed(file: string, name: string, listed: readonly string[]): ConfigError {
  return new ConfigError('CONFIG_INVALID', {
    where: file,
    expected: `"${name}" must be one of its dependencies`,
    got: listOf(listed),
    todo: 'install it there with npm install, or correct the name',
    details: { name },
  });
}
