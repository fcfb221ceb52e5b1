import { GpuBackend, type GpuJs, type GpuMode } from '@tangentlab/ops-gpu';
import { defineActivation, defineLoss, type Matrix, maskSeed } from '@tangentlab/tensor';
import { backendLaws, networkLaws } from '@tangentlab/testkit';
import { loadGpuJs } from './gpu-js.js';

const MODES = [
  ['cpu', 'CPUKernel'],
  ['webasm', 'WebAssemblyKernel'],
] as const;

/** gpu.js, where it refuses to run some kernels in mode webasm. */
async function refusing(refused: (source: string) => boolean): Promise<GpuJs> {
  const { GPU, ...rest } = await loadGpuJs();
  class Refusing extends GPU {
    override createKernel(...[source, settings]: Parameters<InstanceType<typeof GPU>['createKernel']>) {
      const run = super.createKernel(source, settings);
      // what gpu.js itself does with a return type that WebAssembly cannot store
      if (refused(source)) Object.assign(run.kernel, { translateSource: () => false });
      return run;
    }
  }
  return { ...rest, GPU: Refusing };
}

async function opened(mode: GpuMode, load?: () => Promise<GpuJs>): Promise<GpuBackend> {
  const backend = new GpuBackend({ mode }, load);
  await backend.init();
  return backend;
}

for (const [mode] of MODES) {
  backendLaws(`gpu.js in mode ${mode}`, () => new GpuBackend({ mode }));
  networkLaws(`gpu.js in mode ${mode}`, () => new GpuBackend({ mode }), { numRuns: 10 });
}
// behind promises; what has a device is tested where there is one, by `npm run test:gpu`
backendLaws('gpu.js in mode async', () => new GpuBackend({ mode: 'async' }), { numRuns: 10 });

describe('activations and losses of the user', () => {
  const softsign = {
    value: (z: number) => z / (1 + Math.abs(z)),
    derivative: (z: number) => 1 / (1 + Math.abs(z)) ** 2,
  };
  const kernel = {
    value: 'y = z / (1 + Math.abs(z));',
    derivative: 'const d = 1 + Math.abs(z); y = 1 / (d * d);',
  };

  test.each(MODES)('in mode %s run as kernels where they have one', async (mode, constructorName) => {
    const backend = await opened(mode);
    const activation = defineActivation({ name: 'softsign', ...softsign, kernel });
    const a = backend.upload([-3, 0, 1, 4], 1, 4);
    expect(Array.from(await backend.read(backend.activate(a, activation)))).toEqual([-0.75, 0, 0.5, Math.fround(0.8)]);
    const slopes = Array.from(await backend.read(backend.activationGradient(a, a, activation)));
    expect(slopes).toEqual([-3 / 16, 0, 1 / 4, Math.fround(4 / 25)]);
    expect(backend.kernels.kernels.map((each) => each.constructor.name)).toEqual([constructorName, constructorName]);
    expect(backend.describe()).toBe(`gpu.js 2.24.1, mode ${mode}, f32`);
    await backend.dispose();
  });

  test('run on the host where they have none, and the description says so', async () => {
    const backend = await opened('webasm');
    const activation = defineActivation({ name: 'plain softsign', ...softsign });
    const a = backend.upload([-3, 0, 1, 4], 1, 4);
    expect(Array.from(await backend.read(backend.activate(a, activation)))).toEqual([-0.75, 0, 0.5, Math.fround(0.8)]);
    const loss = defineLoss({
      name: 'half squares',
      targets: 'values',
      value: (z, t) => z.reduce((sum, value, j) => sum + (value - t[j]!) ** 2 / 2, 0),
      gradient: (z, t, out) => out.set(z.map((value, j) => value - t[j]!)),
    });
    const { losses, gradient } = backend.loss(a, backend.upload([0, 0, 0, 2], 1, 4), loss);
    expect(Array.from(await backend.read(losses))).toEqual([4.5 + 0.5 + 2]);
    expect(Array.from(await backend.read(gradient))).toEqual([-3, 0, 1, 2]);
    expect(backend.kernels.size).toBe(0);
    expect(backend.describe()).toBe(
      'gpu.js 2.24.1, mode webasm, f32 (on the host, having no kernel: activation plain softsign, loss half squares)',
    );
    await backend.dispose();
  });
});

