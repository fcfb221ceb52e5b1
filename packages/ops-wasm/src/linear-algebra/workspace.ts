/**
 * Memory for one computation: an instance of the module with room handed out from its start. A computation takes a
 * workspace, and gives it back; computations under way at the same time - asynchronous ones, or one called from within
 * another's operator - have one each.
 *
 * Invariant: addresses stay valid until the workspace is given back; views are made anew, since growing detaches them.
 */
import { RunError } from '@tangentlab/core';
import type { DenseMatrix, Steps } from '@tangentlab/tensor';
import type { Address } from '../wasm-host.js';
import type { Kernels } from './kernels.js';
import { LINEAR_ALGEBRA_PROGRAM } from './program.js';

const DOUBLE = 8;
const PAGE = 65536;
const LINE = 64;
/** A workspace that has grown beyond this is not kept: WebAssembly memory never shrinks. */
const KEPT_BYTES = 64 * 2 ** 20;

/** An instance and what of its memory is free. */
export class Workspace {
  readonly kernels: Kernels;
  #free: Address;

  constructor() {
    this.kernels = LINEAR_ALGEBRA_PROGRAM.instantiate();
    this.#free = this.kernels.heapStart();
  }

  /** The size of its memory. */
  get bytes(): number {
    return this.kernels.memory.buffer.byteLength;
  }

  /** Forgets all addresses. */
  clear(): void {
    this.#free = this.kernels.heapStart();
  }

  /** Room for so many doubles, of any content. *Throws* RESOURCE_FAILED beyond what the host gives, 4 GiB at most. */
  room(count: number): Address {
    const address = Math.ceil(this.#free / LINE) * LINE;
    this.#free = address + count * DOUBLE;
    const missing = this.#free - this.bytes;
    if (missing > 0) this.#grow(Math.ceil(missing / PAGE), count);
    return address;
  }

  /** Room for so many doubles, all 0. */
  zeros(count: number): Address {
    const address = this.room(count);
    this.view(address, count).fill(0);
    return address;
  }

  /** A copy of the values. */
  put(values: Float64Array): Address {
    const address = this.room(values.length);
    this.view(address, values.length).set(values);
    return address;
  }

  /** A copy of the matrix whose rows lie `stride` doubles apart. */
  putRows({ rows, cols, values }: DenseMatrix, stride: number): Address {
    if (stride === cols) return this.put(values);
    const address = this.room(rows * stride);
    const view = this.view(address, rows * stride);
    for (let i = 0; i < rows; i++) view.set(values.subarray(i * cols, (i + 1) * cols), i * stride);
    return address;
  }

  /** The memory itself, until it grows. */
  view(address: Address, count: number): Float64Array {
    return new Float64Array(this.kernels.memory.buffer, address, count);
  }

  /** A copy of what lies there. */
  take(address: Address, count: number): Float64Array {
    return this.view(address, count).slice();
  }

  /** A copy of a rows x cols matrix whose rows lie `stride` doubles apart. */
  takeRows(address: Address, rows: number, cols: number, stride: number): DenseMatrix {
    if (stride === cols) return { rows, cols, values: this.take(address, rows * cols) };
    const values = new Float64Array(rows * cols);
    const view = this.view(address, rows * stride);
    for (let i = 0; i < rows; i++) values.set(view.subarray(i * stride, i * stride + cols), i * cols);
    return { rows, cols, values };
  }

  #grow(pages: number, count: number): void {
    try {
      this.kernels.memory.grow(pages);
    } catch (cause) {
      throw new RunError('RESOURCE_FAILED', {
        where: 'ops-wasm',
        expected: `memory for ${count} more numbers`,
        got: `a refusal at ${this.bytes} bytes`,
        todo: 'use smaller matrices: WebAssembly has 4 GiB at most',
        cause,
      });
    }
  }
}

/** Workspaces, kept for the next computation. */
export class WorkspacePool {
  readonly #idle: Workspace[] = [];

  /** How many bytes are kept while nothing is under way. */
  get idleBytes(): number {
    return this.#idle.reduce((sum, workspace) => sum + workspace.bytes, 0);
  }

  acquire(): Workspace {
    return this.#idle.pop() ?? new Workspace();
  }

  release(workspace: Workspace): void {
    if (workspace.bytes > KEPT_BYTES) return;
    workspace.clear();
    this.#idle.push(workspace);
  }

  /** Runs a computation in a workspace, which is given back however it ends. */
  *with<T>(body: (workspace: Workspace) => Steps<T>): Steps<T> {
    const workspace = this.acquire();
    try {
      return yield* body(workspace);
    } finally {
      this.release(workspace);
    }
  }
}

/**
 * How far apart rows are laid: an even number of doubles, from 64 on an odd number of cache lines, so that a column never
 * falls on a few lines of the cache only.
 */
export function strideFor(cols: number): number {
  if (cols < 64) return cols + (cols % 2);
  const lines = Math.ceil(cols / 8);
  return 8 * (lines + ((lines + 1) % 2));
}
