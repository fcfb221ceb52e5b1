/**
 * The seed document's Bayesian search, twenty trials, as a program. Its last line says what came of it.
 *
 * Usage, after the build: node bench/ops-wasm/seed-bayesian.js [NAME of a back end]
 */
import { namedBackEnds } from '../back-ends.js';
import { bayesianExperiment } from '../measure/seed-experiment.js';

const TRAINING_ROWS = 800;
const [[, provider]] = await namedBackEnds(process.argv[2] ?? 'reference');
const run = bayesianExperiment.with(provider).run();
let steps = 0; // of the optimizer: how long a search takes depends on its points
run.subscribe('steps', {
  next: (event) => {
    if (event.type === 'trial/started') steps += event.params.epochs * Math.ceil(TRAINING_ROWS / event.params.batch);
  },
});
const { best } = await run.result;
const { user, system } = process.cpuUsage();
process.stdout.write(`${JSON.stringify({ best: best.value, steps, cpuMs: (user + system) / 1000 })}\n`);
