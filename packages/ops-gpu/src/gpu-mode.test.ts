import { isTangentError } from '@tangentlab/core';
import { GpuBackend, type GpuJs, type GpuMode, gpu } from '@tangentlab/ops-gpu';
import { MATRIX_BACKEND, type MatrixBackend } from '@tangentlab/tensor';
import { loadGpuJs } from './gpu-js.js';
import { describeGpu, type OpenGpu } from './gpu-mode.js';

/** Describes what a back end opened as, and disposes of it. */
async function opened(mode: GpuMode | undefined, load?: () => Promise<GpuJs>): Promise<string> {
  const backend = new GpuBackend(mode === undefined ? {} : { mode }, load);
  await backend.init();
  const a = backend.upload([1, 2, 3, 4], 2, 2);
  expect(Array.from(await backend.read(backend.gemm(a, a)))).toEqual([7, 10, 15, 22]);
  const description = backend.describe();
  await backend.dispose();
  return description;
}

/** Runs `body` where there is no WebAssembly. */
async function withoutWebAssembly<T>(body: () => Promise<T>): Promise<T> {
  const kept = (globalThis as { WebAssembly?: unknown }).WebAssembly;
  Object.assign(globalThis, { WebAssembly: undefined });
  try {
    return await body();
  } finally {
    Object.assign(globalThis, { WebAssembly: kept });
  }
}

test('auto is webasm where that runs, and says so', async () => {
  expect(await opened(undefined)).toBe('gpu.js 2.24.1, mode webasm, f32 (chosen by auto)');
  expect(await opened('webasm')).toBe('gpu.js 2.24.1, mode webasm, f32');
  expect(await opened('cpu')).toBe('gpu.js 2.24.1, mode cpu, f32');
});

test('without WebAssembly it is cpu, with the reason', async () => {
  await withoutWebAssembly(async () => {
    expect(await opened('webasm')).toMatch(/^gpu\.js 2\.24\.1, mode cpu, f32 \(asked for webasm: .*not supported\)$/);
    expect(await opened('auto')).toMatch(
      /^gpu\.js 2\.24\.1, mode cpu, f32 \(chosen by auto, webasm does not run: .*not supported\)$/,
    );
    expect(await opened('cpu')).toBe('gpu.js 2.24.1, mode cpu, f32');
  });
});

test('a mode whose trial kernel runs elsewhere, or is wrong, is not believed', async () => {
  const real = await loadGpuJs();
  class Elsewhere extends real.GPU {
    constructor() {
      super({ mode: 'cpu' });
    }
  }
  const elsewhere = async () => ({ ...real, GPU: Elsewhere });
  expect(await opened('webasm', elsewhere)).toBe(
    'gpu.js 2.24.1, mode cpu, f32 (asked for webasm: a trial kernel ran in mode cpu and gave 2,3,4,5)',
  );
});

test('nothing that runs at all is BACKEND_UNAVAILABLE, with the error of gpu.js', async () => {
  class Broken {
    constructor() {
      throw new Error('code generation is not allowed');
    }
  }
  const backend = new GpuBackend({}, async () => ({ ...(await loadGpuJs()), GPU: Broken as never }));
  await expect(backend.init()).rejects.toMatchObject({
    code: 'BACKEND_UNAVAILABLE',
    message: expect.stringMatching(/^gpu back end: gpu\.js must run .*code generation is not allowed.*; .*\.$/),
  });
});

test.each([
  [{ mode: 'webgl2' }, 'gpu: no mode is named "webgl2"; known: auto, cpu, webasm.'],
  [{ mode: 4 }, 'gpu: no mode is named 4; known: auto, cpu, webasm.'],
  [{ moed: 'cpu' }, 'gpu: no option is named "moed"; known: mode.'],
])('%j is refused', (options, message) => {
  for (const make of [() => gpu(options as never), () => new GpuBackend(options as never)]) {
    try {
      make();
      throw new Error('nothing was thrown');
    } catch (error) {
      expect(isTangentError(error) && [error.code, error.message]).toEqual(['CONFIG_INVALID', message]);
    }
  }
});

test('the provider makes a back end that is ready, and releases it', async () => {
  const provider = gpu({ mode: 'cpu' });
  expect([provider.token, provider.name, provider.config]).toEqual([MATRIX_BACKEND, 'gpu', { mode: 'cpu' }]);
  expect(gpu().config).toEqual({ mode: 'auto' });
  const made = (await provider.create()) as MatrixBackend;
  const one = made.upload([1], 1, 1);
  expect(Array.from(await made.read(made.multiply(one, one)))).toEqual([1]);
  await provider.release?.(made as never);
  await expect(made.read(one)).rejects.toMatchObject({ code: 'RESOURCE_FAILED' });
});

test('a description leaves nothing out', () => {
  const open = { gpu: {}, mode: 'webasm', simd: false } as OpenGpu;
  expect(describeGpu(undefined, 'auto', open, { compiled: 9, fellBack: 2 })).toBe(
    'gpu.js of unknown version, mode webasm, f32 (chosen by auto; without SIMD; 2 of 9 kernels fell back to cpu: no reason given)',
  );
});
