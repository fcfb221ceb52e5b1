/**
 * The packages of the workspace as the boundary rules see them: manifest, sources without tests, imports. Reads, and
 * judges nothing.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesIn } from '../source/files-in.js';
import { findImports } from '../source/find-imports.js';
import { maskSource } from '../source/mask-source.js';

/** @typedef {import('../source/find-imports.js').Import} Import */
/** @typedef {{ path: string, text: string, code: string, imports: Import[] }} SourceFile `path` is relative to the root */
/** @typedef {{ name?: string, dependencies?: Record<string, string>, peerDependencies?: Record<string, string> }} Manifest */
/**
 * `kind`: one of the house; the examples that are programs; or an example that is a package of its own, as a user would
 * write one. `inner`: the paths of packages inside this one, which are not part of it.
 *
 * @typedef {object} Package
 * @property {'house' | 'programs' | 'own'} kind
 * @property {string} folder
 * @property {string} path
 * @property {readonly string[]} inner
 * @property {string} manifestText
 * @property {Manifest} manifest
 * @property {SourceFile[]} files
 */
/** @typedef {{ file: string, line: number, expected: string, got: string, todo: string }} Violation */

const SOURCE = /\.[cm]?tsx?$/;
const NO_SOURCE = /\.test\.[cm]?tsx?$|(?:^|\/)(?:dist|node_modules)\//;

/**
 * Every folder under `packages`, `examples`, and every folder under `examples` that has a package.json of its own. A folder
 * with neither manifest nor sources is the rest of an old build.
 *
 * @param {string} root
 * @returns {Package[]}
 */
export function readPackages(root) {
  const own = foldersIn(join(root, 'examples')).filter((name) =>
    existsSync(join(root, 'examples', name, 'package.json')),
  );
  const inner = own.map((name) => `examples/${name}`);
  return [
    ...foldersIn(join(root, 'packages')).map((folder) => readPackage(root, 'house', `packages/${folder}`)),
    readPackage(root, 'programs', 'examples', inner),
    ...inner.map((path) => readPackage(root, 'own', path)),
  ].filter(({ path }) => existsSync(join(root, path, 'package.json')) || existsSync(join(root, path, 'src')));
}

/**
 * @param {string} root
 * @param {Package['kind']} kind
 * @param {string} path
 * @param {readonly string[]} inner
 * @returns {Package}
 */
function readPackage(root, kind, path, inner = []) {
  const folder = path.slice(path.lastIndexOf('/') + 1);
  const files = readSources(root, kind === 'programs' ? path : `${path}/src`);
  const outer = files.filter((file) => !inner.some((other) => file.path.startsWith(`${other}/`)));
  return { kind, folder, path, inner, ...readManifest(root, path), files: outer };
}

/**
 * @param {string} root
 * @param {string} path
 */
function readManifest(root, path) {
  const file = join(root, path, 'package.json');
  const manifestText = existsSync(file) ? readFileSync(file, 'utf8') : '{}';
  return { manifestText, manifest: /** @type {Manifest} */ (JSON.parse(manifestText)) };
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {SourceFile[]}
 */
function readSources(root, folder) {
  return filesIn(join(root, folder))
    .filter((name) => SOURCE.test(name) && !NO_SOURCE.test(name))
    .map((name) => {
      const text = readFileSync(join(root, folder, name), 'utf8');
      return { path: `${folder}/${name}`, text, code: maskSource(text).code, imports: findImports(text) };
    });
}

/** @param {string} folder */
function foldersIn(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
