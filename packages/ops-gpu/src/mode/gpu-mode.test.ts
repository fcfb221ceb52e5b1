import { isTangentError } from '@tangentlab/core';
import { GpuBackend, type GpuJs, type GpuMode, gpu } from '@tangentlab/ops-gpu';
import { MATRIX_BACKEND, type MatrixBackend } from '@tangentlab/tensor';
import { type GpuKernel, type KernelArgument, type KernelSettings, loadGpuJs } from '../gpu-js.js';
import { describeGpu, type OpenGpu, openGpu } from './gpu-mode.js';

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
      /^gpu\.js 2\.24\.1, mode cpu, f32 \(chosen by auto, not webasm: .*not supported\)$/,
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

/** gpu.js as it would be on a platform with other devices: each mode runs as JavaScript and says that it is that mode. */
async function pretending(): Promise<GpuJs> {
  const real = await loadGpuJs();
  class Pretending {
    readonly kernels: GpuKernel[] = [];
    readonly context: unknown;
    readonly #real = new real.GPU({ mode: 'cpu' });
    readonly #mode: string;

    constructor({ mode }: { mode: string }) {
      this.#mode = mode;
      const name = mode === 'webgl' ? 'Apple M2' : 'llvmpipe (LLVM 15.0.6, 256 bits)';
      const version = mode === 'webgl' ? 'WebGL 1.0' : 'WebGL 2.0';
      const parameters: Readonly<Record<number, string>> = { 1: name, 2: version };
      this.context = { RENDERER: 1, VERSION: 2, getParameter: (i: number) => parameters[i], getExtension: () => null };
    }

    createKernel(source: string, { output }: KernelSettings) {
      const run = this.#real.createKernel(source, { output });
      const mode = this.#mode.startsWith('webgl') ? 'gpu' : this.#mode; // as the kernels of gpu.js call it
      const kernel = { constructor: { name: 'P', mode }, context: this.context, fallbackReason: null, destroy() {} };
      return Object.assign((...args: readonly KernelArgument[]) => run(...args), { kernel });
    }

    destroy = () => this.#real.destroy();
  }
  return { ...real, GPU: Pretending };
}

/** Runs `body` where these globals are. */
async function withGlobals<T>(globals: Readonly<Record<string, unknown>>, body: () => Promise<T>): Promise<T> {
  const kept = Object.keys(globals).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  try {
    return await body();
  } finally {
    for (const [name, descriptor] of kept) {
      if (descriptor === undefined) delete (globalThis as Record<string, unknown>)[name];
      else Object.defineProperty(globalThis, name, descriptor);
    }
  }
}

const adapterOf = (info: object | null) => ({ gpu: { requestAdapter: async () => info && { info } } });

describe('where there are graphics devices', () => {
  test('auto passes over software renderers, and names them', async () => {
    const navigator = adapterOf({ vendor: 'google', architecture: 'swiftshader' });
    const document = { createElement: () => ({ getContext: () => null }) };
    await withGlobals({ navigator, document }, async () => {
      const open = await openGpu(await pretending(), 'auto');
      expect([open.mode, open.renderer]).toEqual(['webgl', { name: 'Apple M2', software: false }]);
      expect(describeGpu('2', 'auto', open, { compiled: 0, fellBack: 0 })).toBe(
        'gpu.js 2, mode webgl on Apple M2, f32 (chosen by auto, not webgpu: SwiftShader is a software renderer; ' +
          'webgl2: llvmpipe is a software renderer)',
      );
      await open.gpu.destroy();
    });
  });

  test('auto takes WebGPU first, where it is real', async () => {
    await withGlobals({ navigator: adapterOf({ vendor: 'nvidia', architecture: 'ampere' }) }, async () => {
      const open = await openGpu(await pretending(), 'auto');
      expect([open.mode, open.renderer?.name, open.refused]).toEqual(['webgpu', 'nvidia ampere', []]);
      await open.gpu.destroy();
    });
  });

  test('a software renderer that was asked for by name is used, and called one', async () => {
    const open = await openGpu(await pretending(), 'webgl2');
    expect(describeGpu('2', 'webgl2', open, { compiled: 0, fellBack: 0 })).toBe(
      'gpu.js 2, mode webgl2 on llvmpipe, a software renderer, f32',
    );
    await open.gpu.destroy();
  });

  test('a missing adapter is a reason to fall back, or an error that names what would run', async () => {
    await withGlobals({ navigator: adapterOf(null) }, async () => {
      const open = await openGpu(await loadGpuJs(), 'webgpu');
      expect(describeGpu('2', 'webgpu', open, { compiled: 0, fellBack: 0 })).toBe(
        'gpu.js 2, mode webasm, f32 (asked for webgpu: WebGPU finds no adapter here (no device, or no driver that it accepts))',
      );
      await open.gpu.destroy();
      await expect(openGpu(await loadGpuJs(), 'webgpu', false)).rejects.toMatchObject({
        code: 'BACKEND_UNAVAILABLE',
        message:
          'gpu back end: mode webgpu must run here, got WebGPU finds no adapter here (no device, or no driver that it ' +
          'accepts); mode webasm would run.',
      });
    });
  });
});

test('mode async says where gpu.js put it', async () => {
  const open = await openGpu(await loadGpuJs(), 'async');
  expect(describeGpu('2', 'async', open, { compiled: 0, fellBack: 0 })).toBe('gpu.js 2, mode async (webasm), f32');
  await open.gpu.destroy();
});

test('without any graphics interface, WebGL leaves its reason', async () => {
  const open = await openGpu(await loadGpuJs(), 'webgl2');
  expect([open.mode, open.refused.map(({ mode }) => mode)]).toEqual(['webasm', ['webgl2']]);
  expect(open.refused[0]?.reason).toMatch(/not supported/);
  await open.gpu.destroy();
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
  [{ mode: 'webgl3' }, 'gpu: no mode is named "webgl3"; known: async, auto, cpu, webasm, webgl, webgl2, webgpu.'],
  [{ mode: 4 }, 'gpu: no mode is named 4; known: async, auto, cpu, webasm, webgl, webgl2, webgpu.'],
  [
    { fallback: 'no' },
    'gpu: fallback must be true or false, got "no"; leave it out, so that another mode may stand in.',
  ],
  [{ moed: 'cpu' }, 'gpu: no option is named "moed"; known: fallback, mode.'],
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
  const open = { gpu: {}, mode: 'webasm', runsOn: 'webasm', simd: false, refused: [] } as unknown as OpenGpu;
  expect(describeGpu(undefined, 'auto', open, { compiled: 9, fellBack: 2 })).toBe(
    'gpu.js, mode webasm, f32 (chosen by auto; without SIMD; 2 of 9 kernels fell back to cpu: no reason given)',
  );
});
