/**
 * A shuffled order of 0..size-1 that never stores it: position i maps to an index by a keyed bijection. So a grid of any
 * size can be visited in random order by a searcher that keeps no state.
 */

const ROUNDS = 6;

/**
 * A bijection of 0..size-1, chosen by `key`.
 *
 * A balanced Feistel network on the next power of four, walked until it lands inside (fewer than four steps on
 * average). *Cost*: O(1) per index. *Range*: size up to 2^53. *Determinism*: a function of size and key. *Source*: Black
 * and Rogaway (2002), cycle-walking.
 */
export function indexPermutation(size: number, key: number): (position: number) => number {
  let halfBits = 1;
  while (4 ** halfBits < size) halfBits++;
  const half = 2 ** halfBits;
  const once = (value: number) => {
    let left = Math.floor(value / half);
    let right = value % half;
    for (let round = 0; round < ROUNDS; round++) {
      const mixed = hash(right, (key + round) | 0) % half;
      [left, right] = [right, xor(left, mixed)];
    }
    return left * half + right;
  };
  return (position) => {
    let value = once(position);
    while (value >= size) value = once(value);
    return value;
  };
}

/** Halves have at most 27 bits, so that 32-bit operations hold them. */
function xor(a: number, b: number): number {
  return (a ^ b) >>> 0;
}

function hash(value: number, key: number): number {
  let x = (value ^ Math.imul(key, 0x9e3779b9)) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}
