/**
 * The laws of matrix cores on one mode of gpu.js, outside of a test runner: in a page, or in Node. What comes back is
 * plain data, since it crosses from a browser.
 */
import { GpuBackend, layerTangentKernel, outerProducts } from '@tangentlab/ops-gpu';
import { ACTIVATIONS } from '@tangentlab/tensor';
import { lawsOfBackends, lawsOfMatrixOp, lawsOfNetworks, listenToErrors } from '@tangentlab/testkit';
import fc from 'fast-check';

/** @typedef {import('@tangentlab/ops-gpu').GpuMode} GpuMode */
/** @typedef {{ name: string, error: string | undefined }} LawResult */
/** @typedef {{ laws: LawResult[], errors: Record<string, number>, description: string, elapsedMs: number }} LawReport */

/** The operations in the names of comparisons; the rest of a name tells cases apart. */
const OPERATION =
  /^(?:gemm|gatherRows|columnSums|addBias|activate [\w-]+|activationGradient [\w-]+|multiply|dropoutMask|losses of [\w-]+|gradient of [\w-]+|accumulateSign|accumulate|softThreshold|clamp|sumOfSquares|clipByNorm|sgd|momentum|Nesterov momentum|adamW|adam|rmsProp with momentum|rmsProp|adagrad|op [\w-]+)(?![\w-])/;

const size = fc.integer({ min: 1, max: 6 });
/** k rows of one operand for each row of the other. */
const shapes = fc.record({ n: size, k: fc.integer({ min: 1, max: 3 }), p: size, q: size }).map(({ n, k, p, q }) => [
  { rows: n * k, cols: p },
  { rows: n, cols: q },
]);
const misfits = [
  [
    { rows: 3, cols: 2 },
    { rows: 2, cols: 2 },
  ],
];
/** Roundings that exp, log and tanh may cost, as in the laws. */
const FUNCTION_ROUNDINGS = 8;
/** Operations of theory, as they are defined by anybody. */
const OPS = [
  { op: outerProducts, shapes, misfits },
  { op: layerTangentKernel, shapes, numbers: [1], misfits },
];

/**
 * Holds a mode to every law; no other mode may stand in.
 *
 * @param {GpuMode} mode
 * @param {{ numRuns: number }} sampling
 * @returns {Promise<LawReport>}
 */
export async function lawsOnMode(mode, { numRuns }) {
  /** @type {Map<string, number>} */
  const errors = new Map();
  const stop = listenToErrors((what, units) => {
    const operation = OPERATION.exec(what)?.[0];
    if (operation !== undefined) errors.set(operation, Math.max(errors.get(operation) ?? 0, units));
  });
  let description = '';
  const started = performance.now();
  /** @type {LawResult[]} */
  const laws = [];
  for (const { name, check } of [
    ...lawsOfBackends({ numRuns }),
    ...lawsOfNetworks({ numRuns }),
    ...OPS.flatMap((op) => lawsOfMatrixOp(op, { numRuns })),
  ]) {
    try {
      await check(
        () =>
          new Described(mode, (text) => {
            description ||= text;
          }),
      );
      laws.push({ name, error: undefined });
    } catch (error) {
      const { cause, message } = /** @type {Error & { cause?: Error }} */ (error);
      laws.push({ name, error: cause?.message ?? message });
    }
  }
  stop();
  laws.push(await everyActivation(mode, errors));
  return { laws, errors: Object.fromEntries(errors), description, elapsedMs: performance.now() - started };
}

/**
 * Every built-in activation and its slope on a fixed grid, within the bounds of the laws, whose few random cases on a
 * device do not reach all of them.
 *
 * @param {GpuMode} mode
 * @param {Map<string, number>} errors
 * @returns {Promise<LawResult>}
 */
async function everyActivation(mode, errors) {
  const backend = new GpuBackend({ mode, fallback: false });
  await backend.init();
  const z = Float32Array.from({ length: 513 }, (_, i) => (i - 256) / 20);
  const [a, ones] = [backend.upload(z, 27, 19), backend.upload(new Float32Array(513).fill(1), 27, 19)];
  const findings = [];
  for (const { name, value, derivative } of Object.values(ACTIVATIONS)) {
    const spec = /** @type {import('@tangentlab/tensor').ActivationName} */ (name);
    const [values, slopes] = [backend.activate(a, spec), backend.activationGradient(ones, a, spec)];
    for (const [what, got, want, roundings] of /** @type {const} */ ([
      ['activate', await backend.read(values), value, FUNCTION_ROUNDINGS],
      ['activationGradient', await backend.read(slopes), derivative, 2 * FUNCTION_ROUNDINGS],
    ])) {
      const units = z.reduce((worst, x, i) => {
        const error = Math.abs((got[i] ?? Number.NaN) - want(x)) / (roundings * (1 + Math.abs(x)) * 2 ** -24);
        return error <= worst ? worst : error; // a NaN gets through
      }, 0);
      const key = `${what} ${name}`;
      errors.set(key, Math.max(errors.get(key) ?? 0, units));
      if (!(units <= 1)) findings.push(`${key}: ${units} of its bound`);
    }
  }
  await backend.dispose();
  return { name: 'every activation on a grid', error: findings.length === 0 ? undefined : findings.join('; ') };
}

/** A back end that tells what it opened as. */
class Described extends GpuBackend {
  /** @type {(text: string) => void} */
  #tell;

  /**
   * @param {GpuMode} mode
   * @param {(text: string) => void} tell
   */
  constructor(mode, tell) {
    super({ mode, fallback: false });
    this.#tell = tell;
  }

  /** @override */
  async init() {
    await super.init();
    this.#tell(this.describe());
  }
}
