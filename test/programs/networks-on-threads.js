/**
 * Searches over real networks, as threads find them: one experiment for each back end. Plain JavaScript, so that threads
 * load it while a test imports it, too.
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
  median,
  mlp,
  reference,
  standardScale,
  tpe,
  wasm,
} from 'tangentlab';

const networks = (name) =>
  experiment({
    name,
    module: import.meta.url,
    seed: 1,
    data: makeClassification({ samples: 120, features: 6, randomState: 1 }).pipe(
      holdout({ fraction: 0.25, randomState: 1 }),
      standardScale(),
    ),
    space: {
      hidden: int(2, 12),
      lr: logUniform(1e-3, 1e-1),
      dropout: choice(0, 0.3),
      activation: choice('relu', 'tanh'),
    },
    model: ({ params: p, data }) =>
      mlp({ widths: [data.features, p.hidden, data.classes], dropout: p.dropout, activation: p.activation }),
    train: ({ params: p }) => adam({ lr: p.lr, batchSize: 16, epochs: 6, norms: true }),
    objective: maximize('valAccuracy'),
    search: tpe({ startup: 4 }),
    trials: 14,
    lag: 4,
  }).with(median({ startupTrials: 3, warmupSteps: 2 }));

export const onReference = networks('on the reference').with(reference());
export const onWasm = networks('on WebAssembly').with(wasm());
