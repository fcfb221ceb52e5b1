/**
 * The seed document's Bayesian optimisation (sections 6 and 7), live, on its own data: `node examples/dist/05-bayesian.js`
 * after `npm run build`. Draws what the model believes of learning rate and dropout into posterior.svg, anew after each
 * trial: open it in a browser and reload.
 */
import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import {
  adam,
  auto,
  autoBackend,
  choice,
  cmaEs,
  createLinearAlgebraSync,
  experiment,
  type FinishedTrial,
  gp,
  gpu,
  gridSearch,
  holdout,
  int,
  logUniform,
  makeClassification,
  maximize,
  mlp,
  posterior,
  posteriorSvg,
  randomSearch,
  reference,
  Space,
  standardScale,
  tpe,
  uniform,
  wasm,
} from 'tangentlab';
import { BayesianSteps } from './terminal/bayesian-steps.js';
import { withFlags } from './terminal/flags.js';
import { runInTerminal } from './terminal/run-in-terminal.js';

const PICTURE = 'posterior.svg';

const space = {
  hidden: choice(32, 64, 128),
  lr: logUniform(1e-4, 1e-2),
  dropout: uniform(0.1, 0.5),
  batch: choice(16, 32, 64),
  epochs: int(5, 15),
};

const described = experiment({
  name: 'bayesian',
  module: import.meta.url,
  seed: 42,
  data: makeClassification({ samples: 1000, features: 20, randomState: 42 }).pipe(
    standardScale(),
    holdout({ fraction: 0.2, randomState: 42 }),
  ),
  space,
  model: ({ params: p, data }) => mlp({ widths: [data.features, p.hidden, data.classes], dropout: p.dropout }),
  // the seed's loop goes through the rows as they stand
  train: ({ params: p }) => adam({ lr: p.lr, batchSize: p.batch, epochs: p.epochs, shuffle: false }),
  objective: maximize('valAccuracy'),
  search: gp(),
  trials: 20,
});

const linearAlgebra = createLinearAlgebraSync();

// what the command line says goes over what stands above
export const seed7 = withFlags(
  described,
  {
    search: { gp, tpe, cmaEs, auto, random: randomSearch, grid: () => gridSearch({ points: 3 }) },
    backend: { auto: autoBackend, wasm, reference, gpu },
  },
  {
    command: 'node examples/dist/05-bayesian.js',
    text: "The seed document's Bayesian optimisation (sections 6 and 7), live, on its own data.",
  },
);

// with --workers, threads load this module, too: they need the experiment, and must not run it
if (isMainThread) {
  await runInTerminal(seed7, (run) => {
    const steps = new BayesianSteps();
    const trials: FinishedTrial[] = [];
    run.subscribe('steps', { next: (event) => steps.take(event) });
    run.subscribe('posterior', {
      next: (event) => {
        if (event.type !== 'trial/finished' || event.state !== 'complete') return;
        trials.push({ params: event.params, value: event.values![0]! });
        if (trials.length < 2) return;
        const options = { along: ['lr', 'dropout'], direction: 'maximize', linearAlgebra } as const;
        writeFileSync(PICTURE, posteriorSvg(posterior(new Space(space), trials, options)));
      },
    });
    return () => {
      for (const line of ['', ...steps.lines(), '', `${PICTURE}: what the model believes of lr and dropout`, ''])
        process.stdout.write(`${line}\n`);
    };
  });
}
