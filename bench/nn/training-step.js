/**
 * A step of training on the reference back end, h64 B32: what it costs, and what norms, clipping, penalties and a costlier
 * activation add. Times are processor time of this process, which other processes disturb less than the clock.
 *
 * Usage: node bench/nn/training-step.js
 */
import { cpus } from 'node:os';
import { Rng } from '@tangentlab/core';
import { composeTrainer, mlp, pytorchDefault, targetsOf } from '@tangentlab/nn';
import { ReferenceBackend } from '@tangentlab/tensor';

const [SAMPLES, BATCH, EPOCHS] = [1024, 32, 80];
const STEPS = SAMPLES / BATCH;
const uniform = Rng.root(1).stream();
const x = Float64Array.from({ length: SAMPLES * 20 }, () => 2 * uniform() - 1);
const y = Int32Array.from({ length: SAMPLES }, (_, i) => Number(x[i * 20] > 0));
const data = targetsOf({ x, y, samples: SAMPLES, features: 20, classes: 2 });
const order = Int32Array.from({ length: SAMPLES }, (_, i) => i);
const rates = new Float64Array(STEPS).fill(1e-3);
const one = { weightScale: 1, biasScale: 1, weightRate: 1, biasRate: 1 };
const none = { l1: 0, l2: 0, biases: true, proximal: false };

async function microseconds(changes) {
  const model = mlp({ widths: [20, 64, 2] });
  const spec = {
    widths: model.widths,
    layers: [one, one],
    activation: 'relu',
    dropout: [0.3],
    loss: { name: 'softmaxCrossEntropy', targets: 'classes' },
    optimizer: { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    regulariser: none,
    batchSize: BATCH,
    norms: false,
    ...changes,
  };
  const trainer = composeTrainer(new ReferenceBackend(), spec, data, pytorchDefault(model, Rng.root(2)));
  const times = [];
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    const before = process.cpuUsage().user;
    await trainer.runEpoch(order, epoch, rates);
    times.push((process.cpuUsage().user - before) / STEPS);
  }
  const sorted = times.slice(EPOCHS / 4).sort((a, b) => a - b);
  return `${sorted[0].toFixed(0)} (median ${sorted[sorted.length >> 1].toFixed(0)})`;
}

const CASES = {
  'Adam, ReLU, dropout 0.3': {},
  'with norms': { norms: true },
  'clipped by norm': { clip: { norm: 1 } },
  'elastic net': { regulariser: { ...none, l1: 1e-4, l2: 1e-4 } },
  'momentum instead of Adam': { optimizer: { name: 'sgd', momentum: 0.9, nesterov: false } },
  'tanh instead of ReLU': { activation: 'tanh' },
  'GELU instead of ReLU': { activation: 'gelu' },
};
process.stdout.write(`Node.js ${process.version}, ${cpus()[0].model}; microseconds a step, least (median)\n`);
for (const [name, changes] of Object.entries(CASES)) {
  process.stdout.write(`${name.padEnd(26)} ${await microseconds(changes)}\n`);
}
