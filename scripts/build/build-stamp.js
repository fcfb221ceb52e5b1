/**
 * Whether what is built is what the sources say: asking the files takes a hundredth of a second, asking the compiler a
 * third of one. A stamp holds the digest of every source's and setting's path, size and time of change.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top folder of this repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What a build has done: the JavaScript of the packages is there; types are checked and written, too. */
export const STAMPS = { bundled: 'packages/.bundled', checked: 'packages/.checked' };

const SETTING = /\.ts$|^tsconfig.*\.json$|^package(?:-lock)?\.json$/;

/**
 * The digest of sources and settings, the scripts of the build among them.
 *
 * @param {string} root
 */
export function digestOfSources(root) {
  const digest = createHash('sha256');
  const look = (/** @type {string} */ path) => {
    const { size, mtimeMs } = statSync(join(root, path));
    digest.update(`${path}\0${size}\0${mtimeMs}\n`);
  };
  const walk = (/** @type {string} */ folder, /** @type {RegExp} */ wanted) => {
    if (!existsSync(join(root, folder))) return;
    const entries = readdirSync(join(root, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (entry.name !== 'node_modules' && entry.name !== 'dist') walk(path, wanted);
      } else if (wanted.test(entry.name)) look(path);
    }
  };
  walk('packages', SETTING);
  walk('examples', SETTING);
  walk('scripts/build', /\.js$/);
  for (const name of readdirSync(root).sort()) if (SETTING.test(name)) look(name);
  return digest.digest('hex');
}

/**
 * Whether the stamp is that of these sources, and no package has lost what was built of it.
 *
 * @param {string} root
 * @param {string} stamp
 */
export function isCurrent(root, stamp) {
  const file = join(root, stamp);
  return existsSync(file) && readFileSync(file, 'utf8') === digestOfSources(root) && isBuilt(root);
}

/**
 * Says that this digest is built.
 *
 * @param {string} root
 * @param {string} stamp
 * @param {string} digest of the sources as they were when the build began: what is edited meanwhile is built again
 */
export function writeStamp(root, stamp, digest) {
  mkdirSync(dirname(join(root, stamp)), { recursive: true });
  writeFileSync(join(root, stamp), digest);
}

/** @param {string} root */
export function removeStamps(root) {
  for (const stamp of Object.values(STAMPS)) rmSync(join(root, stamp), { force: true });
}

/** @param {string} root */
function isBuilt(root) {
  return readdirSync(join(root, 'packages')).every(
    (name) =>
      !existsSync(join(root, 'packages', name, 'src/index.ts')) ||
      existsSync(join(root, 'packages', name, 'dist/index.js')),
  );
}
