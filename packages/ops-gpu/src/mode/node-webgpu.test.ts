import { platformWebGpu, provideWebGpu, type WebGpu } from './node-webgpu.js';

const GLOBALS = ['navigator', 'GPUBufferUsage', 'GPUTestOnly'] as const;
const kept = GLOBALS.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);

afterEach(() => {
  for (const [name, descriptor] of kept) {
    if (descriptor === undefined) delete (globalThis as Record<string, unknown>)[name];
    else Object.defineProperty(globalThis, name, descriptor);
  }
});

const webGpu: WebGpu = { requestAdapter: async () => null };
const load = async () => ({ create: () => webGpu, globals: { GPUTestOnly: 7 } });

test('in Node, the package webgpu becomes navigator.gpu, with the constants that belong to it', async () => {
  delete (globalThis as Record<string, unknown>)['navigator'];
  expect(platformWebGpu()).toBeUndefined();
  expect(await provideWebGpu(load)).toBe(webGpu);
  expect(platformWebGpu()).toBe(webGpu);
  expect((globalThis as Record<string, unknown>)['GPUTestOnly']).toBe(7);
});

test('what the platform has itself is left as it is', async () => {
  const own: WebGpu = { requestAdapter: async () => null };
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: own }, configurable: true });
  expect(await provideWebGpu(load)).toBe(own);
});

test('a package that does not load is a reason that says what to install', async () => {
  delete (globalThis as Record<string, unknown>)['navigator'];
  const missing = () => Promise.reject(new Error("Cannot find package 'webgpu'\nImported from here"));
  expect(await provideWebGpu(missing)).toBe(
    "the optional package webgpu does not load (Cannot find package 'webgpu'); install webgpu@0.6.2",
  );
  expect(platformWebGpu()).toBeUndefined();
});
