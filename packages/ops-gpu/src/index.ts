/**
 * The public face of @tangentlab/ops-gpu: the matrix core on gpu.js. Importing it loads nothing of gpu.js.
 */
export { gpu } from './gpu.js';
export { GpuBackend, type GpuPlacement } from './gpu-backend.js';
export type { Gpu, GpuInput, GpuJs, GpuKernel, GpuKernelFunction, KernelArgument } from './gpu-js.js';
export type { GpuMode, GpuOptions, Refusal, RunningMode } from './mode/gpu-mode.js';
export type { Renderer } from './mode/renderer.js';
