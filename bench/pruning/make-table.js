/**
 * Trains all rows of the table and writes curves.bin and curves.json: node bench/pruning/make-table.js [--check n], after
 * the build. With --check it trains every n-th row only, and says whether it is the stored one bit for bit.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { VERSION } from 'tangentlab';
import { EPOCHS, ROWS, SAMPLES, SEED, SPACE, VALIDATION_ROWS } from './configurations.js';
import { ABOUT, FILE, hashOf, packRow } from './curve-table.js';
import { openTraining } from './train-curve.js';

const { values: flags } = parseArgs({ options: { check: { type: 'string' } } });
const every = flags.check === undefined ? 1 : Number(flags.check);
const { curveOf, dispose } = await openTraining();
const rows = [];
for (let row = 0; row < ROWS; row += every) {
  rows.push(packRow(await curveOf(row)));
  if (rows.length % 50 === 0) process.stderr.write(`${rows.length} rows\n`);
}
dispose();

if (flags.check === undefined) {
  const file = Buffer.concat(rows);
  const provenance = {
    script: 'bench/pruning/make-table.js',
    node: process.version,
    tangentlab: VERSION,
    date: new Date().toISOString().slice(0, 10),
  };
  const about = {
    seed: SEED,
    rows: ROWS,
    epochs: EPOCHS,
    samples: SAMPLES,
    validationRows: VALIDATION_ROWS,
    space: SPACE,
  };
  writeFileSync(FILE, file);
  writeFileSync(ABOUT, `${JSON.stringify({ provenance, ...about, sha256: hashOf(file) }, null, 2)}\n`);
} else {
  const stored = readFileSync(FILE);
  const bytes = stored.length / ROWS;
  const wrong = rows.flatMap((row, i) =>
    row.equals(stored.subarray(i * every * bytes, (i * every + 1) * bytes)) ? [] : [i * every],
  );
  process.stdout.write(
    `${rows.length} rows trained, ${wrong.length} differ${wrong.length > 0 ? `: ${wrong.join(', ')}` : ''}\n`,
  );
  if (wrong.length > 0) process.exitCode = 1;
}
