/**
 * Checks the suite against values of the Python functions: node bench/search/check-suite.js
 */
import { readFileSync } from 'node:fs';
import { Space } from '@tangentlab/core';
import { SUITE } from './suite.js';

const values = JSON.parse(readFileSync(new URL('peers/suite_values.json', import.meta.url), 'utf8'));
let worst = 0;
for (const { name, space, f } of SUITE) {
  for (const { params, losses } of values[name]) {
    new Space(space).check(params, name);
    [f(params)].flat().forEach((loss, i) => {
      worst = Math.max(worst, Math.abs(loss - losses[i]) / Math.max(1, Math.abs(losses[i])));
    });
  }
}
process.stdout.write(`largest relative difference ${worst.toExponential(1)}\n`);
// sums of up to six terms of the order of the result, each to a few units in the last place
if (!(worst < 1e-13)) process.exitCode = 1;
