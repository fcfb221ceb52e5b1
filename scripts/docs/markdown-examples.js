/**
 * The fenced `ts` blocks of a markdown page. A block with an import statement is a complete program; any other one is a
 * fragment, in which the names of the umbrella package stand ready.
 *
 * `<!-- not run: reason -->` before a block leaves it out; `<!-- continues -->` appends it to the block before.
 */
import { findImports } from '../source/find-imports.js';
import { exampleError } from './example-error.js';
import { findExpectations } from './expectations.js';
import { htmlComment, notRunReason } from './not-run.js';

/** @typedef {import('../doc-examples.js').Example} Example */
/** @typedef {{ lines: number[], code: string[], comment: string, language: string }} Block */

const FENCE = /^(?<indent>\s*)(?<fence>`{3,}(?=[^`]*$)|~{3,})\s*(?<language>\w*)/;
const LANGUAGES = ['ts', 'typescript'];

/**
 * The examples of a page, in order.
 *
 * @param {string} file
 * @param {string} text
 * @returns {Example[]}
 */
export function markdownExamples(file, text) {
  /** @type {{ code: string[], lines: number[], notRun: string | undefined }[]} */
  const gathered = [];
  for (const { language, comment, code, lines } of fencedBlocks(file, text)) {
    if (!LANGUAGES.includes(language)) continue;
    const last = gathered.at(-1);
    const line = lines[0] ?? 1;
    if (comment !== 'continues') gathered.push({ code, lines, notRun: notRunReason(file, line, comment) });
    else if (last === undefined) {
      throw exampleError(file, line, { expected: 'a block to continue', got: 'none', todo: 'remove the comment' });
    } else {
      last.code.push(...code);
      last.lines.push(...lines);
    }
  }
  return gathered.map(({ code, lines, notRun }) => exampleOf(file, code.join('\n'), lines, notRun));
}

/**
 * @param {string} file
 * @param {string} code
 * @param {number[]} lines
 * @param {string | undefined} notRun
 * @returns {Example}
 */
function exampleOf(file, code, lines, notRun) {
  const kind = findImports(code).some((imported) => imported.kind !== 'lazy') ? 'program' : 'fragment';
  const expectations = notRun === undefined ? findExpectations(file, code, lines) : [];
  const scopes = kind === 'program' ? [] : ['tangentlab'];
  return { file, line: lines[0] ?? 1, origin: 'markdown', kind, scopes, code, lines, expectations, notRun };
}

/**
 * @param {string} file
 * @param {string} text
 * @returns {Generator<Block>}
 */
function* fencedBlocks(file, text) {
  /** @type {(Block & { fence: string, indent: number }) | undefined} */
  let open;
  let comment = '';
  for (const [index, line] of text.split('\n').entries()) {
    const { indent = '', fence = '', language = '' } = FENCE.exec(line)?.groups ?? {};
    if (open === undefined && fence !== '') {
      open = { fence, indent: indent.length, language, comment, code: [], lines: [] };
    } else if (open !== undefined && fence.startsWith(open.fence) && line.trim() === fence) {
      yield open;
      open = undefined;
      comment = '';
    } else if (open !== undefined) {
      open.code.push(line.replace(new RegExp(`^\\s{0,${open.indent}}`), '').trimEnd());
      open.lines.push(index + 1);
    } else if (line.trim() !== '') comment = htmlComment(line);
  }
  if (open === undefined) return;
  throw exampleError(file, open.lines[0] ?? 1, {
    expected: 'a fence to close the block',
    got: 'none',
    todo: 'close it',
  });
}
