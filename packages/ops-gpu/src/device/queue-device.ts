/**
 * The modes webgpu and async: a kernel call returns a promise, so operations stand in a queue and run one after another,
 * while the program goes on. Matrices stay where gpu.js leaves them: in buffers on the device, in textures, or, for async
 * without a device, in arrays.
 *
 * Invariant: the queue never rejects. What went wrong is kept with the result that is missing for it, spreads to what
 * is computed from that, and comes out where it is read.
 */
import type { TangentError } from '@tangentlab/core';
import type { GpuHandle, GpuJs, KernelArgument, KernelResult } from '../gpu-js.js';
import { deviceSource, type Kernel } from '../kernels/kernel.js';
import { gatherKernel } from '../kernels/product-kernels.js';
import { cellsOf, flattened, isHandle, type OpenGpu } from '../mode/gpu-mode.js';
import type { Device, HostFunction, Resident, Shape } from './device.js';
import { deviceError, tooLarge } from './device-errors.js';
import { KernelCache } from './kernel-cache.js';
import { uploadSource } from './upload-source.js';

/** A result that may still be to come. */
export interface Queued {
  result: GpuHandle | Float32Array | undefined;
  error: TangentError | undefined;
}

/** Threads in a workgroup of gpu.js' kernels for WebGPU, along each side. */
const GROUP = 8;

export class QueueDevice implements Device<Queued> {
  readonly queued = true;
  readonly open: OpenGpu;
  readonly cache: KernelCache;
  readonly #gpuJs: GpuJs;
  #tail: Promise<void> = Promise.resolve();

  constructor(gpuJs: GpuJs, open: OpenGpu) {
    this.#gpuJs = gpuJs;
    this.open = open;
    this.cache = new KernelCache(open);
  }

  upload(values: Float32Array, rows: number, cols: number): Queued {
    this.#checkRoom(rows, cols);
    return this.#compute([], async () => {
      const key = `upload ${rows} ${cols}`;
      return this.cache.runAsync(key, () => uploadSource(cols, [cols, rows]), [values]);
    });
  }

  run(kernel: Kernel, operands: readonly (Resident<Queued> | number)[]): readonly Queued[] {
    const { key, rows, cols, results } = kernel;
    this.#checkRoom(rows, cols);
    const needed = operands.flatMap((operand) => (typeof operand === 'number' ? [] : [operand.values]));
    return Array.from({ length: results }, (_, i) =>
      this.#compute(needed, () => {
        const name = results === 1 ? key : `${key}, result ${i}`;
        return this.cache.runAsync(
          name,
          () => deviceSource(kernel, i, [cols, rows]),
          operands.map((a) => this.#argument(a)),
        );
      }),
    );
  }

  gather(a: Resident<Queued>, rows: Int32Array): Queued {
    const indices = this.upload(Float32Array.from(rows), 1, rows.length);
    const [gathered] = this.run(gatherKernel(a.rows, rows.length, a.cols), [
      a,
      { rows: 1, cols: rows.length, values: indices },
    ]);
    this.release(indices);
    return gathered!;
  }

  onHost(operands: readonly Resident<Queued>[], shapes: readonly Shape[], evaluate: HostFunction): readonly Queued[] {
    const needed = operands.map(({ values }) => values);
    let results: readonly Float32Array[] | undefined;
    return shapes.map(({ rows, cols }, i) =>
      this.#compute(needed, async () => {
        results ??= evaluate(...(await Promise.all(needed.map(({ result }) => cellsOf(result!)))));
        const key = `upload ${rows} ${cols}`;
        return this.cache.runAsync(key, () => uploadSource(cols, [cols, rows]), [results[i]!]);
      }),
    );
  }

  read({ values }: Resident<Queued>): Promise<Float32Array> {
    return new Promise((resolve, reject) => {
      this.#enqueue(async () => {
        if (values.error !== undefined) return reject(values.error);
        // the copy is ordered now, and awaited outside of the queue
        cellsOf(values.result!).then(resolve, (error: unknown) => reject(deviceError(this.open.mode, error)));
      });
    });
  }

  release(values: Queued): void {
    this.#enqueue(async () => {
      if (values.result !== undefined && isHandle(values.result)) values.result.delete();
      values.result = undefined;
    });
  }

  async close(): Promise<void> {
    await this.#tail;
    this.cache.clear();
    await this.open.gpu.destroy();
  }

  /** Queues the making of one result from others. */
  #compute(needed: readonly Queued[], make: () => Promise<KernelResult>): Queued {
    const queued: Queued = { result: undefined, error: undefined };
    this.#enqueue(async () => {
      queued.error = needed.find(({ error }) => error !== undefined)?.error;
      if (queued.error !== undefined) return;
      try {
        const result = await make();
        queued.result = isHandle(result) ? result : flattened(result);
      } catch (error) {
        queued.error = deviceError(this.open.mode, error);
      }
    });
    return queued;
  }

  #enqueue(job: () => Promise<void>): void {
    this.#tail = this.#tail.then(job);
  }

  #argument(operand: Resident<Queued> | number): KernelArgument {
    if (typeof operand === 'number') return operand;
    const { rows, cols, values } = operand;
    const result = values.result!;
    return isHandle(result) ? result : this.#gpuJs.input(result, [cols, rows]);
  }

  #checkRoom(rows: number, cols: number): void {
    const { maxBytes, maxGroups } = this.open.limits ?? {};
    if (maxBytes !== undefined && 4 * rows * cols > maxBytes) {
      throw tooLarge(this.open.mode, rows, cols, `${maxBytes / 4} numbers`);
    }
    if (maxGroups !== undefined && Math.max(rows, cols) > GROUP * maxGroups) {
      throw tooLarge(this.open.mode, rows, cols, `${GROUP * maxGroups} rows or columns`);
    }
  }
}
