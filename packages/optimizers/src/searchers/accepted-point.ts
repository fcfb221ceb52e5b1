/**
 * Points of the unit cube for spaces with constraints: another one is taken until one is allowed. Shared by the
 * searchers that fill space evenly.
 */
import type { AskRequest, Params } from '@tangentlab/core';

/** Scrambles tried before the space's own sampling takes over; it knows how to complain. */
const ATTEMPTS = 100;

/**
 * The first allowed point among those that `coordinate` gives for the attempts 0, 1, 2, ...; a random point of the space
 * when none of 100 is.
 *
 * *Cost*: O(leaves) per attempt.
 */
export function acceptedPoint(
  { space, rng }: Pick<AskRequest, 'space' | 'rng'>,
  coordinate: (dimension: number, attempt: number) => number,
): Params {
  const { length } = space.leaves;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const point = space.decode(Float64Array.from({ length }, (_, dimension) => coordinate(dimension, attempt)));
    if (space.accepts(point)) return point;
  }
  return space.sample(rng.split('again'));
}
