/**
 * The WebAssembly matrix core as a provider.
 */
import { defineProvider, messageOf, type Provider, parseConfig } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { MATRIX_BACKEND, type MatrixBackend } from '@tangentlab/tensor';
import { type ThreadHost, threadHost } from '../thread-host.js';
import { sharedMemory, type WasmMemory } from '../wasm-host.js';
import type { Build } from './machine.js';
import { programFor } from './program.js';
import { type ThreadCount, threadCount } from './thread-count.js';
import { WasmBackend } from './wasm-backend.js';

/** What `wasm` takes. */
export interface WasmOptions {
  /**
   * Whether multiplications and additions are fused where the machine can: faster on large layers by a quarter or so, with
   * bits that depend on the machine. False unless given.
   */
  readonly relaxed?: boolean;
  /**
   * With how many threads large layers are multiplied and updated; all bits stay the same. `'auto'`, unless given: one for
   * each core, up to eight; 1 in hosts without shared memory, and in threads, which share the cores with others. They
   * start with the first product of 2^22 multiplications, as a layer of 256 x 256 units has on 64 samples, never for the
   * small networks of a search.
   */
  readonly threads?: number | 'auto';
}

const SCHEMA = z.strictObject({
  relaxed: z.boolean().default(false),
  threads: z.union([z.literal('auto'), z.int().min(1).max(64)]).default('auto'),
});

/**
 * The matrix core on WebAssembly SIMD, in f32: `experiment.with(wasm())`. The default on a CPU.
 *
 * Trains whole epochs in one call; what it does not fuse - activations and losses of the user's - is trained operation by
 * operation, with a warning. *Cost*: some ms once in a process; threads, if any, some 40 ms of a core each. *Throws* ConfigError CONFIG_INVALID for an unknown option;
 * the run RunError BACKEND_UNAVAILABLE where WebAssembly or its (relaxed) SIMD is missing. *Determinism*: the same bits on
 * every machine, unless `relaxed`.
 *
 * @example
 * wasm().name // => 'wasm'
 */
export function wasm(options: WasmOptions = {}): Provider<MatrixBackend> {
  const { relaxed, threads } = parseConfig('wasm', SCHEMA, options);
  return defineProvider<MatrixBackend>({
    token: MATRIX_BACKEND,
    name: 'wasm',
    config: { ...(relaxed ? { relaxed } : {}), ...(threads === 'auto' ? {} : { threads }) },
    create: async () => {
      const backend = createBackend({ relaxed, threads });
      await backend.init();
      return backend;
    },
    release: (backend) => backend.dispose(),
  });
}

/** The same back end by itself; await its `init`. */
export function createBackend({ relaxed = false, threads = 'auto' }: WasmOptions = {}): WasmBackend {
  return new WasmBackend(() => openBuild(relaxed, threads, threadHost()), !relaxed);
}

/** The build for so many threads on this host; the one for one thread where it cannot have them. */
export async function openBuild(relaxed: boolean, wanted: number | 'auto', host: ThreadHost): Promise<Build> {
  const description = relaxed
    ? 'WebAssembly relaxed simd128 (not reproducible on other machines), f32'
    : 'WebAssembly simd128, f32';
  const alone = async (count: ThreadCount): Promise<Build> => {
    return { program: await programFor({ relaxed, shared: false }), description, count };
  };
  const count = threadCount(wanted, host);
  if (count.threads === 1) return alone(count);
  let memory: WasmMemory;
  try {
    memory = sharedMemory();
  } catch (error) {
    return alone({ threads: 1, why: `no shared memory: ${messageOf(error)}` });
  }
  return { program: await programFor({ relaxed, shared: true }), description, count, shared: { memory, host } };
}
