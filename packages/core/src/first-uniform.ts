/**
 * The first number of an Alea stream, without making the stream. Most paths are drawn from once - a hyperparameter, the
 * seed of a kernel - and for one number seedrandom hashes the path three times and makes five closures. Here it is hashed
 * once, and piece by piece: siblings share the hash of what stands before their names.
 *
 * Not a generator: for a second number take `Rng.stream()`. Invariant: bit for bit what seedrandom's `alea(path)()` gives.
 */

const SCALE = 2 ** -32;

/** The state of Baagøe's Mash after hashing `text` from the state `n`. *Cost*: O(length). */
export function mashed(n: number, text: string): number {
  let state = n;
  for (let i = 0; i < text.length; i++) {
    state += text.charCodeAt(i);
    let h = 0.02519603282416938 * state;
    state = h >>> 0;
    h -= state;
    h *= state;
    state = h >>> 0;
    state += (h - state) * 0x100000000;
  }
  return state;
}

/** What a state gives: a multiple of 2^-32 in [0, 1). */
const fraction = (n: number) => (n >>> 0) * SCALE;

// Alea mashes a blank for each of its three words before it mashes the seed; the first number depends on the first word alone
const ONE_BLANK = mashed(0xefc8249d, ' ');
/** The state before the first letter of a path. */
export const BEFORE_PATH = mashed(ONE_BLANK, '  ');

/**
 * The first uniform number of a path, given by its hash: `mashed(BEFORE_PATH, path)`.
 *
 * *Range*: [0, 1), multiples of 2^-32. *Cost*: O(1). *Source*: Baagøe's Alea 0.9, as in seedrandom.
 */
export function firstUniform(hash: number): number {
  let s0 = fraction(ONE_BLANK) - fraction(hash);
  if (s0 < 0) s0 += 1;
  const t = 2091639 * s0 + SCALE; // the carry starts at 1
  return t - Math.trunc(t);
}
