/**
 * `tsc -b`, unless nothing has changed since it last passed here: asking the compiler takes a third of a second, asking the
 * files a hundredth. What counts is whether a source or a setting is newer than the stamp, or another number of them there.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const STAMP = join(ROOT, 'examples/dist/.built');
const COMPILER = join(ROOT, 'node_modules/typescript/bin/tsc');

/**
 * The time of the newest source or setting, and how many there are.
 *
 * @param {string} root
 */
export function sourcesOf(root) {
  let [newest, count] = [0, 0];
  const look = (/** @type {string} */ file) => {
    newest = Math.max(newest, statSync(file).mtimeMs);
    count++;
  };
  const walk = (/** @type {string} */ folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== 'node_modules' && entry.name !== 'dist') walk(path);
      } else if (/\.ts$|^tsconfig.*\.json$|^package\.json$/.test(entry.name)) look(path);
    }
  };
  for (const folder of ['packages', 'examples']) if (existsSync(join(root, folder))) walk(join(root, folder));
  for (const name of readdirSync(root))
    if (/^tsconfig.*\.json$|^package-lock\.json$/.test(name)) look(join(root, name));
  return { newest, count };
}

/**
 * Whether the stamp is that of these sources.
 *
 * @param {string} stamp
 * @param {{ newest: number, count: number }} sources
 */
export function isCurrent(stamp, { newest, count }) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === String(count) && statSync(stamp).mtimeMs > newest;
}

/**
 * Whether no package has lost what was built of it.
 *
 * @param {string} root
 */
export function isBuilt(root) {
  const packages = readdirSync(join(root, 'packages'));
  return packages.every(
    (name) =>
      !existsSync(join(root, 'packages', name, 'src/index.ts')) ||
      existsSync(join(root, 'packages', name, 'dist/index.js')),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const sources = sourcesOf(ROOT);
  if (!isCurrent(STAMP, sources) || !isBuilt(ROOT)) {
    const { status } = spawnSync(process.execPath, [COMPILER, '-b'], { cwd: ROOT, stdio: 'inherit' });
    if (status === 0) writeFileSync(STAMP, String(sources.count));
    process.exitCode = status ?? 1;
  }
}
