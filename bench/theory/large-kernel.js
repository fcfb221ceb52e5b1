/**
 * A tangent kernel whose Jacobian does not fit: n k = 4000 outputs of 20-512-512-2 with 274,434 parameters, whose J would take
 * 8.8 GB. The structured kernel and the matrix-free operator, one beside the other, with the most memory that the process
 * ever took. Fails if the two disagree, or take more memory than is promised.
 *
 * Usage, after the build: node bench/theory/large-kernel.js
 */
import { createLinearAlgebraSync } from '@tangentlab/ops-wasm';
import { kernelOperator, layerTangents, tangentKernel } from '@tangentlab/theory';
import { entries } from '../measure/entries.js';
import { madeUpNetwork } from './tangent-network.js';

const [ROWS, OUTPUTS] = [2000, 2];
const MOST_BYTES = 2 ** 30;

const { model, theta, x } = madeUpNetwork([20, 512, 512, OUTPUTS]);
const size = ROWS * OUTPUTS; // n k
const linearAlgebra = createLinearAlgebraSync();
const seconds = (since) => (performance.now() - since) / 1000;

let start = performance.now();
const tangents = layerTangents(model, theta, x(ROWS), ROWS, { linearAlgebra });
const times = { tangents: seconds(start) };

start = performance.now();
const kernel = await tangentKernel(tangents, OUTPUTS, linearAlgebra);
times.kernel = seconds(start);

start = performance.now();
const u = entries(1, size);
const free = kernelOperator(tangents, OUTPUTS)(u);
times.product = seconds(start);

const dense = linearAlgebra.gemm(kernel, { rows: size, cols: 1, values: u }).values;
const norm = (v) => Math.sqrt(v.reduce((sum, value) => sum + value * value, 0));
const difference = norm(free.map((value, i) => value - dense[i])) / norm(dense);
if (!(difference < 1e-12)) throw new Error(`both must agree to 1e-12, got ${difference}`);

const bytes = process.resourceUsage().maxRSS * 1024;
const report = {
  outputs: size,
  parameters: model.parameterCount,
  jacobianBytes: 8 * size * model.parameterCount,
  kernelBytes: kernel.values.byteLength,
  tangentsBytes: tangents.reduce((sum, { h, delta }) => sum + h.byteLength + delta.byteLength, 0),
  mostBytesOfProcess: bytes,
  difference,
  seconds: times,
  node: process.versions.node,
};
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
if (bytes > MOST_BYTES) throw new Error(`at most ${MOST_BYTES} bytes are promised, got ${bytes}`);
