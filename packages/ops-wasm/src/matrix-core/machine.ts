/**
 * An instance of the kernels with its memory.
 */
import { Heap } from './heap.js';
import type { Kernels } from './kernels.js';
import { SharedTables } from './shared-tables.js';

export interface Machine {
  readonly kernels: Kernels;
  readonly heap: Heap;
  readonly tables: SharedTables;
}

/** A machine of these kernels, whose memory is free from their heap on. */
export function machineOf(kernels: Kernels): Machine {
  const heap = new Heap(kernels.memory, kernels.heapStart(1));
  return { kernels, heap, tables: new SharedTables(heap) };
}
