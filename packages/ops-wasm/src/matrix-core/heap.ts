/**
 * The memory of one back end: blocks are handed out, given back and handed out again. WebAssembly memory never shrinks, so
 * what is given back is kept for the next block of its size.
 *
 * Invariant: blocks start on a cache line, are never moved, and do not overlap. Views last until memory grows.
 */
import { RunError } from '@tangentlab/core';
import type { Address, WasmMemory } from '../wasm-host.js';

const PAGE = 65536;
const LINE = 64;
/** Sizes between two powers of two: a block wastes a fifth of itself at most. */
const SIZES_PER_OCTAVE = 4;

/** A piece of memory; its content is arbitrary at first. */
export interface Block {
  readonly address: Address;
  readonly bytes: number;
}

/** Hands out memory from `start` on. */
export class Heap {
  readonly #memory: WasmMemory;
  readonly #idle = new Map<number, Block[]>();
  #free: Address;

  constructor(memory: WasmMemory, start: Address) {
    this.#memory = memory;
    this.#free = Math.ceil(start / LINE) * LINE;
  }

  /** How much has ever been handed out at once, in bytes. */
  get peakBytes(): number {
    return this.#free;
  }

  /** A block of at least so many bytes. *Throws* RESOURCE_FAILED beyond what the host gives, 4 GiB at most. */
  take(bytes: number): Block {
    const size = roundedUp(bytes);
    const idle = this.#idle.get(size)?.pop();
    if (idle !== undefined) return idle;
    const block = { address: this.#free, bytes: size };
    const missing = this.#free + size - this.#memory.buffer.byteLength;
    if (missing > 0) this.#grow(Math.ceil(missing / PAGE), bytes);
    this.#free += size;
    return block;
  }

  /** Gives a block back. */
  give(block: Block): void {
    const idle = this.#idle.get(block.bytes);
    if (idle === undefined) this.#idle.set(block.bytes, [block]);
    else idle.push(block);
  }

  floats(address: Address, count: number): Float32Array {
    return new Float32Array(this.#memory.buffer, address, count);
  }

  doubles(address: Address, count: number): Float64Array {
    return new Float64Array(this.#memory.buffer, address, count);
  }

  integers(address: Address, count: number): Int32Array {
    return new Int32Array(this.#memory.buffer, address, count);
  }

  #grow(pages: number, bytes: number): void {
    try {
      this.#memory.grow(pages);
    } catch (cause) {
      throw new RunError('RESOURCE_FAILED', {
        where: 'ops-wasm',
        expected: `${bytes} more bytes of memory`,
        got: `a refusal at ${this.#memory.buffer.byteLength} bytes`,
        todo: 'use smaller data or batches, or fewer trials at once: WebAssembly has 4 GiB at most',
        cause,
      });
    }
  }
}

/** The next size that blocks have: multiples of a quarter of a power of two, and of a cache line. */
function roundedUp(bytes: number): number {
  const lines = Math.max(1, Math.ceil(bytes / LINE));
  const grain = 2 ** Math.max(0, Math.floor(Math.log2(lines)) - Math.log2(SIZES_PER_OCTAVE));
  return Math.ceil(lines / grain) * grain * LINE;
}
