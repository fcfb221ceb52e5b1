/**
 * Halton's sequence, point by point, with scrambled digits: without the scramble its higher dimensions move in step with
 * each other for thousands of points.
 */
import { bitHash } from './bit-hash.js';

const { floor } = Math; // looked up once: a sandbox makes every look-up of a global expensive
const PRECISION = 2 ** -32;

/**
 * A coordinate in (0, 1) of a scrambled point: the digits of the index in the dimension's prime, mirrored at the point
 * and each permuted by a linear map of its own place.
 *
 * *Cost*: O(32). *Determinism*: a function of its arguments. *Source*: Halton (1960); the scramble: Matousek (1998).
 */
export function scrambledHalton(index: number, dimension: number, key: number): number {
  const base = primeAt(dimension);
  const own = bitHash(dimension + 1, key);
  let rest = index;
  let value = 0;
  let unit = 1;
  // leading zeros are permuted as well: they are digits like any other
  for (let place = 0; unit > PRECISION; place++) {
    unit /= base;
    const key = bitHash(place, own);
    value += (((rest % base) * (1 + (key % (base - 1))) + (key >>> 16)) % base) * unit;
    rest = floor(rest / base);
  }
  return Math.min(value + 0.5 * unit, 1 - 2 ** -53);
}

const primes: number[] = [2, 3]; // grows as dimensions are asked for; a function of nothing

/**
 * The prime with this number, counted from 0.
 *
 * @example
 * primeAt(4) // => 11
 */
export function primeAt(number: number): number {
  for (let candidate = primes.at(-1)! + 2; primes.length <= number; candidate += 2)
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  return primes[number]!;
}
