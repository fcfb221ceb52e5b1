/**
 * A whole search - data, networks, dropout, Adam, metrics - on one mode of gpu.js beside the same in plain TypeScript.
 */
import {
  adam,
  choice,
  experiment,
  gpu,
  holdout,
  makeClassification,
  maximize,
  mlp,
  randomSearch,
  reference,
  standardScale,
} from 'tangentlab';

/**
 * How far a validation loss may lie from that in f64 after some 25 steps. Roundings are 6e-8 of each number and Adam
 * normalises gradients, so that a small one may be wrong by more than that; two orders above it stay for the sum.
 */
export const LARGEST_DIFFERENCE = 1e-5;

const search = experiment({
  name: 'training-on-mode',
  seed: 42,
  data: makeClassification({ samples: 200, features: 20, randomState: 42 }).pipe(
    standardScale(),
    holdout({ fraction: 0.2, randomState: 42 }),
  ),
  space: { hidden: choice(9, 16), lr: choice(1e-3, 1e-2), dropout: choice(0, 0.3), batch: choice(32, 50) },
  model: ({ params: p, data }) => mlp({ widths: [data.features, p.hidden, data.classes], dropout: p.dropout }),
  train: ({ params: p }) => adam({ lr: p.lr, batchSize: p.batch, epochs: 5 }),
  objective: maximize('valAccuracy'),
  search: randomSearch(),
  trials: 2,
});

/**
 * Runs the search on both, and compares every epoch of every trial.
 *
 * @param {import('@tangentlab/ops-gpu').GpuMode} mode
 */
export async function trainingOnMode(mode) {
  const started = performance.now();
  const [tested, truth] = [await curves(gpu({ mode, fallback: false })), await curves(reference())];
  const difference = tested.reduce((worst, loss, i) => Math.max(worst, Math.abs(loss - (truth[i] ?? Number.NaN))), 0);
  const complete = tested.length === truth.length && tested.length === 10;
  return {
    passed: complete && difference <= LARGEST_DIFFERENCE,
    detail: `${tested.length} epochs of 2 trials, validation losses within ${difference.toExponential(1)} of f64`,
    elapsedMs: performance.now() - started,
  };
}

/**
 * The validation losses of all epochs of all trials.
 *
 * @param {ReturnType<typeof gpu>} backend
 * @returns {Promise<number[]>}
 */
async function curves(backend) {
  /** @type {number[]} */
  const losses = [];
  const run = search.with(backend).run();
  run.metrics$.subscribe(({ values }) => losses.push(values.valLoss));
  await run.result;
  return losses;
}
