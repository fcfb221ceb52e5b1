/**
 * The length of a vector, checked where one is taken.
 */
import { ShapeError } from '@tangentlab/core';

/** Throws SHAPE_MISMATCH unless the vector has this many entries; `what` says what there is one entry for. */
export function checkLength(where: string, vector: Float64Array, length: number, what: string): void {
  if (vector.length === length) return;
  throw new ShapeError('SHAPE_MISMATCH', {
    where,
    expected: `a vector with one entry per ${what} has ${length}`,
    got: String(vector.length),
    todo: 'pass a vector of this network, and of these samples',
  });
}
