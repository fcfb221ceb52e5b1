/**
 * The seed document's random search (sections 4 and 5), live, on its own data: `npm start`.
 *
 * Edit and start again. Swap a part in one line: `search: gridSearch()`, another space, another objective.
 */
import {
  adam,
  choice,
  experiment,
  gpu,
  gridSearch,
  holdout,
  makeClassification,
  maximize,
  mlp,
  pickNamed,
  randomSearch,
  reference,
  standardScale,
} from 'tangentlab';
import { readFlags } from './terminal/flags.js';
import { runInTerminal } from './terminal/run-in-terminal.js';

const seed5 = experiment({
  name: 'random-search',
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

await runInTerminal((argv) => {
  const flags = readFlags(argv, { seed: 42, trials: 10, search: 'random', backend: 'reference' });
  const search = pickNamed('--search', 'searcher', flags.search, { random: randomSearch, grid: gridSearch });
  const backend = pickNamed('--backend', 'back end', flags.backend, { reference, gpu });
  return seed5.with(search(), backend()).override({ seed: flags.seed, trials: flags.trials });
});
