/**
 * TensorFlow.js on its WebAssembly back end, ready to use. It is installed on its own, outside the workspaces.
 */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

const PACKAGES = ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm'];
const require = createRequire(import.meta.url);

function loaded(name) {
  try {
    return require(name);
  } catch (cause) {
    if (cause.code !== 'MODULE_NOT_FOUND') throw cause;
    throw new Error(`needs the package ${name}; install it: npm ci --prefix bench/peers`, { cause });
  }
}

const [core, wasm] = PACKAGES.map(loaded);
wasm.setWasmPaths(`${dirname(require.resolve(PACKAGES[1]))}/`);
await core.setBackend('wasm');
if (core.getBackend() !== 'wasm') throw new Error(`tfjs: expected back end wasm, got ${core.getBackend()}`);

export const tf = core;
export const SIDE = 'tfjs-wasm';
export const about = {
  versions: { tfjs: core.version.tfjs, 'tfjs-backend-wasm': wasm.version_wasm },
  threads: { 'tfjs-wasm': wasm.getThreadsCount() },
  simd: await core.env().getAsync('WASM_HAS_SIMD_SUPPORT'),
};
