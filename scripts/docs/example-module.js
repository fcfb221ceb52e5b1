/**
 * An example as a TypeScript module: one line of imports, then the example line by line, with each expectation turned
 * into a call of `$equal`. Line n of the example is line n + 1 of the module.
 */
import { findImports } from '../source/find-imports.js';
import { maskSource } from '../source/mask-source.js';

/** @typedef {import('../doc-examples.js').Example} Example */
/** @typedef {import('../source/exported-names.js').Names} Names */

// not behind a dot, except for the three of a spread
const IDENTIFIER = /(?<![\w$])(?<!(?<!\.\.)\.)[A-Za-z_$][\w$]*/g;

/**
 * The text of the module.
 *
 * @param {Example} example
 * @param {(packageName: string) => Names} namesOf
 */
export function moduleOf(example, namesOf) {
  const body = withExpectations(example);
  if (example.kind === 'program') return `export {};\n${body}\n`;
  const imports = automaticImports(body, example.scopes, namesOf);
  const own = findImports(body).findLast(({ kind }) => kind !== 'lazy');
  // the braces let an example declare a name that the package exports too
  if (own === undefined) return `${imports}export {}; {\n${body}\n}\n`;
  const lineEnd = body.indexOf('\n', own.end);
  const end = lineEnd < 0 ? body.length : lineEnd;
  return `${imports}\n${body.slice(0, end)} {${body.slice(end)}\n}\n`;
}

/**
 * The line of the file from which a line of the module was made.
 *
 * @param {Example} example
 * @param {number} moduleLine from 1 on
 */
export function originalLine({ lines, line }, moduleLine) {
  return lines[Math.min(moduleLine - 2, lines.length - 1)] ?? line;
}

/** @param {Example} example */
function withExpectations({ file, code, expectations }) {
  const lines = code.split('\n');
  for (const { index, line, expression, expected } of expectations) {
    lines[index] = `$equal(${JSON.stringify(`${file}:${line}`)}, (${expression}), (${expected}));`;
  }
  return lines.join('\n');
}

/** Words of the language, which a package can export and nobody can import by that name. */
const WORDS = new Set(['null', 'enum', 'function', 'void']);

/**
 * @param {string} body
 * @param {readonly string[]} scopes in the order in which they are asked
 * @param {(packageName: string) => Names} namesOf
 */
function automaticImports(body, scopes, namesOf) {
  const { code } = maskSource(body);
  const used = new Set(code.match(IDENTIFIER));
  for (const { start, end, kind } of findImports(body)) {
    if (kind !== 'lazy') for (const name of code.slice(start, end).match(IDENTIFIER) ?? []) used.delete(name);
  }
  let imports = '';
  for (const packageName of [...scopes, 'rxjs']) {
    const names = [...namesOf(packageName)].filter(([name]) => !WORDS.has(name) && used.delete(name));
    const list = names.map(([name, kind]) => (kind === 'type' ? `type ${name}` : name)).join(', ');
    if (list !== '') imports += `import { ${list} } from '${packageName}'; `;
  }
  return imports;
}
