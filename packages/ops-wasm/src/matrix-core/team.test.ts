/**
 * Large layers on several threads: the bits of one thread, and nothing that hangs, fails or stays behind with them.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { isTangentError, Rng } from '@tangentlab/core';
import {
  type BackendTrainer,
  type Matrix,
  type OptimizerSpec,
  parameterCount,
  type RegressionTable,
  type TrainerSpec,
} from '@tangentlab/tensor';
import { backendLaws } from '@tangentlab/testkit';
import { nodeHost, type ThreadHost, threadHost } from '../thread-host.js';
import { sharedMemory } from '../wasm-host.js';
import { Heap } from './heap.js';
import { programFor } from './program.js';
import { LARGE, Team } from './team.js';
import { createBackend, openBuild } from './wasm.js';
import { WasmBackend } from './wasm-backend.js';

backendLaws('wasm, two threads', () => createBackend({ threads: 2 }), { numRuns: 5 });

/** Threads start late on a busy machine. */
const PATIENCE_MS = 60_000;

const PACKAGE = new URL('../../dist/index.js', import.meta.url).href;

/** Resolves when the condition holds, looked at once a turn; rejects after a minute. */
async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 5) {
    if (waited > PATIENCE_MS) throw new Error('waited a minute');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function opened(threads: number, host = threadHost()): Promise<WasmBackend> {
  const backend = new WasmBackend(() => openBuild(false, threads, host), true);
  await backend.init();
  return backend;
}

const OPTIMIZERS: readonly OptimizerSpec[] = [
  { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  { name: 'adamW', beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1 },
  { name: 'rmsProp', alpha: 0.99, epsilon: 1e-8, momentum: 0.5 },
  { name: 'sgd', momentum: 0.9, nesterov: true },
];

/** Three layers, two of them large; with everything that changes parameters. */
const SPEC: TrainerSpec = {
  widths: [300, 270, 130, 3],
  layers: [0.5, 1, 1].map((weightScale) => ({ weightScale, biasScale: 1, weightRate: 1, biasRate: 0.5 })),
  activation: 'relu',
  dropout: [0.3, 0],
  loss: { name: 'softmaxCrossEntropy', targets: 'classes' },
  optimizer: OPTIMIZERS[0]!,
  regulariser: { l1: 0.001, l2: 0.01, biases: false, proximal: true },
  clip: { norm: 0.5 },
  batchSize: 64,
  norms: true,
};
const SAMPLES = 150;
const ORDER = Int32Array.from({ length: SAMPLES }, (_, i) => (i * 7) % SAMPLES);
const RATES = new Float64Array(Math.ceil(SAMPLES / 64)).fill(0.01);

function dataFor({ widths }: TrainerSpec): RegressionTable {
  const [features, outputs] = [widths[0]!, widths.at(-1)!];
  const targets = new Float64Array(SAMPLES * outputs); // one-hot rows
  for (let i = 0; i < SAMPLES; i++) targets[i * outputs + (i % outputs)] = 1;
  return { x: noise(SAMPLES * features, 2), targets, samples: SAMPLES, features, outputs };
}

function noise(count: number, seed = 1): Float64Array {
  const uniform = Rng.root(seed).stream();
  return Float64Array.from({ length: count }, () => 2 * uniform() - 1);
}

/** Something that is large, so that threads start. */
async function engage(backend: WasmBackend, threads: number): Promise<void> {
  const mark = backend.mark();
  const a = backend.upload(noise(256 * 128), 256, 128);
  backend.gemm(a, backend.upload(noise(128 * 128), 128, 128));
  backend.reset(mark);
  await until(() => backend.workingThreads === threads);
}

describe('the same bits', () => {
  test(
    'products of all shapes and transpositions',
    async () => {
      const [one, two, three] = [await opened(1), await opened(2), await opened(3)];
      await engage(two, 2);
      await engage(three, 3);
      const shapes = [
        [128, 512, 784],
        [301, 70, 300],
        [7, 1999, 130],
        [1030, 12, 65],
        [64, 33, 600],
      ] as const;
      for (const [m, n, k] of shapes) {
        for (const [transA, transB] of [
          [false, false],
          [true, false],
          [false, true],
          [true, true],
        ] as const) {
          const product = (backend: WasmBackend): Promise<Float64Array> => {
            const upload = (rows: number, cols: number, turned: boolean, seed: number): Matrix =>
              backend.upload(noise(rows * cols, seed), turned ? cols : rows, turned ? rows : cols);
            const mark = backend.mark();
            const made = backend.read(
              backend.gemm(upload(m, k, transA, 1), upload(k, n, transB, 2), { transA, transB, alpha: 1 }),
            );
            backend.reset(mark);
            return made;
          };
          const want = await product(one);
          expect(same(await product(two), want)).toBe(true);
          expect(same(await product(three), want)).toBe(true);
        }
      }
      for (const backend of [one, two, three]) await backend.dispose();
    },
    PATIENCE_MS,
  );

  test(
    'the other thread does parts: it has packed operands',
    async () => {
      const { kernels, heap, team, other } = await crew(threadHost());
      team.announce(LARGE);
      await until(() => team.working === 2);
      const [m, n, k] = [64, 256, 256];
      const [a, b, c] = [m * k, k * n, m * n].map((count) => heap.take(4 * count).address) as [number, number, number];
      heap.floats(a, m * k).set(noise(m * k));
      heap.floats(b, k * n).set(noise(k * n));
      const helped = () => other().some((value) => value !== 0);
      expect(helped()).toBe(false);
      await until(() => {
        kernels.gemm(0, 0, m, n, k, a, k, b, n, c, n);
        return helped();
      });
      await team.dispose();
      expect(team.working).toBe(1);
    },
    PATIENCE_MS,
  );

  test.each(OPTIMIZERS)(
    'training with %j',
    async (optimizer) => {
      const spec: TrainerSpec = { ...SPEC, optimizer };
      const [data, initial] = [dataFor(spec), noise(parameterCount(spec.widths), 3)];
      const states = await Promise.all(
        [1, 2, 3].map(async (threads) => {
          const backend = await opened(threads);
          const trainer = fused(backend, spec, data, initial);
          await until(() => backend.workingThreads === threads);
          for (const epoch of [0, 1]) await trainer.runEpoch(ORDER, epoch, RATES);
          const state = await trainer.state();
          await backend.dispose();
          return state;
        }),
      );
      const [one, ...others] = states;
      for (const other of others) {
        expect(same(other.parameters, one!.parameters)).toBe(true);
        for (const [k, vector] of one!.optimizer.entries()) expect(same(other.optimizer[k]!, vector)).toBe(true);
      }
      expect(same(one!.parameters, initial)).toBe(false);
    },
    PATIENCE_MS,
  );
});

describe('when threads start, and how many', () => {
  test(
    'not for small networks, nor for small products',
    async () => {
      const host = counting();
      const backend = await opened(2, host);
      const spec: TrainerSpec = { ...SPEC, widths: [20, 128, 128, 2], batchSize: 64 };
      const trainer = fused(backend, spec, dataFor(spec), noise(parameterCount(spec.widths)));
      await trainer.runEpoch(ORDER, 1, RATES);
      backend.gemm(backend.upload(noise(128 * 128), 128, 128), backend.upload(noise(128 * 128), 128, 128));
      expect(host.started).toBe(0);
      await engage(backend, 2);
      expect(host.started).toBe(1);
      await backend.dispose();
    },
    PATIENCE_MS,
  );

  test(
    'the header says how many, and why',
    async () => {
      const described = async (wanted: number | 'auto', facts: Partial<ThreadHost>) => {
        const backend = new WasmBackend(
          () => openBuild(false, wanted, { ...threadHost(), first: true, ...facts }),
          true,
        );
        await backend.init();
        return backend.describe();
      };
      const start = 'WebAssembly simd128, f32,';
      expect(await described('auto', { cores: 4 })).toBe(`${start} 4 threads for large layers (4 cores)`);
      expect(await described('auto', { cores: 64 })).toBe(`${start} 8 threads for large layers (of 64 cores)`);
      expect(await described('auto', { cores: 1 })).toBe(`${start} one thread (one core)`);
      expect(await described('auto', { cores: 4, first: false })).toBe(
        `${start} one thread (it shares the cores with other threads)`,
      );
      expect(await described(3, { cores: 2, first: false })).toBe(`${start} 3 threads for large layers`);
      expect(await described(1, { cores: 4 })).toBe(`${start} one thread`);
      expect(await described(4, { obstacle: 'no shared memory' })).toBe(`${start} one thread (no shared memory)`);
    },
    PATIENCE_MS,
  );

  test(
    'one within a thread, unless more are asked for',
    async () => {
      const program = `
      import(${JSON.stringify(PACKAGE)}).then(async ({ createBackend }) => {
        const said = [];
        for (const options of [{}, { threads: 2 }]) {
          const backend = createBackend(options);
          await backend.init();
          said.push(backend.describe());
          await backend.dispose();
        }
        require('node:worker_threads').parentPort.postMessage(said);
      });`;
      const said = await new Promise((resolve, reject) => {
        new Worker(program, { eval: true, execArgv: [] }).once('message', resolve).once('error', reject);
      });
      expect(said).toEqual([
        'WebAssembly simd128, f32, one thread (it shares the cores with other threads)',
        'WebAssembly simd128, f32, 2 threads for large layers',
      ]);
    },
    PATIENCE_MS,
  );
});

describe('what fails', () => {
  const program = (text: string) => nodeHost(new URL(`data:text/javascript,${encodeURIComponent(text)}`));
  test.each([
    ['no program', nodeHost(new URL('file:///no/such/thread.js')), /Cannot find module/],
    ['a throw', program('throw new Error("not today")'), /not today/],
    ['an early end', program('process.exit(3)'), /a thread ended with code 3/],
    ['no thread at all', refusing('forbidden'), /forbidden/],
  ])(
    '%s: one thread goes on, with the same bits, and says why',
    async (_what, host, why) => {
      const backend = await opened(2, host);
      const [data, initial] = [dataFor(SPEC), noise(parameterCount(SPEC.widths), 3)];
      const trainer = fused(backend, SPEC, data, initial);
      await trainer.runEpoch(ORDER, 0, RATES);
      await until(() => backend.describe().includes('failed'));
      expect(backend.describe()).toMatch(/^WebAssembly simd128, f32, one thread \(others failed: /);
      expect(backend.describe()).toMatch(why);
      await trainer.runEpoch(ORDER, 1, RATES);
      const alone = fused(await opened(1), SPEC, data, initial);
      for (const epoch of [0, 1]) await alone.runEpoch(ORDER, epoch, RATES);
      expect(same(await trainer.parameters(), await alone.parameters())).toBe(true);
      await backend.dispose();
    },
    PATIENCE_MS,
  );

  test(
    'a thread that takes a part and does not finish it is an error, not a wait',
    async () => {
      // the words of assembly/matrix-core/team.ts: the ticket, whose last 16 bits are the next part, and who is there
      const idler = program(`
      import { workerData } from 'node:worker_threads';
      const { memory, board } = workerData;
      const ticket = new BigUint64Array(memory.buffer, board, 1);
      Atomics.add(new Int32Array(memory.buffer, board + 128, 1), 0, 1);
      for (;;) {
        const seen = Atomics.load(ticket, 0);
        const taken = (seen & 0xffffn) < ((seen >> 16n) & 0xffffn);
        if (taken && Atomics.compareExchange(ticket, 0, seen, seen + 1n) === seen) break;
      }
      Atomics.wait(new Int32Array(memory.buffer, board + 128, 1), 0, 2);
    `);
      const { kernels, heap, team } = await crew(idler);
      team.announce(LARGE);
      await until(() => team.working === 2);
      kernels.gather(1e6, 1);
      const room = heap.take(4 * 512 * 512).address;
      const product = heap.take(4 * 512 * 512).address;
      const multiply = () => kernels.gemm(0, 0, 512, 512, 512, room, 512, room, 512, product, 512);
      const error = await caught(() =>
        until(() => {
          multiply();
          return false;
        }),
      );
      expect(isTangentError(error) && error.code).toBe('RESOURCE_FAILED');
      expect((error as Error).message).toContain('{ threads: 1 } does without others');
      expect(team.trouble).toBe('one did not finish its part');
      multiply(); // alone
      await team.dispose();
    },
    PATIENCE_MS,
  );
});

describe('what is left', () => {
  test(
    'no thread after dispose, however often',
    async () => {
      const host = counting();
      for (let i = 0; i < 3; i++) {
        const backend = await opened(3, host);
        await engage(backend, 3);
        await backend.dispose();
        await backend.dispose();
        expect(host.alive).toBe(0);
      }
      expect(host.started).toBe(6);
      // disposed of before its threads have come up
      const backend = await opened(2, host);
      fused(backend, SPEC, dataFor(SPEC), noise(parameterCount(SPEC.widths)));
      expect(host.alive).toBe(1);
      await backend.dispose();
      expect(host.alive).toBe(0);
    },
    PATIENCE_MS,
  );

  test(
    'a program with threads ends by itself',
    async () => {
      const text = `
      import { createBackend } from ${JSON.stringify(PACKAGE)};
      const backend = createBackend({ threads: 2 });
      await backend.init();
      const square = backend.upload(new Float64Array(65536).fill(0.5), 256, 256);
      backend.gemm(square, square);
      while (backend.workingThreads < 2) await new Promise((resolve) => setImmediate(resolve));
      console.log(backend.workingThreads);
    `;
      const cwd = fileURLToPath(new URL('.', import.meta.url));
      const said = await new Promise((resolve, reject) => {
        execFile(process.execPath, ['--input-type=module', '-e', text], { cwd, timeout: 60_000 }, (error, stdout) =>
          error === null ? resolve(stdout) : reject(error),
        );
      });
      expect(said).toBe('2\n');
    },
    PATIENCE_MS,
  );
});

/** A host that counts its threads. */
function counting(): ThreadHost & { started: number; alive: number } {
  const { start, ...facts } = threadHost();
  const host = {
    ...facts,
    started: 0,
    alive: 0,
    start: (...[seat, ended]: Parameters<typeof start>) => {
      const thread = start(seat, ended);
      host.started++;
      host.alive++;
      return {
        async stop() {
          await thread.stop();
          host.alive--;
        },
      };
    },
  };
  return host;
}

function refusing(why: string): ThreadHost {
  return {
    ...threadHost(),
    start: () => {
      throw new Error(why);
    },
  };
}

/** A team of two around bare kernels, and a view of where the other thread packs. */
async function crew(host: ThreadHost) {
  const [memory, program] = [sharedMemory(), await programFor({ relaxed: false, shared: true })];
  const kernels = program.instantiate({ env: { memory }, team: { lost: () => team.lose() } });
  const [first, second, end] = [0, 1, 2].map((thread) => kernels.heapStart(thread)) as [number, number, number];
  const heap = new Heap(memory, end);
  heap.take(1);
  const seat = { module: program.module(), memory, board: first - 512 };
  const team: Team = new Team(kernels, seat, 2, host);
  const other = () => heap.integers(second, (end - second) / 4);
  return { kernels, heap, team, other };
}

async function caught(act: () => Promise<unknown>): Promise<unknown> {
  try {
    return await act();
  } catch (error) {
    return error;
  }
}

function fused(backend: WasmBackend, spec: TrainerSpec, data: RegressionTable, initial: Float64Array): BackendTrainer {
  const made = backend.createTrainer(spec, data, initial);
  if ('notFused' in made) throw new Error(made.notFused);
  return made;
}

/** Bits, of many numbers at once. */
function same(one: Float64Array, other: Float64Array): boolean {
  const bytes = (values: Float64Array) => Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return bytes(one).equals(bytes(other));
}
