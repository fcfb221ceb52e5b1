/**
 * The modes cpu and webasm: matrices are arrays of JavaScript, and a kernel call takes and returns such.
 */
import type { GpuJs } from '../gpu-js.js';
import { hostSource, type Kernel } from '../kernels/kernel.js';
import type { OpenGpu } from '../mode/gpu-mode.js';
import type { Device, HostFunction, Resident, Shape } from './device.js';
import { flatRows } from './flat-rows.js';
import { KernelCache } from './kernel-cache.js';

export class HostDevice implements Device<Float32Array> {
  readonly queued = false;
  readonly open: OpenGpu;
  readonly cache: KernelCache;
  readonly #gpuJs: GpuJs;

  constructor(gpuJs: GpuJs, open: OpenGpu) {
    this.open = open;
    this.cache = new KernelCache(open);
    this.#gpuJs = gpuJs;
  }

  upload(values: Float32Array): Float32Array {
    return values;
  }

  run(kernel: Kernel, operands: readonly (Resident<Float32Array> | number)[]): readonly Float32Array[] {
    const { key, rows, cols, flat } = kernel;
    const width = flat ? rows * cols : this.#padded(cols);
    const args = operands.map((operand) =>
      typeof operand === 'number' ? operand : this.#gpuJs.input(operand.values, [operand.cols, operand.rows]),
    );
    const results = this.cache.run(key, () => hostSource(kernel, width), args) as readonly Float32Array[];
    return flat ? results : [flatRows(results, cols)];
  }

  /** A kernel would copy all of `a` in to copy a batch of it out, and compute nothing. */
  gather({ values, cols }: Resident<Float32Array>, rows: Int32Array): Float32Array {
    const to = new Float32Array(rows.length * cols); // batch x cols
    for (let i = 0; i < rows.length; i++) {
      const from = rows[i]! * cols;
      for (let j = 0; j < cols; j++) to[i * cols + j] = values[from + j]!;
    }
    return to;
  }

  onHost(
    operands: readonly Resident<Float32Array>[],
    _shapes: readonly Shape[],
    evaluate: HostFunction,
  ): readonly Float32Array[] {
    return evaluate(...operands.map(({ values }) => values));
  }

  async read({ values }: Resident<Float32Array>): Promise<Float32Array> {
    return values;
  }

  release(): void {
    // the collector of garbage does it
  }

  async close(): Promise<void> {
    this.cache.clear();
    await this.open.gpu.destroy();
  }

  /**
   * The width of an output of `cols` columns. In mode webasm gpu.js computes four neighbours of a row at a time and the
   * rest one by one, so rows are padded to a multiple of four; the cells beyond read entries of no meaning, and are cut
   * off.
   */
  #padded(cols: number): number {
    return this.open.mode === 'webasm' ? Math.ceil(cols / 4) * 4 : cols;
  }
}
