/**
 * f64 linear algebra on WebAssembly beside NumPy, one thread each, in alternation: after a warm-up every round runs ours,
 * then theirs, and the ratio of the two is taken round by round. Times are those of the processor, all threads of the process
 * together, so that waiting for a core that others use does not count. Prints medians with quartiles. Both must come to
 * the same sum of absolute values.
 *
 * Usage, after the build: node bench/ops-wasm/linear-algebra.js --python PYTHON [--only OPERATION] [--sizes 200,500]
 */
import { spawn } from 'node:child_process';
import { loadavg } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createLinearAlgebraSync } from '@tangentlab/ops-wasm';

const { values: flags } = parseArgs({
  options: { python: { type: 'string', default: 'python3' }, only: { type: 'string' }, sizes: { type: 'string' } },
});
const PEER = fileURLToPath(new URL('../peers/linear_algebra.py', import.meta.url));

/** What the ratio may be at most, by size where it depends on it. */
const TARGETS = {
  gemm: () => Number.NaN,
  gram: () => 3.5,
  cholesky: () => 2.5,
  eigenvalues: (n) => ({ 200: 1.5, 500: 2, 1000: 2, 2000: 2.5 })[n] ?? Number.NaN,
  eigenvectors: () => Number.NaN,
  'singular values': () => 2.5,
  'singular values, n x 2n': () => 2.5,
  svd: () => 2.5,
};

const print = (line) => process.stdout.write(`${line}\n`);

const algebra = createLinearAlgebraSync();
const OPERATIONS = {
  gemm: ({ a, s }) => algebra.gemm(a, s).values,
  gram: ({ j }) => algebra.syrk(j).values,
  cholesky: ({ g }) => algebra.cholesky(g).values,
  eigenvalues: ({ s }) => algebra.symmetricEigenvalues(s),
  eigenvectors: ({ s }) => algebra.symmetricEigen(s).values,
  'singular values': ({ a }) => algebra.singularValues(a),
  'singular values, n x 2n': ({ j }) => algebra.singularValues(j),
  svd: ({ a }) => algebra.svd(a).sigma,
};

function problem(n) {
  const entries = (rows, cols) => ({
    rows,
    cols,
    values: Float64Array.from({ length: rows * cols }, (_, i) => (Math.sin(i * 12.9898 + 1) * 43758.5453) % 1),
  });
  const [a, j] = [entries(n, n), entries(n, 2 * n)];
  const g = algebra.syrk(j);
  for (let i = 0; i < n; i++) g.values[i * (n + 1)] += n;
  const s = { rows: n, cols: n, values: a.values.map((v, at) => v + a.values[(at % n) * n + Math.floor(at / n)]) };
  return { a, j, g, s };
}

/** The peer as a function of operation and size. */
function startPeer() {
  const env = { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  delete env.OPENBLAS_CORETYPE; // the peer shall choose its own kernels
  const child = spawn(flags.python, [PEER], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { done, value } = await lines.next();
    if (done) throw new Error('the peer ended early; does its Python have NumPy?');
    return value;
  };
  const ask = async (operation, n) => {
    child.stdin.write(`${operation} ${n}\n`);
    const [ms, sum] = (await next()).split(' ').map(Number);
    return { ms, sum };
  };
  return { versions: next(), ask, end: () => child.stdin.end() };
}

function runOurs(operation, data) {
  const start = process.cpuUsage();
  const result = OPERATIONS[operation](data);
  const { user, system } = process.cpuUsage(start);
  const ms = (user + system) / 1000;
  return { ms, sum: result.reduce((sum, value) => sum + Math.abs(value), 0) };
}

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
function summary(values, digits) {
  const sorted = values.toSorted((x, y) => x - y);
  const [low, median, high] = [0.25, 0.5, 0.75].map((q) => quantile(sorted, q));
  const text = [median, low, high].map((value) => value.toFixed(digits));
  return { median, text: `${text[0]} (${text[1]} .. ${text[2]})` };
}

async function compare(peer, operation, n, data) {
  const rounds = Math.max(5, Math.min(41, Math.round(6e8 / n ** 3)));
  const [ours, theirs] = [[], []];
  for (let round = n < 1000 ? -2 : -1; round < rounds; round++) {
    const [mine, other] = [runOurs(operation, data), await peer.ask(operation, n)];
    if (!(Math.abs(mine.sum - other.sum) <= 1e-6 * other.sum)) {
      throw new Error(`${operation} ${n}: sums ${mine.sum} and ${other.sum} differ`);
    }
    if (round < 0) continue;
    ours.push(mine.ms);
    theirs.push(other.ms);
  }
  const ratio = summary(
    ours.map((ms, i) => ms / theirs[i]),
    2,
  );
  const target = TARGETS[operation](n);
  const verdict = Number.isNaN(target) ? '-' : ratio.median <= target ? `${target}` : `${target}, missed`;
  const digits = n <= 200 ? 2 : 0;
  const cells = [operation, n, summary(ours, digits).text, summary(theirs, digits).text, ratio.text, verdict];
  print(`| ${cells.join(' | ')} |`);
}

const peer = startPeer();
print(`Node.js ${process.versions.node} (V8 ${process.versions.v8}), ${await peer.versions}; one thread each`);
print(`load before the start: ${loadavg()[0].toFixed(1)}`);
print('\n| operation | n | ours, CPU ms | NumPy, CPU ms | ratio | target |\n|---|---|---|---|---|---|');
for (const n of (flags.sizes ?? '200,500,1000,2000').split(',').map(Number)) {
  const data = problem(n);
  for (const operation of Object.keys(OPERATIONS)) {
    if (flags.only === undefined || flags.only === operation) await compare(peer, operation, n, data);
  }
}
peer.end();
print(`\nload at the end: ${loadavg()[0].toFixed(1)}`);
