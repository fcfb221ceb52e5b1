/**
 * `npm run build`: the compiler checks all sources and writes their types, esbuild writes the JavaScript of the packages.
 * When nothing has changed since both passed, neither is asked.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { digestOfSources, isCurrent, ROOT, STAMPS, writeStamp } from './build/build-stamp.js';

/**
 * Builds what is not built.
 *
 * @returns {Promise<boolean>} Whether all is built; if not, the compiler has said why.
 */
export async function buildIfChanged() {
  if (isCurrent(ROOT, STAMPS.checked)) return true;
  const digest = digestOfSources(ROOT);
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-b'], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) return false;
  await bundleIfChanged();
  writeStamp(ROOT, STAMPS.checked, digest);
  return true;
}

/** Writes the JavaScript of the packages anew, unless it is that of the sources; types are neither checked nor written. */
export async function bundleIfChanged() {
  if (isCurrent(ROOT, STAMPS.bundled)) return;
  const digest = digestOfSources(ROOT);
  const { bundlePackages } = await import('./build/bundle-packages.js'); // not read when there is nothing to do
  await bundlePackages(ROOT);
  writeStamp(ROOT, STAMPS.bundled, digest);
}

if (process.argv[1] === fileURLToPath(import.meta.url) && !(await buildIfChanged())) process.exitCode = 1;
