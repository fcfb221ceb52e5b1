import { RunError } from '@tangentlab/core';
import type { MatrixBackend } from '@tangentlab/tensor';
import { autoBackend, autoBackendFrom } from './auto-backend.js';
import { WasmBackend } from './matrix-core/wasm-backend.js';

const made = (provider: ReturnType<typeof autoBackend>) =>
  (provider as unknown as { create(): Promise<MatrixBackend> }).create();

test('WebAssembly where it runs', async () => {
  const backend = await made(autoBackend());
  expect(backend.name).toBe('wasm');
  expect(backend.describe()).toContain('WebAssembly simd128, f32');
  await backend.dispose();
});

test('the reference where it does not, with the reason', async () => {
  const missing = new RunError('BACKEND_UNAVAILABLE', { where: 'here', expected: 'SIMD', got: 'none', todo: 'wait' });
  const backend = await made(autoBackendFrom(() => new WasmBackend(() => Promise.reject(missing), true)));
  expect(backend.name).toBe('reference');
  expect(backend.capabilities.precision).toBe('f64');
  expect(backend.describe()).toBe('plain TypeScript, f64, standing in for WebAssembly (here: SIMD, got none; wait.)');
});

test('any other trouble is told', async () => {
  const provider = autoBackendFrom(() => new WasmBackend(() => Promise.reject(new Error('broken')), true));
  await expect(made(provider)).rejects.toThrow('broken');
});
