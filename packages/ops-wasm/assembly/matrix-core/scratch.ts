/**
 * Room in front of the caller's heap: what threads that share the memory tell each other, then room for packed operands,
 * one for each thread.
 */

/** Inner size of a block; sums of products are formed block by block. */
export const KC: i32 = 256;
/** Rows of a packed block of op(A), columns of a packed stretch of op(B). */
export const MC: i32 = 96;
export const NC: i32 = 512;
/** Rows and columns of a register tile. */
export const ROWS: i32 = 4;
export const COLS: i32 = 8;

const PACKED_A_BYTES: i32 = (MC * KC) << 2;
const PACKED_B_BYTES: i32 = (NC * KC) << 2;
const TILE_BYTES: i32 = (ROWS * COLS) << 2;
const BYTES: i32 = PACKED_A_BYTES + PACKED_B_BYTES + TILE_BYTES;

const BOARD_BYTES: i32 = 512;

let base: usize = board() + BOARD_BYTES;

/** What threads tell each other: BOARD_BYTES from the start of a cache line on. */
export function board(): usize {
  return (__heap_base + 63) & ~63;
}

/** Where memory is free for the caller when there are so many threads. */
export function heapStart(threads: i32): usize {
  return board() + <usize>(BOARD_BYTES + threads * BYTES);
}

/** Makes this instance work as thread 0, 1, ... of those that share the memory. */
export function actAsThread(thread: i32): void {
  base = heapStart(thread);
}

export function packedA(): usize {
  return base;
}

export function packedB(): usize {
  return base + PACKED_A_BYTES;
}

export function edgeTile(): usize {
  return base + PACKED_A_BYTES + PACKED_B_BYTES;
}
