/**
 * Compiles examples, all in one run of tsc with the project's own strict options, and runs those that compile. They
 * see the packages as users do: by name, as built.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { namesOfPackage } from '../source/exported-names.js';
import { moduleOf, originalLine } from './example-module.js';
import { runFiles } from './run-files.js';

/** @typedef {import('../doc-examples.js').Example} Example */
/** @typedef {import('../source/exported-names.js').Names} Names */

const TIMEOUT_MS = 30_000;
const SYNTAX_ERROR = /^\S+: TS1\d{3}:/;
const GENERATED = 'test/docs/.generated';

/**
 * What is wrong with each example that fails; the ones marked `not run` are left out.
 *
 * @param {readonly Example[]} examples
 * @param {string} root
 * @param {number} timeoutMs for each of them
 * @returns {Promise<Map<Example, string>>}
 */
export async function checkExamples(examples, root, timeoutMs = TIMEOUT_MS) {
  const checked = examples.filter(({ notRun }) => notRun === undefined);
  if (checked.length === 0) return new Map();
  checkBuilt(root, checked);
  mkdirSync(join(root, GENERATED), { recursive: true });
  const folder = mkdtempSync(join(root, GENERATED, 'run-'));
  try {
    writeProject(folder, root, checked);
    const failures = await compile(folder, root, checked);
    const sound = checked.filter((example) => !failures.has(example));
    const cwd = folder;
    const files = new Map(sound.map((example) => [join(folder, 'out', `e${checked.indexOf(example)}.js`), example]));
    const run = (/** @type {Example['kind']} */ kind) => [...files].filter(([, example]) => example.kind === kind);
    const batches = [run('fragment'), ...run('program').map((program) => [program])];
    for (const batch of batches) {
      const toTheEnd = batch[0]?.[1].kind === 'program';
      const names = batch.map(([file]) => file);
      for (const [file, failure] of await runFiles(names, { cwd, timeoutMs, toTheEnd })) {
        failures.set(/** @type {Example} */ (files.get(file)), readable(failure, checked));
      }
    }
    return failures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} root
 * @param {readonly Example[]} examples
 */
function checkBuilt(root, examples) {
  for (const scope of new Set(examples.flatMap(({ scopes }) => scopes))) {
    const folder = `packages/${scope.replace('@tangentlab/', '')}`;
    if (existsSync(join(root, folder, 'src')) && !existsSync(join(root, folder, 'dist/index.d.ts'))) {
      throw new Error(`${folder}/dist: expected the built package, got none; run "npm run build" first.`);
    }
  }
}

/**
 * @param {string} folder
 * @param {string} root
 * @param {readonly Example[]} examples
 */
function writeProject(folder, root, examples) {
  /** @type {Map<string, Names>} */
  const known = new Map([['rxjs', rxjsNames(root)]]);
  const namesOf = (/** @type {string} */ name) => {
    const names = known.get(name) ?? namesOfPackage(root, name);
    known.set(name, names);
    return names;
  };
  for (const [i, example] of examples.entries()) writeFileSync(join(folder, `e${i}.ts`), moduleOf(example, namesOf));
  writeFileSync(
    join(folder, 'globals.d.ts'),
    'declare function $equal(where: string, actual: unknown, expected: unknown): void;\n',
  );
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configOf(folder, root)));
}

/**
 * @param {string} folder
 * @param {string} root
 */
function configOf(folder, root) {
  return {
    extends: `${relative(folder, root).replaceAll('\\', '/')}/tsconfig.base.json`,
    compilerOptions: {
      composite: false,
      declaration: false,
      declarationMap: false,
      customConditions: [],
      rootDir: '.',
      outDir: 'out',
    },
    include: ['*.ts'],
  };
}

/**
 * @param {string} root
 * @returns {Names}
 */
function rxjsNames(root) {
  return new Map(Object.keys(createRequire(join(root, 'package.json'))('rxjs')).map((name) => [name, 'value']));
}

/**
 * The compiler's complaints, by example.
 *
 * @param {string} folder
 * @param {string} root
 * @param {readonly Example[]} examples
 * @returns {Promise<Map<Example, string>>}
 */
async function compile(folder, root, examples) {
  const { status, output } = await tsc(folder, root);
  /** @type {Map<Example, string>} */
  const failures = new Map();
  let unparsed = 0;
  const pattern = /^e(?<i>\d+)\.ts\((?<line>\d+),\d+\): error (?<message>.*(?:\n[ \t].*)*)/gm;
  for (const { groups } of output.matchAll(pattern)) {
    const example = examples[Number(groups?.i)];
    if (example === undefined) continue;
    const complaint = `${example.file}:${originalLine(example, Number(groups?.line))}: ${groups?.message}`;
    failures.set(example, [failures.get(example), complaint].filter(Boolean).join('\n'));
    if (!SYNTAX_ERROR.test(complaint)) continue;
    unparsed++;
    rmSync(join(folder, `e${groups?.i}.ts`), { force: true });
  }
  if (status !== 0 && failures.size === 0) throw new Error(`tsc: expected to compile the examples, got\n${output}`);
  // while a file cannot be parsed, tsc does not look at the types of any
  return unparsed === 0 ? failures : new Map([...failures, ...(await compile(folder, root, examples))]);
}

/**
 * @param {string} folder
 * @param {string} root
 * @returns {Promise<{ status: number, output: string }>}
 */
function tsc(folder, root) {
  return new Promise((resolve) => {
    const command = join(root, 'node_modules/.bin/tsc');
    execFile(command, ['--pretty', 'false'], { cwd: folder, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : 1, output: stdout + stderr });
    });
  });
}

/**
 * A stack trace that speaks of the files in which the examples stand.
 *
 * @param {string} failure
 * @param {readonly Example[]} examples
 */
function readable(failure, examples) {
  const lines = failure.split('\n').filter((line) => !/node:internal|run-examples\.js/.test(line));
  return lines.join('\n').replace(/(?:file:\/\/)?[^\s()]*\be(\d+)\.ts:(\d+)(?::\d+)?/g, (all, i, line) => {
    const example = examples[Number(i)];
    return example === undefined ? all : `${example.file}:${originalLine(example, Number(line))}`;
  });
}
