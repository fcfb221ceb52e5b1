/**
 * The seed document's searches, ours: ten random trials in process, and both searches as whole processes, the start
 * included. In process means the whole of `run()`, data made and scaled, and four metrics of every epoch.
 *
 * Usage, after the build: node bench/ops-wasm/seed-search.js [--backend NAMES] [--help]
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { backEndFlag, namedBackEnds } from '../back-ends.js';
import { benchFlags, runProgram } from '../measure/program.js';
import { randomExperiment } from '../measure/seed-experiment.js';

const flags = benchFlags('node bench/ops-wasm/seed-search.js [flags]', backEndFlag);
const POINTS = JSON.parse(readFileSync(new URL('../peers/seed_points.json', import.meta.url), 'utf8'));

function believable(best) {
  if (!(best > 0.7 && best <= 1)) throw new Error(`the best accuracy is ${best}, expected more than 0.7`);
}

/** The peers train at the points of the file, so ours must be these. */
async function checkPoints(experiment) {
  const points = [];
  const run = experiment.run();
  run.subscribe('points', { next: (event) => event.type === 'trial/started' && points.push(event.params) });
  await run.result;
  const plain = points.map((point) => ({ ...point }));
  if (!isDeepStrictEqual(plain, POINTS)) {
    throw new Error(
      `peers/seed_points.json: expected the points of this search, ${JSON.stringify(plain)}; replace them`,
    );
  }
}

async function inProcess(provider) {
  const experiment = randomExperiment.with(provider);
  await checkPoints(experiment);
  let best = Number.NaN;
  const run = async () => {
    best = (await experiment.run().result).best.value;
  };
  return { run, check: () => believable(best) };
}

function wholeProcess(program, name) {
  const path = fileURLToPath(new URL(program, import.meta.url));
  let best = Number.NaN;
  const run = async () => {
    const outcome = JSON.parse((await outputOf(path, name)).trim().split('\n').at(-1));
    best = outcome.best;
    return outcome;
  };
  return { run, check: () => believable(best) };
}

function outputOf(path, name) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path, name], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part) => {
      text += part;
    });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(text) : reject(new Error(`${path}: exit code ${code}`))));
  });
}

const backEnds = await namedBackEnds(flags.backend);
const tasks = backEnds.flatMap(([side, provider]) => {
  const whole = (program) => ({ side, unit: 'ms', cold: true, prepare: () => wholeProcess(program, side) });
  return [
    { side, case: '10 random trials, in process', unit: 'ms', prepare: () => inProcess(provider) },
    { ...whole('seed-random.js'), case: '10 random trials, whole process' },
    { ...whole('seed-bayesian.js'), case: '20 Bayesian trials, whole process' },
  ];
});
await runProgram({ program: 'seed-search' }, tasks, flags);
