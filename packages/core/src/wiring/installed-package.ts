/**
 * Packages as they are installed, read from disk: manifest, folder, the module that `import` of their name would load.
 * Node only; nothing of it is loaded before a function is called.
 */
import { show } from '../config.js';
import { ConfigError, messageOf } from '../errors.js';

/** The part of a package.json that is read here. */
export interface Manifest {
  readonly name?: string;
  readonly keywords?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly exports?: unknown;
  readonly main?: string;
}

/** A package on disk. */
export interface InstalledPackage {
  readonly name: string;
  readonly folder: string;
  readonly manifest: Manifest;
}

const NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/i;
/** What `import` asks for in Node, so that a package which is ES modules only is found too. */
const CONDITIONS = ['node', 'import', 'module-sync', 'default'];

/** The manifest in this file. *Throws* CONFIG_INVALID when it cannot be read, or is no record. */
export async function readManifest(file: string): Promise<Manifest> {
  const { readFile } = await import('node:fs/promises');
  const complain = (got: string, cause?: unknown) =>
    new ConfigError('CONFIG_INVALID', {
      where: file,
      expected: 'a package.json is needed',
      got,
      todo: 'give the folder or the package.json of your project',
      cause,
    });
  let manifest: unknown;
  try {
    manifest = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw complain(`the error "${messageOf(cause)}"`, cause);
  }
  if (typeof manifest !== 'object' || manifest === null || Array.isArray(manifest)) throw complain(show(manifest));
  return manifest as Manifest;
}

/**
 * The package that modules in `directory` get under this name: the first one in a `node_modules` from there upwards.
 *
 * *Throws* CONFIG_INVALID when there is none, or the name is none of a package.
 */
export async function findInstalled(directory: string, name: string): Promise<InstalledPackage> {
  const [{ stat }, { dirname, join }] = await Promise.all([import('node:fs/promises'), import('node:path')]);
  const exists = (path: string) =>
    stat(path).then(
      () => true,
      () => false,
    );
  // a name is never a path out of node_modules
  for (let at = NAME.test(name) ? directory : ''; at !== ''; at = dirname(at) === at ? '' : dirname(at)) {
    const folder = join(at, 'node_modules', name);
    const file = join(folder, 'package.json');
    if (await exists(file)) return { name, folder, manifest: await readManifest(file) };
  }
  throw new ConfigError('CONFIG_INVALID', {
    where: join(directory, 'package.json'),
    expected: `the dependency ${show(name)} must be installed`,
    got: 'none in node_modules here or above',
    todo: 'run npm install, or take it out of the dependencies',
    details: { dependency: name },
  });
}

/** The file that `import` of the package's name loads; undefined if it exports nothing there. */
export async function entryOf({ folder, manifest }: InstalledPackage): Promise<string | undefined> {
  const { join, relative, isAbsolute } = await import('node:path');
  const target = manifest.exports === undefined ? (manifest.main ?? 'index.js') : targetOf(rootOf(manifest.exports));
  if (typeof target !== 'string') return undefined;
  const file = join(folder, target);
  const inside = relative(folder, file);
  return inside.startsWith('..') || isAbsolute(inside) ? undefined : file;
}

/** The part of `exports` that belongs to the package's bare name. */
function rootOf(exports: unknown): unknown {
  const record = exports as Readonly<Record<string, unknown>> | null;
  const hasPaths =
    typeof record === 'object' && record !== null && Object.keys(record).some((key) => key.startsWith('.'));
  return hasPaths ? record['.'] : exports;
}

/** The first target whose conditions hold, in the order in which the package wrote them. */
function targetOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const candidates = Array.isArray(value)
    ? value
    : Object.entries(value).flatMap(([condition, target]) => (CONDITIONS.includes(condition) ? [target] : []));
  for (const candidate of candidates) {
    const target = targetOf(candidate);
    if (target !== undefined) return target;
  }
  return undefined;
}
