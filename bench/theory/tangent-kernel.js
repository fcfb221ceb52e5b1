/**
 * Jacobians of each row and tangent kernels of 20-128-128-2 with all outputs, f64, one thread, ours; peers/tangent_kernel.py
 * and peers/tangent_kernel_nt.py are the same in torch.func, JAX and neural-tangents. The mean absolute entry of a result
 * must be the same for all.
 *
 * Usage, after the build: node bench/theory/tangent-kernel.js [--only TEXT] [--help]
 */
import { createLinearAlgebraSync } from '@tangentlab/ops-wasm';
import { jacobian, layerTangents, tangentKernel } from '@tangentlab/theory';
import { benchFlags, runProgram } from '../measure/program.js';
import { madeUpNetwork } from './tangent-network.js';

const flags = benchFlags('node bench/theory/tangent-kernel.js [flags]');
const WIDTHS = [20, 128, 128, 2];
const ROWS = [200, 1000];
const linearAlgebra = createLinearAlgebraSync();
const { model, theta, x } = madeUpNetwork(WIDTHS);

const WHAT = {
  Jacobian: (inputs, rows) => jacobian(model, theta, inputs, rows),
  'tangent kernel': (inputs, rows) =>
    tangentKernel(layerTangents(model, theta, inputs, rows, { linearAlgebra }), 2, linearAlgebra),
};

function prepare(make, rows) {
  const inputs = x(rows);
  let result;
  const run = async () => {
    result = await make(inputs, rows);
  };
  return { run, check: () => result.values.reduce((sum, value) => sum + Math.abs(value), 0) / result.values.length };
}

const tasks = ROWS.flatMap((rows) =>
  Object.entries(WHAT).map(([what, make]) => ({
    side: 'theory on ops-wasm, 1 thread',
    case: `${what}, ${rows} rows`,
    unit: 'ms',
    prepare: () => prepare(make, rows),
  })),
);
await runProgram({ program: 'tangent-kernel', threads: 1, precision: 'f64' }, tasks, flags);
