/**
 * f64 linear algebra on WebAssembly, ours; peers/linear_algebra.py is the same in NumPy. Each operation gives the sum of the
 * absolute values of its result, on which both must agree.
 *
 * Usage, after the build: node bench/ops-wasm/linear-algebra.js [--only TEXT] [--help]
 */
import { createLinearAlgebraSync } from '@tangentlab/ops-wasm';
import { entries } from '../measure/entries.js';
import { benchFlags, runProgram } from '../measure/program.js';

const SIZES = [200, 500, 1000, 2000];
const flags = benchFlags('node bench/ops-wasm/linear-algebra.js [flags]');

const algebra = createLinearAlgebraSync();
const OPERATIONS = {
  gemm: ({ a, s }) => algebra.gemm(a, s).values,
  cholesky: ({ g }) => algebra.cholesky(g).values,
  eigenvalues: ({ s }) => algebra.symmetricEigenvalues(s),
  eigenvectors: ({ s }) => algebra.symmetricEigen(s).values,
  'singular values': ({ a }) => algebra.singularValues(a),
  'singular values, n x 2n': ({ j }) => algebra.singularValues(j),
  svd: ({ a }) => algebra.svd(a).sigma,
};

/** A general matrix `a`, a wide one `j`, a positive definite one `g` and a symmetric one `s`. */
function problem(n) {
  const matrix = (rows, cols) => ({ rows, cols, values: entries(rows, cols) });
  const [a, j] = [matrix(n, n), matrix(n, 2 * n)];
  const g = algebra.syrk(j);
  for (let i = 0; i < n; i++) g.values[i * (n + 1)] += n;
  const s = { rows: n, cols: n, values: a.values.map((v, at) => v + a.values[(at % n) * n + Math.floor(at / n)]) };
  return { a, j, g, s };
}

/** The problem of the size asked for last: those of size 2000 take 200 MB. */
let last = { n: 0, data: undefined };
function problemOf(n) {
  if (last.n !== n) last = { n, data: problem(n) };
  return last.data;
}

function prepare(operation, n) {
  const data = problemOf(n);
  let result;
  const run = () => {
    result = OPERATIONS[operation](data);
  };
  return { run, check: () => result.reduce((sum, value) => sum + Math.abs(value), 0) };
}

const tasks = SIZES.flatMap((n) =>
  Object.keys(OPERATIONS).map((operation) => ({
    side: 'ops-wasm, 1 thread',
    case: `${operation}, n = ${n}`,
    unit: 'ms',
    prepare: () => prepare(operation, n),
  })),
);
await runProgram({ program: 'linear-algebra', threads: 1 }, tasks, flags);
