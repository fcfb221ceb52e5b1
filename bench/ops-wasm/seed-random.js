/**
 * The seed document's ten random trials as a program. Its last line says what came of it.
 *
 * Usage, after the build: node bench/ops-wasm/seed-random.js [NAME of a back end]
 */
import { namedBackEnds } from '../back-ends.js';
import { randomExperiment } from '../measure/seed-experiment.js';

const [[, provider]] = await namedBackEnds(process.argv[2] ?? 'reference');
const { best } = await randomExperiment.with(provider).run().result;
const { user, system } = process.cpuUsage();
process.stdout.write(`${JSON.stringify({ best: best.value, cpuMs: (user + system) / 1000 })}\n`);
