/**
 * Steps of a large network with several threads beside one, in alternation in one process: every round trains an epoch of
 * each, and the ratio of the two is taken round by round. Prints medians with quartiles. Both must come to the same bits.
 *
 * Usage, after the build: node bench/ops-wasm/threads.js [--threads 2] [--rounds 31] [--widths 784,512,256,128,10]
 * [--batch 128] [--relaxed]
 */
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { createBackend } from '@tangentlab/ops-wasm';

const { values: flags } = parseArgs({
  options: {
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '31' },
    widths: { type: 'string', default: '784,512,256,128,10' },
    batch: { type: 'string', default: '128' },
    relaxed: { type: 'boolean', default: false },
  },
});
const STEPS = 10;
const widths = flags.widths.split(',').map(Number);
const batchSize = Number(flags.batch);
const print = (line) => process.stdout.write(`${line}\n`);

const spec = {
  widths,
  layers: widths.slice(1).map(() => ({ weightScale: 1, biasScale: 1, weightRate: 1, biasRate: 1 })),
  activation: 'relu',
  dropout: widths.slice(2).map(() => 0),
  loss: { name: 'softmaxCrossEntropy', targets: 'classes' },
  optimizer: { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  regulariser: { l1: 0, l2: 0, biases: false, proximal: false },
  batchSize,
  norms: false,
};
const samples = STEPS * batchSize;
const [features, outputs] = [widths[0], widths.at(-1)];
const noise = (count) => Float64Array.from({ length: count }, (_, i) => (Math.sin(i * 12.9898 + 1) * 43758.5453) % 1);
const targets = new Float64Array(samples * outputs);
for (let i = 0; i < samples; i++) targets[i * outputs + (i % outputs)] = 1;
const data = { x: noise(samples * features), targets, samples, features, outputs };
const parameters = widths.slice(1).reduce((sum, width, l) => sum + (widths[l] + 1) * width, 0);
const initial = noise(parameters).map((value) => value / 20);
const order = Int32Array.from({ length: samples }, (_, i) => i);
const rates = new Float64Array(STEPS).fill(1e-3);

async function trainerWith(threads) {
  const backend = createBackend({ threads, relaxed: flags.relaxed });
  await backend.init();
  const trainer = backend.createTrainer(spec, data, initial);
  const epoch = async () => {
    const start = process.hrtime.bigint();
    await trainer.runEpoch(order, 1, rates);
    return Number(process.hrtime.bigint() - start) / 1e6 / STEPS;
  };
  return { backend, trainer, epoch };
}

const quantiles = (values) => {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, median, high] = [0.25, 0.5, 0.75].map((q) => sorted[Math.floor(q * sorted.length)].toFixed(2));
  return `${median} (${low} .. ${high})`;
};

const [one, several] = [await trainerWith(1), await trainerWith(Number(flags.threads))];
const [alone, together] = [[], []];
for (let round = -3; round < Number(flags.rounds); round++) {
  const [a, b] = [await one.epoch(), await several.epoch()];
  if (round < 0) continue;
  alone.push(a);
  together.push(b);
}
const [a, b] = [await one.trainer.parameters(), await several.trainer.parameters()];
if (!a.every((value, i) => Object.is(value, b[i]))) throw new Error('the two came to other bits');
print(`Node.js ${process.versions.node}, ${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}`);
print(`${widths.join('-')}, batch ${batchSize}: ms a step`);
print(`one thread: ${quantiles(alone)}`);
print(`${several.backend.describe()}: ${quantiles(together)}`);
print(`one thread's time over that of several: ${quantiles(alone.map((ms, i) => ms / together[i]))}`);
await one.backend.dispose();
await several.backend.dispose();
