import { GpuBackend } from '@tangentlab/ops-gpu';
import { loadGpuJs } from '../gpu-js.js';
import { multiplyKernel } from '../kernels/elementwise-kernels.js';
import { hostSource } from '../kernels/kernel.js';
import { openGpu } from '../mode/gpu-mode.js';
import { KernelCache } from './kernel-cache.js';

const square = (cache: KernelCache, length: number) => {
  const a = Float32Array.from({ length }, (_, i) => i);
  const source = () => hostSource(multiplyKernel({ rows: 1, cols: length }), length);
  const [row] = cache.run(`multiply ${length}`, source, [a, a]) as readonly Float32Array[];
  expect(Array.from(row!)).toEqual(Array.from(a, (value) => value * value));
};

describe.each(['cpu', 'webasm'] as const)('kernels of mode %s', (mode) => {
  test('are compiled once for each key, and bounded in number: the least recently used go', async () => {
    const open = await openGpu(await loadGpuJs(), mode);
    const others = open.gpu.kernels.length; // the trial kernel
    const cache = new KernelCache(open, 3);
    for (const length of [1, 2, 3, 1, 2, 3, 1]) square(cache, length);
    expect([cache.size, cache.counts.compiled]).toEqual([3, 3]);
    square(cache, 4); // in place of 2
    for (const length of [1, 3, 4]) square(cache, length);
    expect(cache.counts.compiled).toBe(4);
    square(cache, 2);
    expect([cache.size, cache.counts.compiled]).toEqual([3, 5]);
    expect(open.gpu.kernels).toHaveLength(others + 3);
    cache.clear();
    expect([cache.size, open.gpu.kernels.length]).toEqual([0, others]);
    await open.gpu.destroy();
  });

  test('that do not compile are named, with the error of gpu.js', async () => {
    const open = await openGpu(await loadGpuJs(), mode);
    const cache = new KernelCache(open);
    const source = () => ({ text: 'function(a) { return nothing[this.thread.x]; }', output: [4, 1] });
    expect(() => cache.run('wrong 4', source, [new Float32Array(4)])).toThrow(
      new RegExp(
        `^gpu\\.js kernel "wrong 4": it must compile in mode ${mode}, got the error ".*"; try another mode`,
        's',
      ),
    );
    await open.gpu.destroy();
  });
});

test('equal shapes share a kernel, whatever the numbers are; scalars are no part of it', async () => {
  const backend = new GpuBackend({ mode: 'cpu' });
  await backend.init();
  const [a, b] = [backend.upload([1, 2, 3, 4], 2, 2), backend.upload([5, 6, 7, 8], 2, 2)];
  for (const alpha of [1, 2, 0.5]) backend.gemm(a, b, { alpha });
  for (let step = 1; step < 4; step++)
    backend.optimizerStep(
      a,
      b,
      [b],
      { name: 'rmsProp', alpha: 1 - 0.1 / step, epsilon: 1, momentum: 0 },
      { step, lr: 1 / step },
    );
  expect(backend.kernels.counts.compiled).toBe(2);
  await backend.dispose();
});
