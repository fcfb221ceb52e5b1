/**
 * HTML comments before an example: `<!-- not run: reason -->` and `<!-- continues -->`.
 */
import { exampleError } from './example-error.js';

/**
 * The text of a line that is one HTML comment; empty for any other line.
 *
 * @param {string} line
 */
export function htmlComment(line) {
  return /^\s*<!--\s*(.*?)\s*-->\s*$/.exec(line)?.[1] ?? '';
}

/**
 * The reason in `not run: reason`; undefined for any other comment. *Throws* where no reason is given.
 *
 * @param {string} file
 * @param {number} line
 * @param {string} comment
 */
export function notRunReason(file, line, comment) {
  if (!/^not run\b/.test(comment)) return undefined;
  const reason = comment.replace(/^not run\s*:?\s*/, '');
  if (reason !== '') return reason;
  throw exampleError(file, line, { expected: 'a reason after "not run:"', got: 'none', todo: 'say why it is not run' });
}
