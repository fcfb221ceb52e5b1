/**
 * The checks of a mode as functions of a page, for the browser that `npm run test:gpu` drives.
 */
import { hostileValues } from '../hostile-values.js';
import { lawsOnMode } from '../laws-on-mode.js';
import { stepsOnMode } from '../steps-on-mode.js';
import { trainingOnMode } from '../training-on-mode.js';
import { troublesOnMode } from '../troubles-on-mode.js';
import { wasmBits, wasmLaws } from '../wasm-checks.js';

/** Memory in use after a collection of garbage; Chromium shows both where it was told to. */
async function heapBytes() {
  const { gc, performance } = /** @type {any} */ (globalThis);
  if (gc === undefined || performance.memory === undefined) return undefined;
  for (let i = 0; i < 3; i++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return performance.memory.usedJSHeapSize;
}

/** @type {any} */ (globalThis).checks = {
  laws: lawsOnMode,
  training: trainingOnMode,
  steps: (/** @type {any} */ mode, /** @type {number} */ steps) => stepsOnMode(mode, steps, heapBytes),
  troubles: troublesOnMode,
  hostile: hostileValues,
  wasmLaws,
  wasmBits,
};
