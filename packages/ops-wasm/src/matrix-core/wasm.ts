/**
 * The WebAssembly matrix core as a provider.
 */
import { defineProvider, type Provider, parseConfig } from '@tangentlab/core';
import { MATRIX_BACKEND, type MatrixBackend } from '@tangentlab/tensor';
import * as z from 'zod';
import { PLAIN_PROGRAM, relaxedProgram } from './program.js';
import { WasmBackend } from './wasm-backend.js';

/** What `wasm` takes. */
export interface WasmOptions {
  /**
   * Whether multiplications and additions are fused where the machine can: faster on large layers by a quarter or so, with
   * bits that depend on the machine. False unless given.
   */
  readonly relaxed?: boolean;
}

const SCHEMA = z.strictObject({ relaxed: z.boolean().default(false) });

/**
 * The matrix core on WebAssembly SIMD, in f32: `experiment.with(wasm())`. The default on a CPU.
 *
 * Trains whole epochs in one call; what it does not fuse - activations and losses of the user's - is trained operation by
 * operation, with a warning. *Cost*: some ms once in a process. *Throws* ConfigError CONFIG_INVALID for an unknown option;
 * the run RunError BACKEND_UNAVAILABLE where WebAssembly or its (relaxed) SIMD is missing. *Determinism*: the same bits on
 * every machine, unless `relaxed`.
 *
 * @example
 * wasm().name // => 'wasm'
 */
export function wasm(options: WasmOptions = {}): Provider<MatrixBackend> {
  const { relaxed } = parseConfig('wasm', SCHEMA, options);
  return defineProvider<MatrixBackend>({
    token: MATRIX_BACKEND,
    name: 'wasm',
    config: { ...(relaxed ? { relaxed } : {}) },
    create: async () => {
      const backend = createBackend({ relaxed });
      await backend.init();
      return backend;
    },
    release: (backend) => backend.dispose(),
  });
}

/** The same back end by itself; await its `init`. */
export function createBackend({ relaxed = false }: WasmOptions = {}): WasmBackend {
  return new WasmBackend(
    async () =>
      relaxed
        ? {
            program: await relaxedProgram(),
            description: 'WebAssembly relaxed simd128, f32, one thread (not reproducible on other machines)',
          }
        : { program: PLAIN_PROGRAM, description: 'WebAssembly simd128, f32, one thread' },
    !relaxed,
  );
}
