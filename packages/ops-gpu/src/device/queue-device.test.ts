import { GpuBackend, type GpuJs } from '@tangentlab/ops-gpu';
import { type KernelArgument, type KernelSettings, loadGpuJs } from '../gpu-js.js';

/** gpu.js in which kernels whose text contains `part` fail with this message from their second call on. */
async function failing(part: string, message: string): Promise<GpuJs> {
  const real = await loadGpuJs();
  class Failing extends real.GPU {
    override createKernel(source: string, settings: KernelSettings) {
      const run = super.createKernel(source, settings);
      let calls = 0;
      const fails = (...args: readonly KernelArgument[]) =>
        source.includes(part) && ++calls > 1 ? Promise.reject(new Error(message)) : run(...args);
      return Object.defineProperty(fails, 'kernel', { get: () => run.kernel }) as typeof run;
    }
  }
  return { ...real, GPU: Failing };
}

const MULTIPLY = '* b[';

async function opened(load?: () => Promise<GpuJs>): Promise<GpuBackend> {
  const backend = new GpuBackend({ mode: 'async' }, load);
  await backend.init();
  return backend;
}

test('operations are queued, and what is read is right', async () => {
  const backend = await opened();
  expect(backend.capabilities).toMatchObject({ async: true, deterministic: false });
  expect(backend.placement).toEqual({ mode: 'async', refused: [] });
  let a = backend.upload([1, 2], 1, 2);
  for (let i = 0; i < 5; i++) a = backend.multiply(a, backend.upload([2, 1], 1, 2));
  expect(Array.from(await backend.read(a))).toEqual([32, 2]);
  await backend.dispose();
});

test('an operation that fails spoils what is computed from it, and nothing else', async () => {
  const backend = await opened(() => failing(MULTIPLY, 'out of luck'));
  const [a, b] = [backend.upload([1, 2], 1, 2), backend.upload([3, 4], 1, 2)];
  const right = backend.multiply(a, b);
  const wrong = backend.multiply(a, b);
  const spoiled = backend.columnSums(wrong);
  expect(Array.from(await backend.read(right))).toEqual([3, 8]);
  for (const matrix of [wrong, spoiled]) {
    await expect(backend.read(matrix)).rejects.toMatchObject({
      code: 'RESOURCE_FAILED',
      message:
        'gpu back end, mode async: every operation must run on the device, got the error "out of luck"; try another mode.',
    });
  }
  expect(Array.from(await backend.read(backend.columnSums(a)))).toEqual([1, 2]);
  await backend.dispose();
});

test('a lost device is told as one, with a way out', async () => {
  const backend = await opened(() => failing(MULTIPLY, 'WebGPU device was lost; call destroy()'));
  const a = backend.upload([1, 2], 1, 2);
  backend.multiply(a, a);
  await expect(backend.read(backend.multiply(a, a))).rejects.toMatchObject({
    code: 'RESOURCE_FAILED',
    message: expect.stringMatching(
      /^gpu back end, mode async: the device must stay, got WebGPU device was lost.*; start again, or use mode 'webasm'/,
    ),
  });
  await backend.dispose();
});
