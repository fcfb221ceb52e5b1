/**
 * A step of training of small perceptrons, ours: Adam, ReLU, cross-entropy, the shapes of peers/shapes.json. Trained in one
 * call an epoch where the back end can, else composed from its operations, as an experiment does it.
 *
 * Usage, after the build: node bench/ops-wasm/training-step.js [--backend NAMES] [--help]
 */
import { Rng } from '@tangentlab/core';
import { composeTrainer, mlp, pytorchDefault, targetsOf } from '@tangentlab/nn';
import { backEndFlag, describeBackEnds, openBackEnds } from '../back-ends.js';
import { benchFlags, runProgram } from '../measure/program.js';
import { ROWS, SHAPES, tableOf } from '../measure/training-shapes.js';

const flags = benchFlags('node bench/ops-wasm/training-step.js [flags]', backEndFlag);

async function prepare(backend, shape) {
  const { widths, dropout, batch } = shape;
  const table = tableOf(shape);
  const model = mlp({ widths });
  const spec = {
    widths,
    layers: widths.slice(1).map(() => ({ weightScale: 1, biasScale: 1, weightRate: 1, biasRate: 1 })),
    activation: 'relu',
    dropout: widths.slice(1, -1).map(() => dropout),
    loss: { name: 'softmaxCrossEntropy', targets: 'classes' },
    optimizer: { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    regulariser: { l1: 0, l2: 0, biases: true, proximal: false },
    batchSize: batch,
    norms: false,
  };
  const [data, initial] = [targetsOf(table), pytorchDefault(model, Rng.root(1))];
  const trainer = backend.createTrainer?.(spec, data, initial) ?? composeTrainer(backend, spec, data, initial);
  const order = Int32Array.from({ length: ROWS }, (_, row) => row);
  const rates = new Float64Array(ROWS / batch).fill(1e-3);
  const meanLoss = async () => crossEntropy(await trainer.outputs(table.x, ROWS), table);
  const before = await meanLoss();
  let epoch = 0;
  const run = async () => {
    await trainer.runEpoch(order, epoch++, rates);
  };
  const check = async () => {
    const after = await meanLoss();
    if (!(after < before)) throw new Error(`${shape.case}: the loss did not fall, ${before} to ${after}`);
  };
  return { run, check };
}

/** The mean cross-entropy of logits, ROWS x classes. */
function crossEntropy(z, { y, classes }) {
  let sum = 0;
  for (let row = 0; row < ROWS; row++) {
    const logits = z.subarray(row * classes, (row + 1) * classes);
    const top = Math.max(...logits);
    const total = logits.reduce((mass, logit) => mass + Math.exp(logit - top), 0);
    sum += top + Math.log(total) - logits[y[row]];
  }
  return sum / ROWS;
}

const backEnds = await openBackEnds(flags.backend);
const tasks = SHAPES.flatMap((shape) =>
  backEnds.map(([name, backend]) => ({
    side: name,
    case: shape.case,
    unit: 'us',
    units: ROWS / shape.batch,
    prepare: () => prepare(backend, shape),
  })),
);
await runProgram({ program: 'training-step', backEnds: describeBackEnds(backEnds) }, tasks, flags);
for (const [, backend] of backEnds) await backend.dispose();
