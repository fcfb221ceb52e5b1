/**
 * Times of one mode, in Node or in a page: products, elementwise operations and a training step, by size. Each figure is
 * the median of several rounds, each read back at its end, so that no queue is left out.
 */
import { GpuBackend } from '@tangentlab/ops-gpu';
import { ReferenceBackend } from '@tangentlab/tensor';

const ROUNDS = 7;
const ADAM = /** @type {const} */ ({ name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
const CROSS_ENTROPY = /** @type {const} */ ({ name: 'softmaxCrossEntropy', targets: 'classes' });

/** @typedef {import('@tangentlab/tensor').MatrixBackend} MatrixBackend */
/** @typedef {import('@tangentlab/tensor').Matrix} Matrix */

/**
 * @param {string} mode a mode of gpu.js, or `reference`
 * @returns {Promise<{ description: string, ms: Record<string, string> }>} median and spread, as text
 */
export async function timeMode(mode) {
  const backend =
    mode === 'reference'
      ? new ReferenceBackend()
      : new GpuBackend({ mode: /** @type {any} */ (mode), fallback: false });
  await backend.init();
  /** @type {Record<string, string>} */
  const ms = {};
  for (const n of [64, 256, 512]) {
    const [a, b] = [waves(backend, n, n), waves(backend, n, n)];
    ms[`gemm ${n} x ${n}`] = await timed(backend, n > 256 ? 1 : 4, () => backend.gemm(a, b));
  }
  const map = waves(backend, 1000, 1000);
  ms['tanh of 10^6'] = await timed(backend, 2, () => backend.activate(map, 'tanh'));
  for (const [h, batch] of /** @type {const} */ ([
    [64, 32],
    [512, 128],
  ])) {
    ms[`step 20-${h}-2, batch ${batch}`] = await timed(backend, h > 64 ? 4 : 20, trainingStep(backend, h, batch));
  }
  const description = backend.describe();
  await backend.dispose();
  return { description, ms };
}

/** @param {MatrixBackend} backend @param {number} rows @param {number} cols */
function waves(backend, rows, cols) {
  const values = Float64Array.from({ length: rows * cols }, (_, i) => 0.1 * Math.sin(i));
  return backend.upload(values, rows, cols);
}

/**
 * Milliseconds of one call: median of the rounds, and what half of them lie within.
 *
 * @param {MatrixBackend} backend
 * @param {number} calls in a round
 * @param {() => Matrix} act
 */
async function timed(backend, calls, act) {
  const times = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const started = performance.now();
    const mark = backend.mark();
    let last = act();
    for (let i = 1; i < calls; i++) last = act();
    const values = backend.read(last);
    backend.reset(mark);
    await values;
    if (round > 0) times.push((performance.now() - started) / calls); // the first compiles
  }
  const sorted = times.sort((x, y) => x - y);
  const at = (/** @type {number} */ part) => (sorted[Math.round(part * (sorted.length - 1))] ?? 0).toPrecision(2);
  return `${Number(at(0.5))} (${Number(at(0.25))}-${Number(at(0.75))})`;
}

/**
 * Forward, dropout, loss, backward and Adam; returns the losses.
 *
 * @param {MatrixBackend} backend
 * @param {number} h
 * @param {number} batch
 */
function trainingStep(backend, h, batch) {
  const [x, t] = [waves(backend, batch, 20), waves(backend, batch, 2)];
  const parameters = [waves(backend, h, 20), waves(backend, 1, h), waves(backend, 2, h), waves(backend, 1, 2)];
  const states = parameters.map(({ rows, cols }) => [waves(backend, rows, cols), waves(backend, rows, cols)]);
  const [w1, b1, w2, b2] = /** @type {[Matrix, Matrix, Matrix, Matrix]} */ (parameters);
  let step = 0;
  return () => {
    step++;
    const z1 = backend.gemm(x, w1, { transB: true });
    backend.addBias(z1, b1);
    const mask = backend.dropoutMask(batch, h, 0.3, step);
    const hidden = backend.multiply(backend.activate(z1, 'relu'), mask);
    const z2 = backend.gemm(hidden, w2, { transB: true });
    backend.addBias(z2, b2);
    const { losses, gradient } = backend.loss(z2, t, CROSS_ENTROPY);
    const dz = backend.activationGradient(backend.multiply(backend.gemm(gradient, w2), mask), z1, 'relu');
    const gradients = [
      backend.gemm(dz, x, { transA: true }),
      backend.columnSums(dz),
      backend.gemm(gradient, hidden, { transA: true }),
      backend.columnSums(gradient),
    ];
    parameters.forEach((parameter, i) => {
      backend.optimizerStep(parameter, gradients[i] ?? parameter, states[i] ?? [], ADAM, { step, lr: 1e-3 });
    });
    return losses;
  };
}
