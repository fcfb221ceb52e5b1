/**
 * The seed document's searches (sections 5 and 7), as examples/01-random-search.ts writes the first of them.
 */
import {
  adam,
  choice,
  experiment,
  holdout,
  int,
  logUniform,
  makeClassification,
  maximize,
  mlp,
  randomSearch,
  standardScale,
  tpe,
  uniform,
} from 'tangentlab';

const shared = {
  seed: 42,
  data: makeClassification({ samples: 1000, features: 20, randomState: 42 }).pipe(
    standardScale(),
    holdout({ fraction: 0.2, randomState: 42 }),
  ),
  model: ({ params: p, data }) => mlp({ widths: [data.features, p.hidden, data.classes], dropout: p.dropout }),
  // the seed's loop goes through the rows as they stand
  train: ({ params: p }) => adam({ lr: p.lr, batchSize: p.batch, epochs: p.epochs, shuffle: false }),
  objective: maximize('valAccuracy'),
};

/** Ten random trials, as the record that others begin from. */
export const randomSpec = {
  ...shared,
  name: 'random-search',
  space: {
    hidden: choice(32, 64, 128),
    lr: choice(1e-4, 5e-4, 1e-3),
    dropout: choice(0.1, 0.3, 0.5),
    batch: choice(16, 32, 64),
    epochs: choice(5, 10, 15),
  },
  search: randomSearch(),
  trials: 10,
};
export const randomExperiment = experiment(randomSpec);

/** Twenty trials of the sampler that Optuna takes unless told otherwise. */
export const bayesianExperiment = experiment({
  ...shared,
  name: 'bayesian-search',
  space: {
    hidden: choice(32, 64, 128),
    lr: logUniform(1e-4, 1e-2),
    dropout: uniform(0.1, 0.5),
    batch: choice(16, 32, 64),
    epochs: int(5, 15),
  },
  search: tpe(),
  trials: 20,
});
