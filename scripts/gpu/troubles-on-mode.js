/**
 * What goes wrong with devices, made to happen: each must end in an error of the house that names a way out.
 */
import { isTangentError } from '@tangentlab/core';
import { GpuBackend } from '@tangentlab/ops-gpu';

/** @typedef {import('@tangentlab/ops-gpu').GpuMode} GpuMode */
/** @typedef {{ name: string, passed: boolean, detail: string }} Finding */

/**
 * @param {GpuMode} mode
 * @returns {Promise<Finding[]>}
 */
export async function troublesOnMode(mode) {
  const device = mode === 'webgl' || mode === 'webgl2' || mode === 'webgpu';
  if (!device) return [];
  return [
    await refused('a matrix that has no room', mode, /at most .* here, got \(\d+,\d+\); make it smaller/, tooLarge),
    await refused('a device that is lost', mode, /the device must stay, got .*lost.*; start again, or use/s, lost),
  ];
}

/**
 * @param {string} name
 * @param {GpuMode} mode
 * @param {RegExp} message
 * @param {(backend: GpuBackend, mode: GpuMode) => Promise<void>} trouble
 * @returns {Promise<Finding>}
 */
async function refused(name, mode, message, trouble) {
  const backend = new GpuBackend({ mode, fallback: false });
  try {
    await backend.init();
    await trouble(backend, mode);
    return { name, passed: false, detail: 'nothing was thrown' };
  } catch (error) {
    if (!isTangentError(error)) return { name, passed: false, detail: String(error) };
    const passed = error.code === 'RESOURCE_FAILED' && message.test(error.message);
    return { name, passed, detail: error.message };
  } finally {
    await backend.dispose().catch(() => undefined);
  }
}

/**
 * A column and a row whose product no device takes.
 *
 * @param {GpuBackend} backend
 */
async function tooLarge(backend) {
  const column = backend.upload(new Float32Array(20_000), 20_000, 1);
  backend.gemm(column, column, { transB: true });
}

/**
 * @param {GpuBackend} backend
 * @param {GpuMode} mode
 */
async function lost(backend, mode) {
  const a = backend.upload([1, 2], 1, 2);
  await backend.read(backend.multiply(a, a));
  const kernel = /** @type {any} */ (backend.kernels.kernels[0]);
  if (mode === 'webgpu') {
    kernel.context.device.destroy();
    await kernel.context.device.lost;
  } else {
    kernel.context.getExtension('WEBGL_lose_context').loseContext();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await backend.read(backend.multiply(a, a));
}
