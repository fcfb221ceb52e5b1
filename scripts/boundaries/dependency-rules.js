/**
 * Rules on what comes from outside: what is imported is declared, what is declared is imported, heavy packages stay where
 * they are needed, and modules of Node.js do not keep a package out of a page.
 */
import { builtinModules } from 'node:module';
import { packageOf } from '../source/find-imports.js';
import { lineAt } from '../source/mask-source.js';

/** @typedef {import('./package-tree.js').Package} Package */
/** @typedef {import('./package-tree.js').SourceFile} SourceFile */
/** @typedef {import('./package-tree.js').Import} Import */
/** @typedef {import('./package-tree.js').Violation} Violation */
/** @typedef {Readonly<Record<string, { home: string, lazy: boolean }>>} Heavy */
/** @typedef {Readonly<Record<string, Readonly<Record<string, string>>>>} UnusedOnPurpose folder -> dependency -> reason */

/** @param {Package} pkg */
function declared({ manifest }) {
  return new Set([...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.peerDependencies ?? {})]);
}

/**
 * An import of a package that the manifest does not declare.
 *
 * @param {Package} pkg
 * @param {SourceFile} file
 * @param {Import} imported
 * @returns {Violation[]}
 */
export function undeclaredViolations(pkg, file, { specifier, line }) {
  const name = packageOf(specifier);
  if (name === undefined || builtinModules.includes(specifier)) return [];
  if (name === pkg.manifest.name || declared(pkg).has(name)) return [];
  const expected = `an import that ${pkg.path}/package.json declares`;
  const todo = 'add it to the dependencies or peerDependencies there';
  return [{ file: file.path, line, expected, got: `"${name}"`, todo }];
}

/**
 * Declared packages that no source imports, and exceptions that are no longer needed.
 *
 * @param {Package} pkg
 * @param {UnusedOnPurpose} exceptions
 * @returns {Violation[]}
 */
export function unusedViolations(pkg, exceptions) {
  const used = new Set(pkg.files.flatMap((file) => file.imports.map(({ specifier }) => packageOf(specifier))));
  const excused = Object.keys(exceptions[pkg.folder] ?? {});
  const names = declared(pkg);
  const unused = [...names].filter((name) => !used.has(name) && !excused.includes(name));
  const stale = excused.filter((name) => used.has(name) || !names.has(name));
  const at = (/** @type {string} */ name) => ({
    file: `${pkg.path}/package.json`,
    line: lineAt(pkg.manifestText, Math.max(0, pkg.manifestText.indexOf(`"${name}":`))),
    got: `"${name}"`,
  });
  return [
    ...unused.map((name) => ({ ...at(name), expected: 'only packages that src imports', todo: 'remove it' })),
    ...stale.map((name) => ({
      ...at(name),
      expected: 'exceptions for packages that are declared and not imported',
      todo: 'remove the exception from UNUSED_ON_PURPOSE in scripts/check-boundaries.js',
    })),
  ];
}

/**
 * A heavy package outside its home, or loaded before it is needed.
 *
 * @param {Package} pkg
 * @param {SourceFile} file
 * @param {Import} imported
 * @param {Heavy} heavy
 * @returns {Violation[]}
 */
export function heavyViolations(pkg, file, { specifier, line, kind }, heavy) {
  const name = packageOf(specifier);
  if (name === undefined || !Object.hasOwn(heavy, name)) return [];
  const { home, lazy } = /** @type {Heavy[string]} */ (heavy[name]);
  const found = { file: file.path, line, got: `"${specifier}"` };
  if (pkg.folder !== home) {
    return [{ ...found, expected: `${name} in ${home} only`, todo: 'go through the contract that it implements' }];
  }
  if (!lazy || kind !== 'static') return [];
  return [{ ...found, expected: `${name} by import() or import type only`, todo: 'load it where it is first used' }];
}

/**
 * A module of Node.js that is imported where a package loads, so that a page could not import it.
 *
 * @param {Package} pkg
 * @param {SourceFile} file
 * @param {Import} imported
 * @param {readonly string[]} nodeOnly
 * @returns {Violation[]}
 */
export function nodeViolations(pkg, file, { specifier, line, kind }, nodeOnly) {
  if (kind !== 'static' || !(specifier.startsWith('node:') || builtinModules.includes(specifier))) return [];
  if (pkg.kind !== 'house' || nodeOnly.includes(pkg.folder)) return [];
  const expected = 'modules of Node.js by import(), import type or process.getBuiltinModule() only';
  const todo = 'take it where it is first used, or add the package to NODE_ONLY in scripts/check-boundaries.js';
  return [{ file: file.path, line, expected, got: `"${specifier}"`, todo }];
}
