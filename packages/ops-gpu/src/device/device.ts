/**
 * Where matrices live in a family of modes, and how kernels run there. Three do: on the host (cpu, webasm), as textures
 * (webgl, webgl2), behind promises (webgpu, async). A device knows no shapes but those it is told, and checks none of
 * what the back end checks.
 */

import type { Kernel } from '../kernels/kernel.js';
import type { OpenGpu } from '../mode/gpu-mode.js';
import type { KernelCache } from './kernel-cache.js';

/** A matrix as a device sees it. */
export interface Resident<V extends object> {
  readonly rows: number;
  readonly cols: number;
  readonly values: V;
}

/** A shape without a matrix. */
export interface Shape {
  readonly rows: number;
  readonly cols: number;
}

/** What is computed on the host from matrices that are read for it. */
export type HostFunction = (...arrays: readonly Float32Array[]) => readonly Float32Array[];

/** A device. `V` is what it keeps the values of a matrix in; nobody else looks inside. */
export interface Device<V extends object = object> {
  readonly open: OpenGpu;
  readonly cache: KernelCache;
  /** True if kernels are only queued by a call, and errors come out of `read`. */
  readonly queued: boolean;
  /** Takes values over; they must not be changed afterwards. *Throws* RESOURCE_FAILED for what has no room. */
  upload(values: Float32Array, rows: number, cols: number): V;
  /** Runs a kernel; one V for each of its results. *Throws* RESOURCE_FAILED. */
  run(kernel: Kernel, operands: readonly (Resident<V> | number)[]): readonly V[];
  /** The rows of a matrix at these indices, which are within it. */
  gather(a: Resident<V>, rows: Int32Array): V;
  /** Evaluates on the host what has no kernel. */
  onHost(operands: readonly Resident<V>[], shapes: readonly Shape[], evaluate: HostFunction): readonly V[];
  /** The values as they are at the call. */
  read(a: Resident<V>): Promise<Float32Array>;
  /** Frees what `upload`, `run`, `gather` or `onHost` made. */
  release(values: V): void;
  /** Destroys kernels and instance. */
  close(): Promise<void>;
}
