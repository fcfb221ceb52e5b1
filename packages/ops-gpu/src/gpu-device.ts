/**
 * gpu.js, opened: its instance, the kernels compiled so far, and how arguments and outputs are shaped for them. It knows
 * nothing of matrices; those are the back end's.
 */
import type { GpuInput, GpuJs, KernelArgument } from './gpu-js.js';
import type { GpuMode } from './gpu-mode.js';
import { type OpenGpu, openGpu } from './gpu-mode.js';
import { KernelCache } from './kernel-cache.js';
import type { KernelSource } from './kernel-source.js';

export class GpuDevice {
  readonly gpuJs: GpuJs;
  readonly open: OpenGpu;
  readonly cache: KernelCache;

  private constructor(gpuJs: GpuJs, open: OpenGpu) {
    this.gpuJs = gpuJs;
    this.open = open;
    this.cache = new KernelCache(open);
  }

  /** *Throws* BACKEND_UNAVAILABLE where no mode runs. */
  static async open(gpuJs: GpuJs, asked: GpuMode): Promise<GpuDevice> {
    return new GpuDevice(gpuJs, await openGpu(gpuJs, asked));
  }

  /** Runs a kernel, compiled at the first call with this key; returns the rows of its output. */
  run(key: string, source: () => KernelSource, args: readonly KernelArgument[]): readonly Float32Array[] {
    return this.cache.run(key, source, args);
  }

  /** An argument that kernels read as `a[row][col]`. */
  table(values: Float32Array, rows: number, cols: number): GpuInput {
    return this.gpuJs.input(values, [cols, rows]);
  }

  /**
   * The width of an output of `cols` columns. In mode webasm gpu.js computes four neighbours of a row at a time and the
   * rest one by one, so rows are padded to a multiple of four; the cells beyond read entries of no meaning, and are cut
   * off.
   */
  padded(cols: number): number {
    return this.open.mode === 'webasm' ? Math.ceil(cols / 4) * 4 : cols;
  }

  async close(): Promise<void> {
    this.cache.clear();
    await this.open.gpu.destroy();
  }
}
