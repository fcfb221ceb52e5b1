/**
 * What each mode makes of values at the edges of single precision. Not a law: the standards of WebGL and WebGPU leave it
 * open, and a table tells what was seen.
 */
import { GpuBackend } from '@tangentlab/ops-gpu';

/** @typedef {import('@tangentlab/tensor').Matrix} Matrix */
/** @typedef {(backend: GpuBackend, upload: (...values: number[]) => Matrix) => Matrix} Act */

/** @type {Record<string, Act>} What is done, as a reader writes it. */
const CASES = {
  '1e-40 kept': (_, up) => up(1e-40),
  '1e-40 + 0': (b, up) => {
    const a = up(0);
    b.accumulate(a, up(1e-40));
    return a;
  },
  '1e-30 * 1e-10': (b, up) => b.multiply(up(1e-30), up(1e-10)),
  '1e30 * 1e30': (b, up) => b.multiply(up(1e30), up(1e30)),
  '1e30 * 1e30 - 1e30 * 1e30': (b, up) => b.gemm(up(1e30, 1e30), up(1e30, -1e30), { transB: true }),
  'relu(NaN)': (b, up) => b.activate(up(Number.NaN), 'relu'),
  'tanh(1e30)': (b, up) => b.activate(up(1e30), 'tanh'),
  'tanh(NaN)': (b, up) => b.activate(up(Number.NaN), 'tanh'),
  'sigmoid(-1e30)': (b, up) => b.activate(up(-1e30), 'sigmoid'),
  'gelu(-1e30)': (b, up) => b.activate(up(-1e30), 'gelu'),
  'softplus(1e30)': (b, up) => b.activate(up(1e30), 'softplus'),
  'clamp(NaN)': (b, up) => {
    const a = up(Number.NaN);
    b.clamp(a, 1);
    return a;
  },
  'cross-entropy of 1e30, 0': (b, up) =>
    b.loss(up(1e30, 0), up(0, 1), { name: 'softmaxCrossEntropy', targets: 'classes' }).losses,
};

/**
 * @param {import('@tangentlab/ops-gpu').GpuMode} mode
 * @returns {Promise<Record<string, string>>}
 */
export async function hostileValues(mode) {
  const backend = new GpuBackend({ mode, fallback: false });
  await backend.init();
  /** @type {Record<string, string>} */
  const seen = {};
  for (const [name, act] of Object.entries(CASES)) {
    const [value] = await backend.read(act(backend, (...values) => backend.upload(values, 1, values.length)));
    seen[name] = String(Number(value?.toPrecision(4)));
  }
  await backend.dispose();
  return seen;
}
