/**
 * The seed document's random search, as in `01-random-search.ts`, on a back end of the reader's choice. There is nothing
 * of the page in it: the same record runs in Node.
 */
import {
  adam,
  choice,
  experiment,
  holdout,
  makeClassification,
  maximize,
  mlp,
  randomSearch,
  standardScale,
} from 'tangentlab';
import { type BackendName, backendNamed } from './backends.js';

/** What the form asks for. */
export interface SearchSettings {
  readonly seed: number;
  readonly trials: number;
  readonly backend: BackendName;
}

/** The search, ready to run. */
export function seedSearch({ seed, trials, backend }: SearchSettings) {
  return experiment({
    name: 'random-search',
    seed,
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
    trials,
  }).with(backendNamed(backend));
}

/** The hyperparameters of a trial. */
export interface SeedParams {
  readonly hidden: number;
  readonly lr: number;
  readonly dropout: number;
  readonly batch: number;
  readonly epochs: number;
}
