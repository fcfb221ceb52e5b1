/**
 * The search benchmark: quality on the public suite beside Optuna 5.0.0, at lags 1, 4 and 16; duplicates; latency. Writes
 * results/quality.json, results/latency.json and results/table.md, and prints the table.
 *
 * Usage, after the build: node bench/search/run.js [--seeds 20] [searcher ...]. Those that are named take the place of their
 * earlier figures; others keep theirs.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { choice, int } from '@tangentlab/core';
import { createLinearAlgebraSync } from '@tangentlab/ops-wasm';
import {
  autoSearcher,
  cmaEsSearcher,
  gpSearcher,
  localSearcher,
  nsga2Searcher,
  randomSearcher,
  tpeSearcher,
} from '@tangentlab/optimizers';
import { duplicates } from './duplicates.js';
import { HISTORY, latency, MODEL_HISTORY, SPACES } from './latency.js';
import { BUDGETS, median, regrets, SEEDS } from './quality.js';
import { compared, tableOf } from './report.js';
import { SUITE } from './suite.js';

const linearAlgebra = createLinearAlgebraSync();
const SEARCHERS = {
  auto: () => autoSearcher({ linearAlgebra }),
  gp: () => gpSearcher({ linearAlgebra }),
  tpe: () => tpeSearcher(),
  'tpe, as Optuna 5': () => tpeSearcher({ compatible: 'optuna5' }),
  cmaEs: () => cmaEsSearcher(),
  nsga2: () => nsga2Searcher(),
  local: () => localSearcher(),
  random: () => randomSearcher(),
};
/** Searched at these lags beside 1, the one of a search that does not run in parallel. */
const LAGS = { auto: [4, 16], gp: [4, 16], tpe: [4, 16] };
/** After how many trials latency is measured, where not after 10,000: these cost too much there. */
const HISTORIES = { gp: MODEL_HISTORY, 'tpe, as Optuna 5': HISTORY.slice(0, 3) };
/** Those of one objective; auto is what its rule takes, so that its figures are those of gp here. */
const SINGLE = new Set(['cmaEs']);

const here = new URL('.', import.meta.url);
const peers = JSON.parse(readFileSync(new URL('peers/optuna5.json', here), 'utf8')).regret;
const rounded = (value) => Number(value.toPrecision(6));
const minutes = () => (process.uptime() / 60).toFixed(1);

const { values: flags, positionals } = parseArgs({
  options: { seeds: { type: 'string', default: String(SEEDS) } },
  allowPositionals: true,
});
const seeds = Number(flags.seeds);
const wanted = positionals.length > 0 ? positionals : Object.keys(SEARCHERS).filter((name) => name !== 'auto');
const earlier = (file) =>
  positionals.length > 0 ? JSON.parse(readFileSync(new URL(`results/${file}`, here), 'utf8')) : {};
const quality = { ...earlier('quality.json').regret };
for (const name of wanted) {
  for (const lag of [1, ...(LAGS[name] ?? [])]) {
    const label = lag === 1 ? name : `${name}, lag ${lag}`;
    quality[label] = {};
    for (const problem of SUITE) {
      if (problem.objectives > 1 && SINGLE.has(name)) continue;
      const found = regrets(problem, SEARCHERS[name], { lag, seeds });
      process.stderr.write(`${label}, ${problem.name}: ${seeds} seeds after ${minutes()} min\n`);
      quality[label][problem.name] = Object.fromEntries(BUDGETS.map((budget) => [budget, found[budget].map(rounded)]));
    }
  }
}

const latest = earlier('latency.json');
const costs = {
  ...latest.costs,
  ...Object.fromEntries(
    wanted.map((name) => [
      name,
      Object.fromEntries(
        Object.entries(SPACES).map(([space, shape]) => {
          const history = HISTORIES[name] ?? HISTORY;
          latency(shape, SEARCHERS[name], [200], 100); // warms the compiler
          return [space, latency(shape, SEARCHERS[name], history)];
        }),
      ),
    ]),
  ),
};
const repeated = {
  ...latest.repeated,
  ...Object.fromEntries(
    wanted.map((name) => [
      name,
      median(
        Array.from({ length: seeds }, (_, seed) =>
          duplicates({ a: int(1, 6), b: choice('x', 'y', 'z'), c: choice(1, 2, 3, 4) }, SEARCHERS[name], 60, seed),
        ),
      ),
    ]),
  ),
};

const machine = `${os.cpus().length} cores (${os.cpus()[0].model.trim()}), Node.js ${process.version}`;
const notes = {
  budgets: BUDGETS,
  latest: { searchers: wanted, seeds, machine, loadAtStart: rounded(os.loadavg()[0]) },
};
writeFileSync(new URL('results/quality.json', here), `${JSON.stringify({ ...notes, regret: quality })}\n`);
writeFileSync(
  new URL('results/latency.json', here),
  `${JSON.stringify({ ...notes, unit: 'ms of process time per ask and tell', costs, repeated })}\n`,
);
const table = tableOf(compared(quality, peers), costs, repeated);
writeFileSync(new URL('results/table.md', here), table);
process.stdout.write(table);
