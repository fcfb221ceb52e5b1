/**
 * `npm run test:gpu`: the laws of matrix cores, a whole search, a thousand steps and the troubles of devices on every
 * mode of gpu.js, in Node and in headless Chromium; WebAssembly in Chromium, bit for bit; then the example page. Ends with the line "N passed, N failed".
 *
 * Without Chromium, or without a driver for WebGPU, it says what it skipped; with --require that is a failure. With
 * --only node:webgpu,chromium:webgl2,wasm,page it does no more than that; with --screenshots FOLDER the page is painted there.
 */
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { findChromium } from './browser/chromium.js';
import { checkModes } from './gpu/check-modes.js';
import { checkPage } from './gpu/check-page.js';
import { checkWasm } from './gpu/check-wasm.js';
import { countChecks, errorTable, hostileTable, modeSummary } from './gpu/mode-tables.js';

const { values: flags } = parseArgs({
  options: { require: { type: 'boolean' }, only: { type: 'string' }, screenshots: { type: 'string' } },
});
const { screenshots } = flags;
const only = flags.only?.split(',');
/** @param {string} name */
const wanted = (name) => only === undefined || only.includes(name);
if (screenshots !== undefined) mkdirSync(screenshots, { recursive: true });

const print = (/** @type {string} */ text) => process.stdout.write(`${text}\n`);

const results = await checkModes(
  (place, mode) => wanted(`${place}:${mode}`),
  (result) => print(modeSummary(result)),
);
print(`\nLargest error in units of the bound, on renderers as named above:\n\n${errorTable(results)}`);
print(`\nValues at the edge of single precision, as each mode has them:\n\n${hostileTable(results)}\n`);

let [passed, failed, skipped] = [0, 0, 0];
for (const { report } of results) {
  if (report === undefined) skipped++;
  else {
    const counted = countChecks(report);
    passed += counted.passed;
    failed += counted.failures.length;
  }
}

const chromium = findChromium();
for (const [part, check] of /** @type {const} */ ([
  ['wasm', checkWasm],
  ['page', checkPage],
])) {
  if (!wanted(part)) print(`${part}: not asked for`);
  else if (chromium === undefined) {
    print(`${part}: skipped: no Chromium was found`);
    skipped++;
  } else {
    for (const { name, error } of await check(chromium, screenshots)) {
      print(`${part}: ${error === undefined ? 'passed' : 'FAILED'} ${name}${error === undefined ? '' : `: ${error}`}`);
      if (error === undefined) passed++;
      else failed++;
    }
  }
}

if (flags.require) [failed, skipped] = [failed + skipped, 0];
print(`\n${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`);
process.exit(failed === 0 ? 0 : 1);
