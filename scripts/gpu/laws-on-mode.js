/**
 * The laws of matrix cores on one mode of gpu.js, outside of a test runner: in a page, or in Node. What comes back is
 * plain data, since it crosses from a browser.
 */
import { GpuBackend } from '@tangentlab/ops-gpu';
import { lawsOfBackends, listenToErrors } from '@tangentlab/testkit';

/** @typedef {import('@tangentlab/ops-gpu').GpuMode} GpuMode */
/** @typedef {{ name: string, error: string | undefined }} LawResult */
/** @typedef {{ laws: LawResult[], errors: Record<string, number>, description: string, elapsedMs: number }} LawReport */

/** The operations in the names of comparisons; the rest of a name tells cases apart. */
const OPERATION =
  /^(?:gemm|gatherRows|columnSums|addBias|activate [\w-]+|activationGradient [\w-]+|multiply|dropoutMask|losses of [\w-]+|gradient of [\w-]+|accumulateSign|accumulate|softThreshold|clamp|sumOfSquares|clipByNorm|sgd|momentum|Nesterov momentum|adamW|adam|rmsProp with momentum|rmsProp|adagrad|op [\w-]+)(?![\w-])/;

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
  for (const { name, check } of lawsOfBackends({ numRuns })) {
    /** @type {GpuBackend | undefined} */
    let backend;
    try {
      await check(() => {
        backend = new Described(mode, (text) => {
          description ||= text;
        });
        return backend;
      });
      laws.push({ name, error: undefined });
    } catch (error) {
      const { cause, message } = /** @type {Error & { cause?: Error }} */ (error);
      laws.push({ name, error: cause?.message ?? message });
    }
  }
  stop();
  return { laws, errors: Object.fromEntries(errors), description, elapsedMs: performance.now() - started };
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
