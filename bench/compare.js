/**
 * Ours beside the peers, in alternation: each program runs in a process of its own and is asked for one sample at a time,
 * so that only one works. A round asks every side of a case once, in turns of order; the ratio peer / ours is taken round
 * by round. Prints a table for each bench and writes results/BENCH.json; of a part of the cases nothing is written.
 *
 * Usage, after the build: node bench/compare.js [BENCH ...] [--help]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { backEndFlag } from './back-ends.js';
import { compareCase, tableOfComparisons } from './measure/comparison.js';
import { ServedProgram } from './measure/served-program.js';

/** Ours, whether it takes back ends, and the peers' programs. */
const BENCHES = {
  'training-step': {
    ours: 'ops-wasm/training-step.js',
    backEnds: true,
    peers: ['peers/training_step.py', 'peers/training_step_tfjs.mjs'],
  },
  'seed-search': { ours: 'ops-wasm/seed-search.js', backEnds: true, peers: ['peers/seed_search.py'] },
  products: { ours: 'ops-wasm/products.js', backEnds: true, peers: ['peers/products.py', 'peers/products_tfjs.mjs'] },
  'linear-algebra': { ours: 'ops-wasm/linear-algebra.js', backEnds: false, peers: ['peers/linear_algebra.py'] },
  'tangent-kernel': {
    ours: 'theory/tangent-kernel.js',
    backEnds: false,
    peers: ['peers/tangent_kernel.py', 'peers/tangent_kernel_nt.py'],
  },
  'jacobian-rank': { ours: 'theory/jacobian-rank.js', backEnds: false, peers: ['peers/jacobian_rank.py'] },
};
const NAMES = Object.keys(BENCHES);
const HELP = `Usage: node bench/compare.js [BENCH ...] [flags]
  BENCH               ${NAMES.join(', ')} (all of them)
  --backend NAMES     ${backEndFlag.backend.help}
  --rounds N          rounds of each case (5)
  --milliseconds N    how long a sample lasts at least (50)
  --only TEXT         only cases with this text; nothing is written then
  --skip TEXT         leaves out the sides of peers with this text; PyTorch's default threads are very slow where other
                      programs keep a core busy: --skip default
  --python PATH       the Python of the peers (python3)
  --python-nt PATH    that of neural-tangents, which needs an older JAX (BENCH_THREADS says how many threads); left out
                      unless given
  --without-tfjs      leaves TensorFlow.js out
  --help              print this and stop

The peers are installed by
  python3 -m venv .venv && .venv/bin/pip install -r bench/peers/requirements.txt    then: --python .venv/bin/python
  python3 -m venv .venv-nt && .venv-nt/bin/pip install -r bench/peers/requirements-neural-tangents.txt
                                                                                  then: --python-nt .venv-nt/bin/python
  npm ci --prefix bench/peers
`;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    backend: { type: 'string', default: 'wasm' },
    rounds: { type: 'string', default: '5' },
    milliseconds: { type: 'string', default: '50' },
    only: { type: 'string', default: '' },
    skip: { type: 'string', default: '' },
    python: { type: 'string', default: 'python3' },
    'python-nt': { type: 'string', default: '' },
    'without-tfjs': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** Starts a program of the bench, by what its name ends with. */
function start(path, own = []) {
  const file = fileURLToPath(new URL(path, import.meta.url));
  const args = [file, '--milliseconds', flags.milliseconds, ...own];
  return ServedProgram.start(interpreterOf(path), args);
}

function interpreterOf(path) {
  if (path.endsWith('_nt.py')) return flags['python-nt'];
  return path.endsWith('.py') ? flags.python : process.execPath;
}

/** Whether the flags leave a peer out. */
function isLeftOut(path) {
  return (flags['without-tfjs'] && path.endsWith('.mjs')) || interpreterOf(path) === '';
}

/** Measures a bench and reports it; the number of comparisons. */
async function compareBench(name, rounds) {
  const { ours: path, backEnds, peers: paths } = BENCHES[name];
  const started = [];
  const begin = async (...args) => {
    const program = await start(...args);
    started.push(program);
    return program;
  };
  try {
    const ours = await begin(path, backEnds ? ['--backend', flags.backend] : []);
    const peers = [];
    for (const peer of paths) {
      if (!isLeftOut(peer)) peers.push(await begin(peer));
    }
    const cases = [...new Set(ours.header.tasks.map((task) => task.case))].filter((label) =>
      label.includes(flags.only),
    );
    if (cases.length === 0) return 0;
    const comparisons = [];
    for (const label of cases) {
      comparisons.push(...(await compareCase(label, ours, peers, { rounds, skip: flags.skip })));
      process.stderr.write(`${name}: ${label}: done\n`);
    }
    report(name, rounds, started, comparisons);
    return comparisons.length;
  } finally {
    for (const program of started) await program.end();
  }
}

function report(name, rounds, programs, comparisons) {
  const sides = programs.map(({ header: { tasks, machine, ...about } }) => about);
  const machine = { processor: cpus()[0].model.trim(), cores: cpus().length, load: loadavg()[0] };
  const record = { bench: name, machine, rounds, milliseconds: Number(flags.milliseconds), sides, comparisons };
  if (flags.only === '') {
    mkdirSync(new URL('results/', import.meta.url), { recursive: true });
    writeFileSync(new URL(`results/${name}.json`, import.meta.url), `${JSON.stringify(record, null, 2)}\n`);
  }
  const about = sides.map((side) => `- ${JSON.stringify(side)}`).join('\n');
  const header = `${machine.processor}, ${machine.cores} cores, load ${machine.load.toFixed(1)} at the end, ${rounds} rounds`;
  process.stdout.write(`\n### ${name}\n\n${header}\n\n${about}\n\n${tableOfComparisons(name, comparisons)}\n`);
}

async function main() {
  const wanted = positionals.length === 0 ? NAMES : positionals;
  const unknown = wanted.filter((name) => !NAMES.includes(name));
  if (unknown.length > 0) throw new Error(`compare: expected some of ${NAMES.join(', ')}, got ${unknown.join(', ')}`);
  const rounds = Number(flags.rounds);
  if (!(Number.isInteger(rounds) && rounds > 0)) {
    throw new Error(`--rounds: expected a positive integer, got ${flags.rounds}`);
  }
  let compared = 0;
  for (const name of wanted) compared += await compareBench(name, rounds);
  if (compared === 0) throw new Error(`--only: no case has "${flags.only}" in it`);
}

if (flags.help) {
  process.stdout.write(HELP);
} else {
  // what fails is a program that was started, and it has said why
  await main().catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
