/**
 * The names that a module exports, and whether each is a value or only a type. Follows `export *` through relative files
 * and through packages of the workspace.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findImports } from './find-imports.js';
import { maskSource } from './mask-source.js';

/** @typedef {Map<string, 'value' | 'type'>} Names */

const DECLARED =
  /(?<![.\w$])export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:(const\s+enum|const|let|var|function|class|enum|interface|type|namespace)\s+|function\s*\*\s*)(?<name>[\w$]+)/g;
const LISTED = /(?<![.\w$])export\s+(?<type>type\s+)?\{(?<list>[^}]*)\}/g;
const NAMESPACE = /(?<![.\w$])export\s+(?<type>type\s+)?\*\s*as\s+(?<name>[\w$]+)/g;
const STAR = /^export\s+(type\s+)?\*\s*from/;

/**
 * The names exported by a package of the workspace, by its name.
 *
 * @param {string} root
 * @param {string} packageName
 * @returns {Names}
 */
export function namesOfPackage(root, packageName) {
  return namesOfModule(root, packageEntry(root, packageName));
}

/**
 * @param {string} root
 * @param {string} file
 * @returns {Names}
 */
function namesOfModule(root, file) {
  /** @type {Names} */
  const names = new Map();
  if (!existsSync(file)) return names;
  const text = readFileSync(file, 'utf8');
  const { code } = maskSource(text);
  for (const { start, end, specifier } of findImports(text)) {
    const star = STAR.exec(code.slice(start, end));
    if (star === null) continue;
    const target = specifier.startsWith('.') ? sourceOf(join(dirname(file), specifier)) : packageEntry(root, specifier);
    for (const [name, kind] of namesOfModule(root, target)) names.set(name, star[1] === undefined ? kind : 'type');
  }
  // a name that is both, an interface beside a factory of the same name, can be imported as a value
  for (const [name, kind] of ownNames(code)) if (names.get(name) !== 'value') names.set(name, kind);
  return names;
}

/**
 * @param {string} code
 * @returns {Generator<[string, 'value' | 'type']>}
 */
function* ownNames(code) {
  for (const { 1: keyword, groups } of code.matchAll(DECLARED)) {
    yield [groups?.name ?? '', keyword === 'interface' || keyword === 'type' ? 'type' : 'value'];
  }
  for (const { groups } of code.matchAll(NAMESPACE)) yield [groups?.name ?? '', groups?.type ? 'type' : 'value'];
  for (const { groups } of code.matchAll(LISTED)) {
    for (const item of (groups?.list ?? '').split(',')) {
      const [, type, name] = /^\s*(type\s+)?(?:[\w$]+\s+as\s+)?([\w$]+)\s*$/.exec(item) ?? [];
      if (name !== undefined) yield [name, groups?.type || type ? 'type' : 'value'];
    }
  }
}

/**
 * @param {string} root
 * @param {string} packageName
 */
function packageEntry(root, packageName) {
  return join(root, 'packages', packageName.replace('@tangentlab/', ''), 'src', 'index.ts');
}

/** @param {string} path */
function sourceOf(path) {
  return path.replace(/\.js$/, '.ts');
}
