/**
 * Expectations in examples: a line `expression // => value` says that the two are deeply equal.
 */
import { maskSource } from '../source/mask-source.js';
import { exampleError } from './example-error.js';

/**
 * `index` counts the lines of the example from 0, `line` those of its file from 1.
 *
 * @typedef {{ index: number, line: number, expression: string, expected: string }} Expectation
 */

const STATEMENT = /^(?:const|let|var|function|class|return|throw|if|for|while|import|export|type|interface)\b/;

/**
 * The expectations of an example. *Throws* where there is no expression or no value to compare.
 *
 * @param {string} file
 * @param {string} code
 * @param {readonly number[]} lines the line in `file` of each line of `code`
 * @returns {Expectation[]}
 */
export function findExpectations(file, code, lines) {
  /** @type {Expectation[]} */
  const found = [];
  for (const { start, end } of maskSource(code).comments) {
    const arrow = /^\/\/\s*=>(?<expected>.*)/.exec(code.slice(start, end));
    if (arrow === null) continue;
    const index = code.slice(0, start).split('\n').length - 1;
    const line = lines[index] ?? 0;
    const expected = arrow.groups?.expected?.trim() ?? '';
    const before = code.slice(code.lastIndexOf('\n', start) + 1, start).trim();
    const expression = before.replace(/;$/, '');
    if (expression === '' || STATEMENT.test(expression)) {
      const todo = 'put the value in a line of its own';
      throw exampleError(file, line, { expected: 'an expression before // =>', got: before || 'nothing', todo });
    }
    if (expected === '') {
      const todo = 'write what the expression must equal';
      throw exampleError(file, line, { expected: 'a value after // =>', got: 'nothing', todo });
    }
    found.push({ index, line, expression, expected });
  }
  return found;
}
