/**
 * Chance and time come from the roles Rng and CLOCK; a source that reads them elsewhere cannot be reproduced.
 */
import { lineAt } from '../source/mask-source.js';

/** @typedef {import('./package-tree.js').SourceFile} SourceFile */
/** @typedef {import('./package-tree.js').Violation} Violation */

const BANNED = [
  { pattern: /(?<![.\w$])Math\s*\.\s*random\b/g, instead: 'draw from the Rng of the context' },
  { pattern: /(?<![.\w$])Date\s*\.\s*now\b/g, instead: 'take the time from CLOCK' },
  { pattern: /(?<![.\w$])performance\s*\.\s*now\b/g, instead: 'take the time from CLOCK' },
  // without arguments only: a date made from a number is reproducible
  { pattern: /(?<![.\w$])new\s+Date\b(?:\s*\(\s*\)|(?!\s*\())/g, instead: 'take the time from CLOCK' },
];

/**
 * Reads of chance and time in code; strings and comments may speak of them.
 *
 * @param {SourceFile} file
 * @param {readonly string[]} allowedFiles
 * @returns {Violation[]}
 */
export function clockViolations({ path, text, code }, allowedFiles) {
  if (allowedFiles.includes(path)) return [];
  return BANNED.flatMap(({ pattern, instead }) =>
    [...code.matchAll(pattern)].map((match) => ({
      file: path,
      line: lineAt(text, match.index),
      expected: 'no randomness or clock of the machine',
      got: match[0].replace(/\s+/g, ' '),
      todo: instead,
    })),
  );
}
