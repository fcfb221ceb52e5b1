/**
 * The imports of a TypeScript source: static ones, re-exports, `import type`, `import()`, `require()` and
 * `import.meta.resolve()` with a literal specifier. What a computed specifier means is not known here.
 */
import { lineAt, maskSource } from './mask-source.js';

/**
 * `lazy` imports happen when their line runs, `type` imports never.
 *
 * @typedef {{ specifier: string, kind: 'static' | 'type' | 'lazy', line: number, start: number, end: number }} Import
 */

const TYPE = /\s+type(?=\s*[{*]|\s+(?!from\s*['"])[\w$])/.source;
const CLAUSE = /(?:[\w$]+\s*,?\s*)?(?:\{[^}]*\}|\*(?:\s*as\s+[\w$]+)?)?\s*(?<![\w$])from\s*/.source;
const STATIC = new RegExp(`(?<![.\\w$])(?:import|export)(?<type>${TYPE})?\\s*(?:${CLAUSE})?(?=['"])`, 'g');
const LAZY = /(?<![.\w$])(?:import|import\.meta\.resolve|require|require\.resolve)\s*\(\s*(?=['"`])/g;

/**
 * Every import, in the order of the text.
 *
 * @param {string} text
 * @returns {Import[]}
 */
export function findImports(text) {
  const { code } = maskSource(text);
  const found = [...matches(text, code, STATIC), ...matches(text, code, LAZY)];
  return found.sort((a, b) => a.start - b.start);
}

/**
 * @param {string} text
 * @param {string} code
 * @param {RegExp} pattern matches up to the opening quote
 */
function* matches(text, code, pattern) {
  for (const match of code.matchAll(pattern)) {
    const open = match.index + match[0].length;
    // inside a literal the mask is blank, so the next quote of the same kind closes it
    const close = code.indexOf(/** @type {string} */ (code[open]), open + 1);
    const specifier = text.slice(open + 1, close);
    const isLiteral = close >= 0 && !code.slice(open + 1, close).includes('${');
    if (!isLiteral || (pattern === LAZY && !/^\s*[,)]/.test(code.slice(close + 1)))) continue;
    /** @type {Import['kind']} */
    const kind = pattern === LAZY ? 'lazy' : match.groups?.type === undefined ? 'static' : 'type';
    yield { specifier, kind, line: lineAt(text, open), start: match.index, end: close + 1 };
  }
}

/**
 * The package that a bare specifier names, `undefined` for relative and built-in ones.
 *
 * @param {string} specifier
 */
export function packageOf(specifier) {
  if (/^(?:\.{0,2}\/|\.{1,2}$|node:|#)/.test(specifier)) return undefined;
  const [first, second] = specifier.split('/');
  return first?.startsWith('@') && second !== undefined ? `${first}/${second}` : first;
}
