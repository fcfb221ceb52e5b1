/**
 * Matrix products, ours: n x n in f32 on the back ends, and the Gram matrix of n x 2n in f64 by linear algebra.
 *
 * Usage, after the build: node bench/ops-wasm/products.js [--backend NAMES] [--help]
 */
import { createLinearAlgebraSync } from '@tangentlab/ops-wasm';
import { backEndFlag, describeBackEnds, openBackEnds } from '../back-ends.js';
import { entries } from '../measure/entries.js';
import { GRAM_SIZES, gramTask, productTask, SGEMM_SIZES } from '../measure/product-tasks.js';
import { benchFlags, runProgram } from '../measure/program.js';

const flags = benchFlags('node bench/ops-wasm/products.js [flags]', backEndFlag);

function prepareProduct(backend, n) {
  const a = backend.upload(entries(n, n), n, n);
  const squares = async () => {
    const mark = backend.mark();
    const sum = backend.sumOfSquares([backend.gemm(a, a)]);
    const read = backend.read(sum);
    backend.reset(mark);
    return (await read)[0];
  };
  return { run: () => multiply(backend, a), check: squares };
}

/** One product; a back end behind a queue is waited for by reading a single number of it. */
async function multiply(backend, a) {
  const mark = backend.mark();
  const c = backend.gemm(a, a);
  const done = backend.capabilities.async ? backend.read(backend.sumOfSquares([c])) : undefined;
  backend.reset(mark);
  await done;
}

const algebra = createLinearAlgebraSync();
function prepareGram(n) {
  const j = { rows: n, cols: 2 * n, values: entries(n, 2 * n) };
  const squares = () => algebra.syrk(j).values.reduce((sum, value) => sum + value * value, 0);
  return { run: () => void algebra.syrk(j), check: squares };
}

const backEnds = await openBackEnds(flags.backend);
const tasks = [
  ...SGEMM_SIZES.flatMap((n) =>
    backEnds.map(([name, backend]) => productTask(name, n, () => prepareProduct(backend, n))),
  ),
  ...GRAM_SIZES.map((n) => gramTask('linear algebra of ops-wasm', n, () => prepareGram(n))),
];
await runProgram({ program: 'products', backEnds: describeBackEnds(backEnds) }, tasks, flags);
for (const [, backend] of backEnds) await backend.dispose();
