/**
 * A thousand steps of training on one mode: neither matrices, nor kernels, nor textures or buffers of the device, nor
 * memory of JavaScript may grow with them.
 */
import { GpuBackend } from '@tangentlab/ops-gpu';
import { maskSeed } from '@tangentlab/tensor';

/** @typedef {import('@tangentlab/tensor').Matrix} Matrix */

const [FEATURES, HIDDEN, OUTPUTS, ROWS] = [20, 16, 3, 32];
const ADAM = /** @type {const} */ ({ name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
const CROSS_ENTROPY = /** @type {const} */ ({ name: 'softmaxCrossEntropy', targets: 'classes' });
/** What a heap may grow by: it is a few per cent of what leaking one small array a step would cost. */
const HEAP_BYTES = 2_000_000;

/**
 * @param {import('@tangentlab/ops-gpu').GpuMode} mode
 * @param {number} steps
 * @param {() => Promise<number | undefined>} heapBytes Memory in use after a collection of garbage, where that can be had.
 */
export async function stepsOnMode(mode, steps, heapBytes) {
  const started = performance.now();
  const counter = countDeviceObjects();
  const backend = new GpuBackend({ mode, fallback: false });
  await backend.init();
  const train = training(backend);
  await train(50); // kernels are compiled, and pools filled
  const before = { heap: await heapBytes(), live: counter.live(), kernels: backend.kernels.size };
  await train(steps);
  const after = { heap: await heapBytes(), live: counter.live(), kernels: backend.kernels.size };
  const { fellBack } = backend.kernels.counts;
  const perStep = (performance.now() - started) / (steps + 50);
  const heapGrowth = (after.heap ?? 0) - (before.heap ?? 0);
  await backend.dispose();
  counter.stop();
  const complaints = [
    ...(after.live > before.live ? [`${after.live - before.live} device objects more`] : []),
    ...(after.kernels > before.kernels ? [`${after.kernels - before.kernels} kernels more`] : []),
    ...(heapGrowth > HEAP_BYTES ? [`${heapGrowth} bytes of heap more`] : []),
    ...(fellBack > 0 ? [`${fellBack} kernels fell back to cpu`] : []),
  ];
  const kept = `${after.live} device objects, ${after.kernels} kernels, heap ${before.heap === undefined ? 'unknown' : `${heapGrowth >= 0 ? '+' : ''}${Math.round(heapGrowth / 1000)} kB`}`;
  return {
    passed: complaints.length === 0,
    detail: `${steps} steps of ${perStep.toFixed(1)} ms: ${complaints.length === 0 ? kept : complaints.join(', ')}`,
    elapsedMs: performance.now() - started,
  };
}

/**
 * Training of a 20-16-3 perceptron with dropout and clipping by so many steps at a time.
 *
 * @param {GpuBackend} backend
 * @returns {(steps: number) => Promise<void>}
 */
function training(backend) {
  /** @type {(rows: number, cols: number, size?: number) => Matrix} */
  const waves = (rows, cols, size = 0.3) =>
    backend.upload(
      Array.from({ length: rows * cols }, (_, i) => size * Math.sin(i + rows)),
      rows,
      cols,
    );
  /** @type {(rows: number, cols: number) => { value: Matrix, state: Matrix[] }} */
  const parameter = (rows, cols) => ({
    value: waves(rows, cols),
    state: [waves(rows, cols, 0), waves(rows, cols, 0)],
  });
  const [x, targets, total] = [waves(8 * ROWS, FEATURES, 1), waves(8 * ROWS, OUTPUTS, 0), waves(1, 1, 0)];
  const [w1, b1] = [parameter(HIDDEN, FEATURES), parameter(1, HIDDEN)];
  const [w2, b2] = [parameter(OUTPUTS, HIDDEN), parameter(1, OUTPUTS)];
  let step = 0;
  return async (steps) => {
    for (const last = step + steps; step < last; step++) {
      const mark = backend.mark();
      const rows = Int32Array.from({ length: ROWS }, (_, i) => (7 * i + step) % (8 * ROWS));
      const [batch, wanted] = [backend.gatherRows(x, rows), backend.gatherRows(targets, rows)];
      const z1 = backend.gemm(batch, w1.value, { transB: true });
      backend.addBias(z1, b1.value);
      const mask = backend.dropoutMask(ROWS, HIDDEN, 0.3, maskSeed(1, step, 0));
      const h = backend.multiply(backend.activate(z1, 'tanh'), mask);
      const z2 = backend.gemm(h, w2.value, { transB: true });
      backend.addBias(z2, b2.value);
      const { losses, gradient } = backend.loss(z2, wanted, CROSS_ENTROPY);
      backend.accumulate(total, backend.columnSums(losses));
      const dh = backend.multiply(backend.gemm(gradient, w2.value), mask);
      const dz = backend.activationGradient(dh, z1, 'tanh');
      /** @type {[typeof w1, Matrix][]} */
      const gradients = [
        [w1, backend.gemm(dz, batch, { transA: true })],
        [b1, backend.columnSums(dz)],
        [w2, backend.gemm(gradient, h, { transA: true })],
        [b2, backend.columnSums(gradient)],
      ];
      backend.clipByNorm(
        gradients.map(([, g]) => g),
        1,
      );
      for (const [{ value, state }, g] of gradients) {
        backend.optimizerStep(value, g, state, ADAM, { step: step + 1, lr: 1e-3 });
      }
      backend.reset(mark);
      if (step % 50 === 49) await backend.read(total);
    }
    await backend.read(total);
  };
}

/** Counts the textures and buffers that live, by what makes and destroys them. Zero where there is neither. */
function countDeviceObjects() {
  /** @type {[object, string, Function][]} */
  const kept = [];
  let live = 0;
  /** @type {(name: string, method: string, change: number, once?: boolean) => void} */
  const watch = (name, method, change, once = false) => {
    const prototype = /** @type {any} */ (globalThis)[name]?.prototype;
    if (prototype === undefined) return;
    const original = prototype[method];
    const done = new WeakSet();
    kept.push([prototype, method, original]);
    /** @this {object} @param {any[]} args */
    prototype[method] = function (...args) {
      const object = once ? (args[0] ?? this) : undefined;
      if (object === undefined || !done.has(object)) live += change;
      if (object !== undefined) done.add(object);
      return original.apply(this, args);
    };
  };
  for (const context of ['WebGLRenderingContext', 'WebGL2RenderingContext']) {
    watch(context, 'createTexture', 1);
    watch(context, 'deleteTexture', -1, true);
  }
  watch('GPUDevice', 'createBuffer', 1);
  watch('GPUBuffer', 'destroy', -1, true);
  return {
    live: () => live,
    stop: () => {
      for (const [prototype, method, original] of kept) Object.assign(prototype, { [method]: original });
    },
  };
}
