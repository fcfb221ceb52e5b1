/**
 * Packing: stretches of op(A) and op(B) are copied into panels of four rows or columns, in the order in which the
 * micro-kernel reads them, so that its loads are contiguous whatever the transposition and the row length.
 *
 * Invariant: the last panel is padded with zeros to four.
 */
import { TILE } from './micro-kernel';

/**
 * Packs a count x kc block into panels of four: element (i, k) lies at from + 8 (i across + k along). One of the strides
 * is 1; with across = 1 four neighbours are read at once.
 */
export function pack(to: usize, from: usize, count: i32, kc: i32, across: i32, along: i32): void {
  for (let i = 0; i < count; i += TILE) {
    const left = count - i;
    const start = from + ((i * across) << 3);
    if (left < TILE) packRest(to, start, left, kc, across, along);
    else if (across === 1) packNeighbours(to, start, kc, (<usize>along) << 3);
    else packRows(to, start, kc, (<usize>across) << 3, (<usize>along) << 3);
    to += (kc * TILE) << 3;
  }
}

function packNeighbours(to: usize, from: usize, kc: i32, along: usize): void {
  for (let k = 0; k < kc; k++) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    to += 32;
    from += along;
  }
}

function packRows(to: usize, from: usize, kc: i32, across: usize, along: usize): void {
  const r1 = from + across;
  const r2 = r1 + across;
  const r3 = r2 + across;
  let at: usize = 0;
  for (let k = 0; k < kc; k++) {
    f64.store(to, f64.load(from + at));
    f64.store(to, f64.load(r1 + at), 8);
    f64.store(to, f64.load(r2 + at), 16);
    f64.store(to, f64.load(r3 + at), 24);
    to += 32;
    at += along;
  }
}

function packRest(to: usize, from: usize, left: i32, kc: i32, across: i32, along: i32): void {
  for (let k = 0; k < kc; k++) {
    for (let r = 0; r < TILE; r++) {
      f64.store(to, r < left ? f64.load(from + ((r * across + k * along) << 3)) : 0);
      to += 8;
    }
  }
}
