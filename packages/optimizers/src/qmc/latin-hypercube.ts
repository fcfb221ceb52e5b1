/**
 * Latin hypercubes, point by point: every coordinate falls into each of n equal cells once among n points.
 */
import { indexPermutation } from '../searchers/index-permutation.js';
import { bitHash } from './bit-hash.js';

/**
 * A coordinate in [0, 1) of the point `index` of a Latin hypercube of `points` points; the points after them belong to the
 * next one, of the same size.
 *
 * *Cost*: O(1). *Determinism*: a function of its arguments. *Source*: McKay, Beckman and Conover (1979).
 *
 * @param jitter Where in its cell the point lies, in [0, 1).
 */
export function latinHypercube(index: number, dimension: number, points: number, key: number, jitter: number): number {
  const cube = Math.floor(index / points);
  const cell = indexPermutation(points, bitHash(dimension + 1, bitHash(cube, key)))(index % points);
  return Math.min((cell + jitter) / points, 1 - 2 ** -53);
}
