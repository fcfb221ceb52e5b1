/**
 * Tables in the memory of a back end. Trials that run at once on the same data share one copy, however many they are.
 */
import type { Block, Heap } from './heap.js';
import { bytesOf, putRows } from './padded-rows.js';

interface Entry {
  readonly block: Block;
  users: number;
}

export class SharedTables {
  readonly #heap: Heap;
  readonly #entries = new Map<Float64Array, Entry>();

  constructor(heap: Heap) {
    this.#heap = heap;
  }

  /** The copy of these rows x cols values, which nobody changes while it is in use; give it back by `release`. */
  acquire(values: Float64Array, rows: number, cols: number): Block {
    const known = this.#entries.get(values);
    if (known !== undefined) {
      known.users++;
      return known.block;
    }
    const block = this.#heap.take(bytesOf(rows, cols));
    putRows(this.#heap, block.address, values, rows, cols);
    this.#entries.set(values, { block, users: 1 });
    return block;
  }

  release(values: Float64Array): void {
    const entry = this.#entries.get(values);
    if (entry === undefined) return;
    entry.users--;
    if (entry.users > 0) return;
    this.#entries.delete(values);
    this.#heap.give(entry.block);
  }
}
