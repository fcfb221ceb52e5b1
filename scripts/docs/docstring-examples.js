/**
 * The `@example` blocks of a source file. What the package and the siblings under it export, and RxJS, stands ready in
 * them.
 */
import { lineAt, maskSource } from '../source/mask-source.js';
import { exampleError } from './example-error.js';
import { findExpectations } from './expectations.js';
import { htmlComment, notRunReason } from './not-run.js';

/** @typedef {import('../doc-examples.js').Example} Example */

/**
 * The examples of a file, in order.
 *
 * @param {string} file
 * @param {string} text
 * @param {readonly string[]} scopes
 * @returns {Example[]}
 */
export function docstringExamples(file, text, scopes) {
  const docstrings = maskSource(text).comments.filter(({ start }) => text.startsWith('/**', start));
  return docstrings.flatMap(({ start, end }) => {
    const comment = text.slice(start + '/**'.length, end - '*/'.length);
    return examplesIn(file, comment, lineAt(text, start), scopes);
  });
}

/**
 * @param {string} file
 * @param {string} comment without its delimiters
 * @param {number} firstLine
 * @param {readonly string[]} scopes
 * @returns {Example[]}
 */
function examplesIn(file, comment, firstLine, scopes) {
  /** @type {Example[]} */
  const examples = [];
  const content = comment.split('\n').map((line) => line.replace(/^\s*\* ?/, '').trimEnd());
  for (const [index, line] of content.entries()) {
    const tag = /^\s*@example\b(?<rest>.*)/.exec(line);
    if (tag === null) continue;
    const rest = tag.groups?.rest?.trim() ?? '';
    const at = firstLine + index;
    if (rest !== '') {
      const complaint = { expected: 'nothing behind @example', got: rest, todo: 'begin the code on the next line' };
      throw exampleError(file, at, complaint);
    }
    const after = content.slice(index + 1);
    const length = after.findIndex((next) => /^\s*@[a-z]+/i.test(next));
    examples.push(exampleOf(file, length < 0 ? after : after.slice(0, length), at + 1, scopes));
  }
  return examples;
}

/**
 * @param {string} file
 * @param {readonly string[]} content
 * @param {number} line
 * @param {readonly string[]} scopes
 * @returns {Example}
 */
function exampleOf(file, content, line, scopes) {
  const notRun = notRunReason(file, line, htmlComment(content[0] ?? ''));
  // a fence or the comment becomes an empty line, so that code and file keep the same line numbers
  const code = content.map((text) => (/^\s*(?:```|<!--)/.test(text) ? '' : text)).join('\n');
  if (code.trim() === '') throw exampleError(file, line, { expected: 'code', got: 'none', todo: 'write an example' });
  const lines = content.map((_, index) => line + index);
  const expectations = notRun === undefined ? findExpectations(file, code, lines) : [];
  return { file, line, origin: 'docstring', kind: 'fragment', scopes, code, lines, expectations, notRun };
}
