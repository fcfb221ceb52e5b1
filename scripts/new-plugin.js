/**
 * Begins a plugin: a folder with package.json, source, test and README, filled in from `scripts/plugin-template`.
 * `npm run new-plugin -- <kind> <name>` makes the folder where the command was given. Nothing is installed.
 */
import { cpSync, existsSync, readdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesIn } from './source/files-in.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TEMPLATE = join(ROOT, 'scripts/plugin-template');

/**
 * The kinds, and what a package of each needs beyond core.
 *
 * @type {Readonly<Record<string, { peers: readonly string[], tests: readonly string[] }>>}
 */
export const KINDS = {
  searcher: { peers: [], tests: ['@tangentlab/testkit'] },
  stage: { peers: ['@tangentlab/tensor', 'rxjs'], tests: [] },
};

const NAME = /^(?:@[a-z0-9][a-z0-9-]*\/)?[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const RESERVED = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends ' +
    'false finally for function if implements import in instanceof interface let new null package private protected ' +
    'public return static super switch this throw true try typeof undefined var void while with yield'
  ).split(' '),
);

/**
 * Makes the folder and returns its path.
 *
 * @param {{ kind: string, name: string, into: string }} wanted `name`: that of the package; `into`: the folder for its own
 * @throws Error for an unknown kind, a name that is none of a package or of a function, and a folder that exists
 */
export function createPlugin({ kind, name, into }) {
  const needs = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (needs === undefined) {
    throw complaint(`a kind of plugin (${Object.keys(KINDS).sort().join(', ')})`, kind, USAGE);
  }
  if (!NAME.test(name)) {
    throw complaint('a package name in kebab-case', name, 'write for instance my-search or @me/my-search');
  }
  const file = /** @type {string} */ (name.split('/').at(-1)).replace(/^tangentlab-/, '');
  const camel = file.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
  const sources = filesIn(join(TEMPLATE, kind)).filter((path) => path.endsWith('.ts'));
  const words = sources.map((path) => readFileSync(join(TEMPLATE, kind, path), 'utf8')).join('\n');
  if (!/^[a-z]/.test(camel) || RESERVED.has(camel) || new RegExp(`(?<![\\w$])${camel}(?![\\w$])`).test(words)) {
    throw complaint('a name that can be that of a new function', `${name}, which makes ${camel}()`, 'choose another');
  }
  const folder = resolve(into, file);
  if (existsSync(folder))
    throw complaint('a folder that does not exist yet', folder, 'choose another name, or move it');
  for (const shared of ['package.json', 'tsconfig.json', 'README.md']) {
    cpSync(join(TEMPLATE, shared), join(folder, shared));
  }
  for (const part of readdirSync(join(TEMPLATE, kind))) {
    cpSync(join(TEMPLATE, kind, part), join(folder, part), { recursive: true });
  }
  fillIn(folder, { kind, name, file, camel });
  writeManifest(join(folder, 'package.json'), needs);
  return folder;
}

/**
 * @param {string} folder
 * @param {{ kind: string, name: string, file: string, camel: string }} words
 */
function fillIn(folder, { kind, name, file, camel }) {
  const type = camel.charAt(0).toUpperCase() + camel.slice(1);
  for (const path of filesIn(folder).filter((each) => /\.[a-z]+$/.test(each))) {
    const text = readFileSync(join(folder, path), 'utf8')
      .replaceAll('template-package', name)
      .replaceAll('template-kind', kind)
      .replaceAll('template-file', file)
      .replaceAll('templateName', camel)
      .replaceAll('TemplateType', type);
    writeFileSync(join(folder, path), text);
    const renamed = path.replace('template-file', file);
    if (renamed !== path) renameSync(join(folder, path), join(folder, renamed));
  }
}

/**
 * @param {string} file
 * @param {{ peers: readonly string[], tests: readonly string[] }} needs
 */
function writeManifest(file, { peers, tests }) {
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  const core = JSON.parse(readFileSync(join(ROOT, 'packages/core/package.json'), 'utf8'));
  const range = (/** @type {string} */ name) => `^${name === 'rxjs' ? core.dependencies.rxjs : core.version}`;
  const ranges = (/** @type {readonly string[]} */ names) =>
    Object.fromEntries(names.map((name) => [name, range(name)]));
  manifest.peerDependencies = ranges(['@tangentlab/core', ...peers]);
  manifest.devDependencies = { ...ranges(tests), ...manifest.devDependencies };
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

const USAGE = 'npm run new-plugin -- <kind> <name>';

/**
 * @param {string} expected
 * @param {string} got
 * @param {string} todo
 */
function complaint(expected, got, todo) {
  return new Error(`new-plugin: expected ${expected}, got ${got === '' ? 'nothing' : got}; ${todo}.`);
}

/** @param {readonly string[]} args */
function main([kind = '', name = '', ...others]) {
  try {
    if (others.length > 0) throw complaint('a kind and a name', `${others.join(' ')} behind them`, USAGE);
    // npm runs scripts in the root of the repository; the user stands elsewhere, perhaps
    const folder = createPlugin({ kind, name, into: process.env.INIT_CWD ?? process.cwd() });
    console.log(`${folder}\nnext: npm install && npm test in there`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2));
}
