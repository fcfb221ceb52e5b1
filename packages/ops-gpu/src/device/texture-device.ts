/**
 * The modes webgl and webgl2: matrices are textures that stay on the device, kernels are shaders that run at the call.
 * Only `read` and what has no kernel waits for the device and brings values back.
 */
import type { GpuHandle, KernelResult } from '../gpu-js.js';
import { deviceSource, type Kernel } from '../kernels/kernel.js';
import { gatherKernel } from '../kernels/product-kernels.js';
import { flattened, type OpenGpu } from '../mode/gpu-mode.js';
import type { Device, HostFunction, Resident, Shape } from './device.js';
import { deviceLost, outOfMemory, tooLarge } from './device-errors.js';
import { KernelCache } from './kernel-cache.js';
import { uploadSource } from './upload-source.js';

/** The part of WebGL that tells how a context is. */
interface WebGl {
  readonly MAX_TEXTURE_SIZE: number;
  readonly OUT_OF_MEMORY: number;
  getParameter(name: number): unknown;
  getError(): number;
  isContextLost(): boolean;
}

export class TextureDevice implements Device<GpuHandle> {
  readonly queued = false;
  readonly open: OpenGpu;
  readonly cache: KernelCache;
  readonly #gl: WebGl;
  /** The largest width and height of a texture. */
  readonly #side: number;

  constructor(open: OpenGpu) {
    this.open = open;
    this.cache = new KernelCache(open);
    this.#gl = open.gpu.context as WebGl;
    this.#side = Number(this.#gl.getParameter(this.#gl.MAX_TEXTURE_SIZE));
  }

  upload(values: Float32Array, rows: number, cols: number): GpuHandle {
    const output = this.#layout(rows, cols);
    this.#checkAlive();
    return this.cache.run(`upload ${rows} ${cols}`, () => uploadSource(cols, output), [values]) as GpuHandle;
  }

  run(kernel: Kernel, operands: readonly (Resident<GpuHandle> | number)[]): readonly GpuHandle[] {
    const output = this.#layout(kernel.rows, kernel.cols);
    this.#checkAlive();
    const args = operands.map((operand) => (typeof operand === 'number' ? operand : operand.values));
    return Array.from({ length: kernel.results }, (_, i) => {
      const key = kernel.results === 1 ? kernel.key : `${kernel.key}, result ${i}`;
      return this.cache.run(key, () => deviceSource(kernel, i, output), args) as GpuHandle;
    });
  }

  gather(a: Resident<GpuHandle>, rows: Int32Array): GpuHandle {
    const indices = this.upload(Float32Array.from(rows), 1, rows.length);
    const [gathered] = this.run(gatherKernel(a.rows, rows.length, a.cols), [
      a,
      { rows: 1, cols: rows.length, values: indices },
    ]);
    indices.delete();
    return gathered!;
  }

  onHost(
    operands: readonly Resident<GpuHandle>[],
    shapes: readonly Shape[],
    evaluate: HostFunction,
  ): readonly GpuHandle[] {
    const results = evaluate(...operands.map(({ values }) => this.#there(values)));
    return results.map((values, i) => this.upload(values, shapes[i]!.rows, shapes[i]!.cols));
  }

  async read({ values }: Resident<GpuHandle>): Promise<Float32Array> {
    return this.#there(values);
  }

  release(values: GpuHandle): void {
    values.delete();
  }

  async close(): Promise<void> {
    this.cache.clear();
    await this.open.gpu.destroy();
  }

  /** The values of a texture; waits for the device. */
  #there(values: GpuHandle): Float32Array {
    this.#checkAlive();
    const cells = values.toArray() as Exclude<KernelResult, GpuHandle>;
    this.#checkAlive();
    if (this.#gl.getError() === this.#gl.OUT_OF_MEMORY) throw outOfMemory(this.open.mode);
    return flattened(cells);
  }

  /** A lost context computes nothing, and says nothing: every result would be zeros. */
  #checkAlive(): void {
    if (this.#gl.isContextLost()) throw deviceLost(this.open.mode, 'the context of WebGL was lost');
  }

  /**
   * How the output for a matrix is laid out. gpu.js gives a matrix a texture of its own width and height, and anything
   * else one that is nearly square: a third dimension makes a long matrix such an else.
   */
  #layout(rows: number, cols: number): readonly number[] {
    const side = this.#side;
    if (Math.ceil(Math.sqrt(rows * cols)) > side)
      throw tooLarge(this.open.mode, rows, cols, `${side} x ${side} numbers`);
    return rows > side || cols > side ? [cols, 1, rows] : [cols, rows];
  }
}
