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
/** @typedef {{ folder: string, path: string, manifestText: string, manifest: Manifest, files: SourceFile[] }} Package */
/** @typedef {{ file: string, line: number, expected: string, got: string, todo: string }} Violation */

const SOURCE = /\.[cm]?tsx?$/;
const NO_SOURCE = /\.test\.[cm]?tsx?$|(?:^|\/)(?:dist|node_modules)\//;

/**
 * Every folder under `packages`, and `examples`. A folder with neither manifest nor sources is the rest of an old build.
 *
 * @param {string} root
 * @returns {Package[]}
 */
export function readPackages(root) {
  const folders = foldersIn(join(root, 'packages'));
  const places = folders.map((folder) => ({ folder, path: `packages/${folder}`, sources: `packages/${folder}/src` }));
  return [...places, { folder: 'examples', path: 'examples', sources: 'examples' }]
    .filter(({ path }) => existsSync(join(root, path, 'package.json')) || existsSync(join(root, path, 'src')))
    .map(({ folder, path, sources }) => ({
      folder,
      path,
      ...readManifest(root, path),
      files: readSources(root, sources),
    }));
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
