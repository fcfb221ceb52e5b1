/**
 * Rules on who imports whom: known packages, allowed directions, and siblings by their name alone.
 */
import { posix } from 'node:path';
import { packageOf } from '../source/find-imports.js';

/** @typedef {import('./package-tree.js').Package} Package */
/** @typedef {import('./package-tree.js').SourceFile} SourceFile */
/** @typedef {import('./package-tree.js').Import} Import */
/** @typedef {import('./package-tree.js').Violation} Violation */
/** @typedef {Readonly<Record<string, readonly string[] | 'anything'>>} Directions */

const SCOPE = '@tangentlab/';
const UMBRELLA = 'tangentlab';

/**
 * A folder that the table does not know, or a manifest whose name is not that of the folder; for an example that is a
 * package of its own, a name that is not its own.
 *
 * @param {Package} pkg
 * @param {Directions} directions
 * @returns {Violation[]}
 */
export function identityViolations({ kind, folder, path, manifest }, directions) {
  const file = `${path}/package.json`;
  if (kind === 'own') {
    if (manifest.name !== undefined && siblingOf(manifest.name) === undefined) return [];
    const expected = `a name of its own, outside of ${SCOPE}`;
    return [{ file, line: 1, expected, got: show(manifest.name), todo: 'name it as a user would' }];
  }
  if (!Object.hasOwn(directions, folder)) {
    const known = `one of the known packages (${Object.keys(directions).join(', ')})`;
    return [
      { file, line: 1, expected: known, got: folder, todo: 'add it to MAY_IMPORT in scripts/check-boundaries.js' },
    ];
  }
  const name = nameOf(folder);
  if (manifest.name === name) return [];
  return [{ file, line: 1, expected: `the name "${name}"`, got: show(manifest.name), todo: 'rename it' }];
}

/** @param {string | undefined} name */
function show(name) {
  return name === undefined ? 'none' : `"${name}"`;
}

/**
 * What one import breaks.
 *
 * @param {Package} pkg
 * @param {SourceFile} file
 * @param {Import} imported
 * @param {{ directions: Directions, endpoints: readonly string[] }} rules
 * @returns {Violation[]}
 */
export function siblingViolations(pkg, file, imported, { directions, endpoints }) {
  const { specifier, line } = imported;
  const complain = (/** @type {string} */ expected, /** @type {string} */ todo) => [
    { file: file.path, line, expected, got: `"${specifier}"`, todo },
  ];
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(file.path), specifier);
    const inside = (/** @type {string} */ path) => target.startsWith(`${path}/`);
    if (inside(pkg.path) && !pkg.inner.some(inside)) return [];
    return complain(`a relative import that stays in ${pkg.path}`, 'import the sibling by its package name');
  }
  if (packageOf(specifier) === pkg.manifest.name) {
    return complain('a relative import inside the package', 'name the file that you need');
  }
  const sibling = siblingOf(specifier);
  if (sibling === undefined) return [];
  if (specifier !== nameOf(sibling)) {
    return complain(`a sibling by its name, "${nameOf(sibling)}"`, 'export what you need from its index.ts');
  }
  if (!Object.hasOwn(directions, sibling)) return complain('a known sibling', 'correct the name');
  // a user may import what he likes
  const allowed = pkg.kind === 'own' ? 'anything' : directions[pkg.folder];
  if (endpoints.includes(sibling) && pkg.kind === 'house') {
    return complain(`no package to import ${endpoints.join(', ')}`, 'move what is shared below it');
  }
  if (allowed === undefined || allowed === 'anything' || allowed.includes(sibling)) return [];
  const list = allowed.length === 0 ? 'no sibling' : `only ${allowed.join(', ')}`;
  return complain(`${pkg.folder} to import ${list}`, 'move the code, or put a contract with a token further down');
}

/** @param {string} folder */
function nameOf(folder) {
  return folder === UMBRELLA ? UMBRELLA : SCOPE + folder;
}

/**
 * The folder of the sibling that a specifier means, however deep.
 *
 * @param {string} specifier
 */
export function siblingOf(specifier) {
  const name = packageOf(specifier);
  if (name === UMBRELLA) return UMBRELLA;
  return name?.startsWith(SCOPE) ? name.slice(SCOPE.length) : undefined;
}
