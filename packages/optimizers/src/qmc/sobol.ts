/**
 * Sobol's sequence, point by point: any coordinate of any point is computed from its number, so that a searcher that
 * keeps no state can use it. Scrambled as Owen proposed: the points of a run are uniform, and still cover the space
 * evenly.
 */
import { bitHash } from './bit-hash.js';
import { DIRECTIONS } from './sobol-directions.js';

const BITS = 32;
const ENTRIES = DIRECTIONS.split(' ');

/** How many dimensions have direction numbers of their own. */
export const SOBOL_DIMENSIONS: number = ENTRIES.length + 1;

const directions = new Map<number, Uint32Array>(); // by dimension; read from the table when first asked for

/**
 * A coordinate of a point of Sobol's sequence, as 32 bits: `sobolBits(i, j) / 2**32` is in [0, 1).
 *
 * Points come in the order of Antonov and Saleev, as in SciPy. *Cost*: O(32). *Range*: index below 2^32, dimension below
 * `SOBOL_DIMENSIONS`. *Source*: Sobol (1967); Joe and Kuo (2008).
 *
 * @example
 * sobolBits(1, 0) / 2 ** 32 // => 0.5
 */
export function sobolBits(index: number, dimension: number): number {
  const v = directionsOf(dimension);
  let gray = (index ^ (index >>> 1)) >>> 0;
  let bits = 0;
  for (let k = 0; gray !== 0; k++, gray >>>= 1) if ((gray & 1) === 1) bits ^= v[k]!;
  return bits >>> 0;
}

/**
 * A nested uniform scramble of 32 bits: each bit is flipped or not by all bits above it and the key. Points that lie
 * evenly go to points that lie evenly, and each on its own is uniform.
 *
 * *Cost*: O(32). *Source*: Owen (1995).
 */
export function owenScramble(bits: number, key: number): number {
  let scrambled = bits;
  let above = 1; // the bits above, behind a leading 1 that tells how many they are
  for (let k = BITS - 1; k >= 0; k--) {
    const bit = (bits >>> k) & 1;
    if ((bitHash(above, key) & 1) === 1) scrambled ^= 1 << k;
    above = ((above << 1) | bit) >>> 0;
  }
  return scrambled >>> 0;
}

/**
 * A coordinate in (0, 1) of a scrambled point. Dimensions beyond the table take an earlier dimension's numbers in an
 * order of their own: evenly spread by themselves, independent of the others.
 *
 * *Cost*: O(32). *Determinism*: a function of its arguments. *Source*: Owen (1995); padding: Burley (2020).
 */
export function scrambledSobol(index: number, dimension: number, key: number): number {
  const turn = Math.floor(dimension / SOBOL_DIMENSIONS);
  // blocks of 2^k points go to blocks of 2^k points, in another order: each stays even
  const number = turn === 0 ? index : owenScramble(index, bitHash(turn, key));
  const bits = owenScramble(sobolBits(number, dimension % SOBOL_DIMENSIONS), bitHash(dimension + 1, key));
  return (bits + 0.5) / 2 ** BITS;
}

function directionsOf(dimension: number): Uint32Array {
  const known = directions.get(dimension);
  if (known !== undefined) return known;
  const v = dimension === 0 ? Uint32Array.from({ length: BITS }, (_, k) => 2 ** (BITS - 1 - k)) : recurrence(dimension);
  directions.set(dimension, v);
  return v;
}

/** The direction numbers v_k = m_k 2^(32-k) that follow from a primitive polynomial and its first m. */
function recurrence(dimension: number): Uint32Array {
  const [polynomial = 0, ...m] = ENTRIES[dimension - 1]!.split('.').map((text) => Number.parseInt(text, 36));
  const degree = m.length;
  const v = new Uint32Array(BITS);
  for (let k = 0; k < BITS; k++) {
    if (k < degree) {
      v[k] = m[k]! * 2 ** (BITS - 1 - k);
      continue;
    }
    let next = v[k - degree]! ^ (v[k - degree]! >>> degree);
    for (let i = 1; i < degree; i++) if ((polynomial >>> (degree - i)) & 1) next ^= v[k - i]!;
    v[k] = next >>> 0;
  }
  return v;
}
