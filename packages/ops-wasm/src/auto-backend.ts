/**
 * The matrix core that an experiment gets when it names none.
 */
import { defineProvider, isTangentError, type Provider } from '@tangentlab/core';
import { MATRIX_BACKEND, type MatrixBackend, ReferenceBackend } from '@tangentlab/tensor';
import { createBackend } from './matrix-core/wasm.js';
import type { WasmBackend } from './matrix-core/wasm-backend.js';

/**
 * The fastest matrix core that gives the same bits on every machine: WebAssembly SIMD in f32, which starts threads of its
 * own when layers are large enough for them. Where the host has no SIMD, the reference in f64, and the run's header says
 * so. Any provider of a matrix core takes its place: `experiment.with(gpu())`.
 *
 * *Determinism*: the same bits on every machine with SIMD. Never chooses relaxed SIMD or a graphics device.
 *
 * @example
 * autoBackend().name // => 'auto'
 */
export function autoBackend(): Provider<MatrixBackend> {
  return autoBackendFrom(() => createBackend());
}

/** The same, with another way to make the first choice. */
export function autoBackendFrom(create: () => WasmBackend): Provider<MatrixBackend> {
  return defineProvider<MatrixBackend>({
    token: MATRIX_BACKEND,
    name: 'auto',
    create: async () => {
      const backend = create();
      try {
        await backend.init();
        return backend;
      } catch (error) {
        if (!isTangentError(error) || error.code !== 'BACKEND_UNAVAILABLE') throw error;
        return new StandIn(error.message);
      }
    },
    release: (backend) => backend.dispose(),
  });
}

/** The reference, which says what it stands in for. */
class StandIn extends ReferenceBackend {
  readonly #reason: string;

  constructor(reason: string) {
    super();
    this.#reason = reason;
  }

  override describe(): string {
    return `${super.describe()}, standing in for WebAssembly (${this.#reason})`;
  }
}
