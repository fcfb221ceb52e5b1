/**
 * The checks of one mode in a process of Node, which `npm run test:gpu` starts: the result is the last line, as JSON. A
 * process of its own, since a driver speaks to the console, and may take the process down.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { hostileValues } from './hostile-values.js';
import { lawsOnMode } from './laws-on-mode.js';
import { stepsOnMode } from './steps-on-mode.js';
import { trainingOnMode } from './training-on-mode.js';
import { troublesOnMode } from './troubles-on-mode.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

async function heapBytes() {
  for (let i = 0; i < 3; i++) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}

const mode = /** @type {import('@tangentlab/ops-gpu').GpuMode} */ (process.argv[2]);
const [numRuns, steps] = [Number(process.argv[3]), Number(process.argv[4])];
const report = {
  laws: await lawsOnMode(mode, { numRuns }),
  training: await trainingOnMode(mode),
  steps: await stepsOnMode(mode, steps, heapBytes),
  hostile: await hostileValues(mode),
  troubles: await troublesOnMode(mode),
};
process.stdout.write(`\n${JSON.stringify(report)}\n`, () => process.exit(0));
