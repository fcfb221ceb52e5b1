/**
 * Many dimensions: gp() beside tpe() and random points on functions of ten to twenty variables. Prints a table of medians.
 *
 * Usage, after the build: node bench/search/wide.js [--seeds 20] [--first 0]
 */
import { parseArgs } from 'node:util';
import { createLinearAlgebraSync } from '@tangentlab/ops-wasm';
import { gpSearcher, randomSearcher, tpeSearcher } from '@tangentlab/optimizers';
import { BUDGETS, median, regrets, SEEDS } from './quality.js';
import { WIDE } from './wide-suite.js';

const linearAlgebra = createLinearAlgebraSync();
const SEARCHERS = { gp: () => gpSearcher({ linearAlgebra }), tpe: () => tpeSearcher(), random: () => randomSearcher() };

const { values: flags } = parseArgs({
  options: { seeds: { type: 'string', default: String(SEEDS) }, first: { type: 'string', default: '0' } },
});
const [seeds, first] = [Number(flags.seeds), Number(flags.first)];
const names = Object.keys(SEARCHERS);
const lines = [`| function | trials | ${names.join(' | ')} |`, `|---|---|${names.map(() => '---').join('|')}|`];
for (const problem of WIDE) {
  const found = names.map((name) => regrets(problem, SEARCHERS[name], { seeds, first }));
  for (const budget of BUDGETS) {
    const medians = found.map((regret) => median(regret[budget]).toPrecision(3));
    lines.push(`| ${problem.name} | ${budget} | ${medians.join(' | ')} |`);
  }
  process.stderr.write(`${problem.name}: done\n`);
}
process.stdout.write(`${lines.join('\n')}\n`);
