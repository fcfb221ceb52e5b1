/**
 * Sizes against modes on whatever this machine has: in Node the reference and every mode that runs there, in Chromium
 * the modes of a graphics device. A renderer on the CPU is named: its figures say nothing of a GPU.
 *
 * Usage, after `npm run build`: node bench/ops-gpu/sizes-against-modes.js
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { findChromium, withChromium } from '../../scripts/browser/chromium.js';
import { withServedFolder } from '../../scripts/browser/serve-folder.js';
import { timeMode } from './time-mode.js';

/** @type {{ title: string, description: string, ms: Record<string, string> }[]} */
const columns = [];
for (const mode of ['reference', 'cpu', 'webasm']) columns.push({ title: `node ${mode}`, ...(await timeMode(mode)) });

const chromium = findChromium();
if (chromium === undefined) process.stdout.write('chromium: skipped, none was found\n');
else {
  const folder = mkdtempSync(join(tmpdir(), 'tangentlab-bench-'));
  const outDir = { outDir: folder, emptyOutDir: true, target: 'es2022' };
  await build({ root: import.meta.dirname, configFile: false, base: './', logLevel: 'error', build: outDir });
  await withServedFolder(folder, (address) =>
    withChromium(chromium, async (context) => {
      for (const mode of ['webasm', 'webgl', 'webgl2', 'webgpu']) {
        const page = await context.newPage();
        await page.goto(address);
        await page.waitForFunction('globalThis.timeMode !== undefined');
        columns.push({ title: `chromium ${mode}`, ...(await page.evaluate(`timeMode('${mode}')`)) });
        await page.close();
      }
    }),
  );
  rmSync(folder, { recursive: true, force: true });
}

const software = columns.some(({ description }) => description.includes('software renderer'));
process.stdout.write(
  `Node.js ${process.version}, ${cpus()[0]?.model}, ${cpus().length} cores; milliseconds a call\n\n`,
);
for (const { title, description } of columns) process.stdout.write(`${title}: ${description}\n`);
if (software)
  process.stdout.write('\nA software renderer computes on the CPU: its figures are no measure of any GPU.\n');
const names = Object.keys(columns[0]?.ms ?? {});
const rows = [
  ['', ...columns.map(({ title }) => title)],
  ['---', ...columns.map(() => '--:')],
  ...names.map((name) => [name, ...columns.map(({ ms }) => ms[name] ?? '-')]),
];
process.stdout.write(`\n${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`);
process.exit(0);
