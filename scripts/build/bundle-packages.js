/**
 * The JavaScript of the packages: of each one file `dist/index.js` with the sources of that package in it, and a chunk for
 * what is loaded later. A program starts in the time that its files take to be found and read, and these were a thousand.
 *
 * Siblings stay outside, so that there is one of each; so does whatever else a package depends on, but for the few that
 * are many files and need not be shared (`INLINED`). Types are the compiler's.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { build } from 'esbuild';
import { writeNotices } from './third-party-notices.js';

/**
 * Dependencies that become part of the bundle, each with the one package that may hold it: a second copy costs as much
 * again. They stay declared, as types refer to them and class plugins take inversify's decorators.
 *
 * @type {Readonly<Record<string, string>>}
 */
export const INLINED = { inversify: 'core', 'reflect-metadata': 'core', seedrandom: 'core', zod: 'schema' };

/**
 * What is loaded by its address beside the index: programs of threads, and what a computed name hides from bundlers.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const ENTRIES = {
  'ops-wasm': ['matrix-core/thread.ts'],
  workers: ['thread-pool.ts', 'trial-thread.ts'],
};

/** Packages whose files stay as many as they are: the laws of executors have threads load them by their own address. */
const FILE_BY_FILE = ['testkit'];

/**
 * Writes `dist/**.js` of every package, and removes what an earlier build has left there.
 *
 * @param {string} root the folder that holds `packages`
 * @returns {Promise<void>} Rejects with esbuild's list of errors, after it has been printed.
 */
export async function bundlePackages(root) {
  const folders = readdirSync(join(root, 'packages')).filter((name) =>
    existsSync(join(root, 'packages', name, 'src/index.ts')),
  );
  await Promise.all(folders.map((folder) => bundlePackage(join(root, 'packages', folder), folder)));
}

/**
 * @param {string} path
 * @param {string} folder
 */
async function bundlePackage(path, folder) {
  const whole = !FILE_BY_FILE.includes(folder);
  const { metafile } = await build({
    absWorkingDir: path,
    entryPoints: whole ? ['index.ts', ...(ENTRIES[folder] ?? [])].map((name) => `src/${name}`) : sourcesIn(path),
    outbase: 'src',
    outdir: 'dist',
    // chunks lie beside the index, where addresses relative to src/ are right, too
    ...(whole ? { bundle: true, splitting: true, external: externals(path, folder), chunkNames: '[name]-[hash]' } : {}),
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    legalComments: 'none', // in the notices
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    logLevel: 'warning',
  });
  const written = new Set(Object.keys(metafile.outputs).map((name) => name.split('/').join(sep)));
  for (const name of readdirSync(join(path, 'dist'), { recursive: true, encoding: 'utf8' })) {
    const file = join('dist', name);
    if (/\.js(?:\.map)?$/.test(file) && !written.has(file)) rmSync(join(path, file));
  }
  writeNotices(path, Object.keys(metafile.inputs));
}

/** @param {string} path */
function sourcesIn(path) {
  return readdirSync(join(path, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => relative(path, join(path, 'src', name)));
}

/**
 * @param {string} path
 * @param {string} folder
 */
function externals(path, folder) {
  const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const names = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  const elsewhere = names.find((name) => (INLINED[name] ?? folder) !== folder);
  if (elsewhere !== undefined) {
    throw new Error(
      `packages/${folder}/package.json: expected "${elsewhere}" in ${INLINED[elsewhere]} alone, got a second copy; import @tangentlab/${INLINED[elsewhere]}.`,
    );
  }
  return ['node:*', ...names.filter((name) => INLINED[name] === undefined)];
}
