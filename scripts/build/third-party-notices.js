/**
 * The licences of what a bundle contains of others, in `dist/THIRD-PARTY.txt`: their terms ask that they come along.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NOTICES = 'dist/THIRD-PARTY.txt';

/**
 * Writes the notices of a package, if its bundle contains anything of others.
 *
 * @param {string} path the package's folder
 * @param {readonly string[]} inputs the files of the bundle, relative to that folder
 */
export function writeNotices(path, inputs) {
  const folders = new Set(inputs.flatMap((name) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? []));
  const file = join(path, NOTICES);
  if (folders.size === 0) rmSync(file, { force: true });
  else {
    const notices = [...folders].sort().map((folder) => {
      const files = inputs.filter((name) => name.startsWith(`${folder}/`)).map((name) => join(path, name));
      return noticeOf(join(path, folder), files);
    });
    writeFileSync(
      file,
      `Parts of these packages are contained in the JavaScript of this folder.\n\n${notices.join('\n\n')}\n`,
    );
  }
}

/**
 * Name, version and licence, and the copyrights that its files state beside. A package without a file of that name states
 * its terms in its README.
 *
 * @param {string} folder
 * @param {readonly string[]} files those of its files that the bundle contains
 */
export function noticeOf(folder, files) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const names = readdirSync(folder);
  const file = names.find((entry) => /^licen[cs]e(?:\.\w+)?$/i.test(entry));
  const text = file === undefined ? termsInReadme(folder, names) : readFileSync(join(folder, file), 'utf8').trim();
  if (text === undefined) {
    throw new Error(`${name}: expected a licence to hand on, got none; do not inline it.`);
  }
  const stated = files.flatMap((path) => copyrightsIn(readFileSync(path, 'utf8')));
  return [`${name} ${version} (${license})`, text, ...new Set(stated)].join('\n\n');
}

/**
 * The comments that state a copyright.
 *
 * @param {string} text
 */
function copyrightsIn(text) {
  const comments = text.match(/(?:^[ \t]*\/\/.*\n)+|\/\*[\s\S]*?\*\//gm) ?? [];
  return comments.filter((comment) => /copyright/i.test(comment)).map((comment) => comment.trim());
}

/**
 * The part of a README under the heading "License".
 *
 * @param {string} folder
 * @param {readonly string[]} names
 */
function termsInReadme(folder, names) {
  const file = names.find((entry) => /^readme(?:\.\w+)?$/i.test(entry));
  if (file === undefined || !existsSync(join(folder, file))) return undefined;
  const [, terms] = readFileSync(join(folder, file), 'utf8').split(/^(?:#+ *)?licen[cs]e.*\n(?:[-=]+\n)?/im);
  return terms?.trim();
}
