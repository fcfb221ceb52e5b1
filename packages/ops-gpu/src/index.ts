/**
 * The public face of @tangentlab/ops-gpu: the matrix core on gpu.js. Importing it loads nothing of gpu.js.
 */
export { gpu } from './gpu.js';
export { GpuBackend } from './gpu-backend.js';
export type { Gpu, GpuInput, GpuJs, GpuKernel, GpuKernelFunction, KernelArgument } from './gpu-js.js';
export type { GpuMode, GpuOptions, GpuPlacement, Refusal, RunningMode } from './mode/gpu-mode.js';
export type { Renderer } from './mode/renderer.js';
export { defineGridMap, type GridMapDefinition } from './ops/grid-map.js';
export { layerTangentKernel } from './ops/layer-tangent-kernel.js';
export { outerProducts } from './ops/outer-products.js';
