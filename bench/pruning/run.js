/**
 * The bench of pruning: searches on the table of curves, each way to prune against full training of the same search.
 * Writes results/pruning.json, results/table.md and a picture of one case, and prints the table.
 *
 * Usage, after the build: node bench/pruning/run.js [--seeds 20] [--first 0]. With other seeds than those from 0 on it only
 * prints.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CASES, runCase } from './cases.js';
import { readTable } from './curve-table.js';
import { progressSvg } from './progress-svg.js';
import { curveOf } from './replay.js';
import { tableOf } from './report.js';

/** The case that is drawn. */
const DRAWN = 1;

const { values: flags } = parseArgs({
  options: { seeds: { type: 'string', default: '20' }, first: { type: 'string', default: '0' } },
});
const first = Number(flags.first);
const seeds = Array.from({ length: Number(flags.seeds) }, (_, i) => first + i);
const curves = readTable().map(curveOf);
const cases = CASES.map((one) => {
  const found = runCase(one, curves, seeds);
  process.stderr.write(`${one.goal}, ${one.searcher}, ${one.trials} trials: done\n`);
  return found;
});
const table = tableOf(cases);
if (first === 0) writeResults();
process.stdout.write(table);

function writeResults() {
  const write = (name, text) => writeFileSync(new URL(`results/${name}`, import.meta.url), text);
  const figures = cases.map(({ methods, ...about }) => ({
    ...about,
    methods: methods.map(({ progress, ...rest }) => rest),
  }));
  write('pruning.json', `${JSON.stringify({ node: process.version, seeds: seeds.length, cases: figures })}\n`);
  write('pruning.svg', progressSvg(cases[DRAWN]));
  write('table.md', table);
}