describe('kernels that fell back', () => {
  // gpu.js writes a warning to the console for every kernel
  const { warn } = console;
  beforeAll(() => {
    console.warn = () => undefined;
  });
  afterAll(() => {
    console.warn = warn;
  });

  // all but the trial kernel: those that were written for webasm run on the CPU
  const all = (source: string) => !source.includes('+ 1; }');
  backendLaws('every kernel', () => new GpuBackend({ mode: 'webasm' }, () => refusing(all)));

  test('are counted, and their results are right', async () => {
    const backend = await opened('webasm', () => refusing((source) => source.includes('* b[')));
    const a = backend.upload([1, 2, 3], 1, 3);
    expect(Array.from(await backend.read(backend.multiply(a, a)))).toEqual([1, 4, 9]);
    expect(Array.from(await backend.read(backend.columnSums(a)))).toEqual([1, 2, 3]);
    expect(backend.kernels.kernels.map((kernel) => kernel.constructor.name)).toEqual([
      'CPUKernel',
      'WebAssemblyKernel',
    ]);
    expect(backend.describe()).toMatch(
      /^gpu\.js 2\.24\.1, mode webasm, f32 \(1 of 2 kernels fell back to cpu: return type .* not supported on the webasm backend\)$/,
    );
    await backend.dispose();
  });
});

