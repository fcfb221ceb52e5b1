/**
 * The seed document's random search (sections 4 and 5), live, on its own data: `npm start`.
 *
 * Edit and start again. Swap a part in one line: `search: gridSearch()`, another space, another objective. The runner
 * shows one objective; with several, read `front` of `await seed5.run().result`.
 */
import { isMainThread } from 'node:worker_threads';
import {
  adam,
  auto,
  autoBackend,
  choice,
  cmaEs,
  experiment,
  gp,
  gpu,
  gridSearch,
  holdout,
  makeClassification,
  maximize,
  mlp,
  randomSearch,
  reference,
  standardScale,
  tpe,
  wasm,
} from 'tangentlab';
import { withFlags } from './terminal/flags.js';
import { runInTerminal } from './terminal/run-in-terminal.js';

const described = experiment({
  name: 'random-search',
  module: import.meta.url,
  seed: 42,
  data: makeClassification({ samples: 1000, features: 20, randomState: 42 }).pipe(
    standardScale(),
    holdout({ fraction: 0.2, randomState: 42 }),
  ),
  space: {
    hidden: choice(32, 64, 128),
    lr: choice(1e-4, 5e-4, 1e-3),
    dropout: choice(0.1, 0.3, 0.5),
    batch: choice(16, 32, 64),
    epochs: choice(5, 10, 15),
  },
  model: ({ params: p, data }) => mlp({ widths: [data.features, p.hidden, data.classes], dropout: p.dropout }),
  // the seed's loop goes through the rows as they stand
  train: ({ params: p }) => adam({ lr: p.lr, batchSize: p.batch, epochs: p.epochs, shuffle: false }),
  objective: maximize('valAccuracy'),
  search: randomSearch(),
  trials: 10,
});

// what the command line says goes over what stands above: npm start -- --search grid --backend gpu --trials 20
export const seed5 = withFlags(described, {
  search: { random: randomSearch, grid: gridSearch, gp, tpe, cmaEs, auto },
  backend: { auto: autoBackend, wasm, reference, gpu },
});

// with --workers, threads load this module, too: they need the experiment, and must not run it
if (isMainThread) await runInTerminal(seed5);
