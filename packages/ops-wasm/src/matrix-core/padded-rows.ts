/**
 * Matrices as the kernels want them: f32, row-major, rows padded to a multiple of four.
 */
import type { Address } from '../wasm-host.js';
import type { Heap } from './heap.js';

const LANES = 4;
export const FLOAT = 4;

/** Elements from one row to the next. */
export function strideOf(cols: number): number {
  return Math.ceil(cols / LANES) * LANES;
}

/** Bytes of a rows x cols matrix. */
export function bytesOf(rows: number, cols: number): number {
  return rows * strideOf(cols) * FLOAT;
}

/** Copies a rows x cols matrix in; the padding becomes 0. */
export function putRows(heap: Heap, address: Address, values: ArrayLike<number>, rows: number, cols: number): void {
  const stride = strideOf(cols);
  const to = heap.floats(address, rows * stride);
  if (stride === cols) {
    to.set(values);
    return;
  }
  for (let i = 0, from = 0; i < rows; i++) {
    const row = i * stride;
    for (let j = 0; j < cols; j++) to[row + j] = values[from++]!;
    to.fill(0, row + cols, row + stride);
  }
}

/** Copies a rows x cols matrix out, to `into` from `at` on. */
export function takeRows(
  heap: Heap,
  address: Address,
  rows: number,
  cols: number,
  into: Float64Array,
  at: number,
): void {
  const stride = strideOf(cols);
  const from = heap.floats(address, rows * stride);
  if (stride === cols) {
    into.set(from, at);
    return;
  }
  for (let i = 0, to = at; i < rows; i++) for (let j = 0; j < cols; j++) into[to++] = from[i * stride + j]!;
}
