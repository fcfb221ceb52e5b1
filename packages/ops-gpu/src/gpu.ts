/**
 * gpu.js as a provider of the matrix core.
 */
import { defineProvider, type Provider } from '@tangentlab/core';
import { MATRIX_BACKEND, type MatrixBackend } from '@tangentlab/tensor';
import { GpuBackend } from './gpu-backend.js';
import { type GpuOptions, optionsAsked } from './mode/gpu-mode.js';

/**
 * The matrix core on gpu.js: `experiment.with(gpu())`.
 *
 * Loads gpu.js, an optional peer dependency, when a run starts. The header of the run says which mode really runs, on
 * which renderer, and why it is not the one asked for; docs/guides/gpu-modes.md has the modes. *Throws* ConfigError
 * CONFIG_INVALID for an unknown option or mode; the run RunError BACKEND_UNAVAILABLE where gpu.js is not installed, or
 * where the mode does not run and `fallback` is false. *Determinism*: in the modes cpu and webasm the same bits on every
 * machine with the same JavaScript engine; they differ from each other, since cpu computes in f64 what it stores in f32.
 * The bits of a graphics device are its driver's.
 *
 * @example
 * gpu({ mode: 'webasm' }).config.mode // => 'webasm'
 */
export function gpu(options: GpuOptions = {}): Provider<MatrixBackend> {
  const { mode, fallback } = optionsAsked(options);
  return defineProvider<MatrixBackend>({
    token: MATRIX_BACKEND,
    name: 'gpu',
    config: { mode, ...(fallback ? {} : { fallback }) },
    create: async () => {
      const backend = new GpuBackend({ mode, fallback });
      await backend.init();
      return backend;
    },
    release: (backend) => backend.dispose(),
  });
}
