/**
 * A point of a finite space that was not tried yet: the fall-back of searchers that would repeat themselves.
 */
import type { AskRequest, Params } from '@tangentlab/core';
import type { TriedPoints } from '../history/tried-points.js';
import { indexPermutation } from './index-permutation.js';

/** Random points that are tried before the points are counted through. */
const DRAWS = 16;
/** Larger spaces are not counted through. */
const MAX_COUNTED = 1_000_000;

/**
 * An allowed point that was not tried; null when there is none left. Of a space of more than 10^6 points whose constraint
 * leaves few, a random allowed one, which may have been tried.
 *
 * *Cost*: O(leaves) while most of the space is unused, O(size of the space) once it is nearly spent. *Throws* SPACE_INVALID
 * when random points of a large space are never allowed. *Determinism*: draws from the children `unused` of slot n's
 * stream.
 */
export function unusedPoint({ space, rng }: Pick<AskRequest, 'space' | 'rng'>, tried: TriedPoints): Params | null {
  if (tried.distinct >= space.size) return null;
  for (let draw = 0; draw < DRAWS; draw++) {
    const index = Math.floor(rng.split('unused', draw).uniform() * space.size);
    const point = Number.isSafeInteger(space.size) ? space.point(index) : space.sample(rng.split('unused', draw));
    if (space.accepts(point) && !tried.has(point)) return point;
  }
  if (space.size > MAX_COUNTED) return space.sample(rng.split('unused'));
  const at = indexPermutation(space.size, rng.split('unused').seed32());
  for (let position = 0; position < space.size; position++) {
    const point = space.point(at(position));
    if (space.accepts(point) && !tried.has(point)) return point;
  }
  return null;
}