/** A step of training a 5-6-3 perceptron with dropout: every operation of the contract. */
function trainingStep(backend: GpuBackend, rows: number): void {
  const mark = backend.mark();
  const random = (r: number, c: number): Matrix =>
    backend.upload(
      Float64Array.from({ length: r * c }, (_, i) => Math.sin(i + r)),
      r,
      c,
    );
  const parameter = (r: number, c: number) => ({
    value: random(r, c),
    state: [random(r, c), backend.upload(new Float32Array(r * c), r, c)],
  });
  const [w1, b1, w2, b2] = [parameter(6, 5), parameter(1, 6), parameter(3, 6), parameter(1, 3)];
  const x = backend.gatherRows(
    random(40, 5),
    Int32Array.from({ length: rows }, (_, i) => i),
  );
  const a = backend.gemm(x, w1.value, { transB: true });
  backend.addBias(a, b1.value);
  const h = backend.activate(a, 'gelu');
  const mask = backend.dropoutMask(rows, 6, 0.5, maskSeed(1, 0, 0));
  const output = backend.multiply(h, mask);
  const z = backend.gemm(output, w2.value, { transB: true });
  backend.addBias(z, b2.value);
  const oneHot = Array.from({ length: rows * 3 }, (_, i) => (i % 4 === 0 ? 1 : 0));
  const targets = backend.upload(oneHot, rows, 3);
  const { losses, gradient } = backend.loss(z, targets, { name: 'softmaxCrossEntropy', targets: 'classes' });
  backend.accumulate(backend.upload([0], 1, 1), backend.columnSums(losses));
  const dh = backend.multiply(backend.gemm(gradient, w2.value), mask);
  const da = backend.activationGradient(dh, a, 'gelu');
  const gradients = [
    [w1, backend.gemm(da, x, { transA: true })],
    [b1, backend.columnSums(da)],
    [w2, backend.gemm(gradient, output, { transA: true })],
    [b2, backend.columnSums(gradient)],
  ] as const;
  backend.sumOfSquares(gradients.map(([, g]) => g));
  backend.clipByNorm(
    gradients.map(([, g]) => g),
    1e-3,
  );
  const adam = { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;
  for (const [{ value, state }, g] of gradients) {
    backend.clamp(g, 1e-4);
    backend.accumulateSign(g, value, 1e-3);
    backend.optimizerStep(value, g, state, adam, { step: 1, lr: 0.01 });
    backend.softThreshold(value, 1e-3);
  }
  backend.reset(mark);
}

describe.each(MODES)('mode %s', (mode, constructorName) => {
  test('every kernel of a step ran in the mode that is reported', async () => {
    const backend = await opened(mode);
    trainingStep(backend, 10);
    const { kernels } = backend.kernels;
    expect(kernels.length).toBeGreaterThan(15);
    for (const kernel of kernels) {
      expect(kernel.constructor.name).toBe(constructorName);
      expect(kernel.constructor.mode).toBe(mode);
      expect(kernel.fallbackReason).toBeNull();
    }
    expect(backend.describe()).toBe(`gpu.js 2.24.1, mode ${mode}, f32`);
    await backend.dispose();
  });

  test('long sums are not cut off at the 1,000 rounds that gpu.js allows a loop', async () => {
    const backend = await opened(mode);
    const long = 20_003;
    const ones = backend.upload(new Float32Array(long).fill(1), long, 1);
    const read = async (a: Matrix) => Array.from(await backend.read(a));
    expect(await read(backend.gemm(ones, ones, { transA: true }))).toEqual([long]);
    expect(await read(backend.columnSums(ones))).toEqual([long]);
    const even = backend.upload(new Float32Array(long), 1, long);
    const oneHot = backend.upload(new Float32Array(long).fill(1, long - 1), 1, long);
    const { losses } = backend.loss(even, oneHot, { name: 'softmaxCrossEntropy', targets: 'classes' });
    expect(await read(backend.sumOfSquares([ones]))).toEqual([long]);
    expect((await read(losses))[0]).toBeCloseTo(Math.log(long), 5);
    await backend.dispose();
  });

  test('1,000 steps leave no matrix, kernel or memory behind', async () => {
    const backend = await opened(mode);
    const kept = backend.upload([1, 2, 3], 1, 3);
    const large = backend.upload(new Float32Array(64 * 64), 64, 64); // 16 KiB
    const steps = (count: number, forget = true) => {
      for (let step = 0; step < count; step++) {
        trainingStep(backend, step % 5 === 4 ? 3 : 8);
        const mark = backend.mark();
        backend.multiply(large, large);
        if (forget) backend.reset(mark);
      }
    };
    steps(100);
    const [kernels, before] = [backend.kernels.size, await memory()];
    steps(1000);
    const after = await memory();
    expect(backend.liveMatrices).toBe(2);
    expect(backend.kernels.size).toBe(kernels);
    expect(backend.kernels.counts).toMatchObject({ compiled: kernels, fellBack: 0 });
    // room for what the engine compiles meanwhile; one matrix kept of each step would be 16 MB
    expect(after - before).toBeLessThan(5_000_000);
    steps(1000, false);
    expect((await memory()) - after).toBeGreaterThan(15_000_000);
    expect(Array.from(await backend.read(kept))).toEqual([1, 2, 3]);
    await backend.dispose();
  }, 120_000);

  test('a use before init() or after dispose() says so', async () => {
    const backend = new GpuBackend({ mode });
    expect(() => backend.upload([1, 2], 1, 2)).toThrow(
      /gpu back end: it must be initialised, .*; await init\(\) first\./,
    );
    expect(backend.describe()).toBe(`gpu.js, not initialised (asked for ${mode})`);
    await backend.init();
    await backend.init();
    const a = backend.upload([1, 2], 1, 2);
    backend.multiply(a, a);
    await backend.dispose();
    await backend.dispose();
    expect(() => backend.multiply(a, a)).toThrow(/one that was freed/);
  });
});

test('in mode webasm outputs are padded, so that vectors do the work', async () => {
  const backend = await opened('webasm');
  trainingStep(backend, 10);
  const kernels = backend.kernels.kernels as unknown as readonly { _lastRunPath: string; output: readonly number[] }[];
  // flat outputs end in at most three cells that are done one by one; what has no more than three has no other
  const paths = kernels.map(({ _lastRunPath: path, output: [width = 0] }) => (width < 4 ? 'short' : path));
  expect([...new Set(paths)].sort()).toEqual(['short', 'simd', 'simd+scalar-tail']);
  expect(paths.filter((path) => path === 'simd').length).toBeGreaterThan(10);
  await backend.dispose();
});

test('matrices of another back end are refused', async () => {
  const [one, other] = [await opened('cpu'), await opened('cpu')];
  const a = other.upload([1], 1, 1);
  expect(() => one.multiply(a, a)).toThrow(/got one of another back end; read it there and upload it here\./);
  await Promise.all([one.dispose(), other.dispose()]);
});

/** Bytes in use after a collection of garbage: on the heap, and in array buffers and WebAssembly memories. */
async function memory(): Promise<number> {
  const { setFlagsFromString } = await import('node:v8');
  const { runInNewContext } = await import('node:vm');
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let i = 0; i < 3; i++) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}
