/**
 * The examples of the documentation: `ts` blocks of the pages and `@example` blocks of the docstrings, as data.
 * `node scripts/doc-examples.js` lists them; test/docs compiles and runs them.
 */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { docstringExamples } from './docs/docstring-examples.js';
import { markdownExamples } from './docs/markdown-examples.js';
import { filesIn } from './source/files-in.js';

/**
 * One example. `line` is where its code begins, `lines[i]` where line i of `code` stands, `scopes` the packages whose names
 * a fragment may use without importing them.
 *
 * @typedef {object} Example
 * @property {string} file
 * @property {number} line
 * @property {'markdown' | 'docstring'} origin
 * @property {'program' | 'fragment'} kind
 * @property {readonly string[]} scopes
 * @property {string} code
 * @property {number[]} lines
 * @property {import('./docs/expectations.js').Expectation[]} expectations
 * @property {string | undefined} notRun why it is left out
 */

const PAGES = ['README.md', 'CONTRIBUTING.md'];
const SOURCE = /^[^/]+\/src\/.*(?<!\.test|\.d)\.tsx?$/;

/**
 * Every example of the project. *Throws* where one is not well formed.
 *
 * @param {string} root
 * @returns {Example[]}
 */
export function extractExamples(root) {
  const read = (/** @type {string} */ file) => readFileSync(join(root, file), 'utf8');
  const pages = [...PAGES.filter((page) => existsSync(join(root, page))), ...filesBelow(root, 'docs', /\.md$/)];
  const sources = filesBelow(root, 'packages', SOURCE);
  return [
    ...pages.flatMap((file) => markdownExamples(file, read(file))),
    ...sources.flatMap((file) => docstringExamples(file, read(file), scopesOf(root, file))),
  ];
}

/**
 * @param {string} root
 * @param {string} folder
 * @param {RegExp} pattern
 */
function filesBelow(root, folder, pattern) {
  return filesIn(join(root, folder))
    .filter((file) => pattern.test(file))
    .map((file) => `${folder}/${file}`);
}

/**
 * The package of a source file, then the siblings that it depends on.
 *
 * @param {string} root
 * @param {string} file
 */
function scopesOf(root, file) {
  const folder = file.split('/').slice(0, 2).join('/');
  const { name, dependencies = {} } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  return [name, ...Object.keys(dependencies).filter((dependency) => dependency.startsWith('@tangentlab/'))];
}

/** @param {string} root */
function main(root) {
  for (const { file, line, kind, expectations, notRun } of extractExamples(root)) {
    console.log(
      `${file}:${line}: ${notRun === undefined ? `${kind}, ${expectations.length} expectations` : `not run: ${notRun}`}`,
    );
  }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)));
}
