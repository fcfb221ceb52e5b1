/**
 * No cycles of relative imports inside a package, type imports included: two files that need each other are one
 * concept, or three.
 */
import { posix } from 'node:path';

/** @typedef {import('./package-tree.js').SourceFile} SourceFile */
/** @typedef {import('./package-tree.js').Package} Package */
/** @typedef {import('./package-tree.js').Violation} Violation */
/** @typedef {{ to: string, line: number }} Edge */

/**
 * One violation for each import that closes a cycle.
 *
 * @param {Package} pkg
 * @returns {Violation[]}
 */
export function cycleViolations({ files }) {
  const edges = graphOf(files);
  /** @type {Violation[]} */
  const violations = [];
  /** @type {Set<string>} */
  const done = new Set();
  /** @type {string[]} */
  const path = [];

  const visit = (/** @type {string} */ from) => {
    path.push(from);
    for (const { to, line } of edges.get(from) ?? []) {
      if (path.includes(to)) violations.push(cycle(from, line, [...path.slice(path.indexOf(to)), to]));
      else if (!done.has(to)) visit(to);
    }
    path.pop();
    done.add(from);
  };
  for (const { path: file } of files) if (!done.has(file)) visit(file);
  return violations;
}

/**
 * @param {string} file
 * @param {number} line
 * @param {readonly string[]} members
 * @returns {Violation}
 */
function cycle(file, line, members) {
  const got = members.map((member) => posix.basename(member)).join(' -> ');
  return { file, line, expected: 'no cycle of imports', got, todo: 'move what both need to a file of its own' };
}

/** @param {readonly SourceFile[]} files */
function graphOf(files) {
  const known = new Set(files.map(({ path }) => path));
  return new Map(files.map((file) => [file.path, edgesOf(file, known)]));
}

/**
 * @param {SourceFile} file
 * @param {ReadonlySet<string>} known
 * @returns {Edge[]}
 */
function edgesOf(file, known) {
  return file.imports.flatMap(({ specifier, line }) => {
    if (!specifier.startsWith('.')) return [];
    const target = posix.join(posix.dirname(file.path), specifier);
    const stem = target.replace(/\.[cm]?jsx?$/, '');
    const to = [target, `${stem}.ts`, `${stem}.tsx`, `${stem}.mts`, `${target}/index.ts`].find((name) =>
      known.has(name),
    );
    return to === undefined ? [] : [{ to, line }];
  });
}
