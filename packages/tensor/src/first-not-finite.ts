/**
 * Where values that must be finite are not.
 */

/** The index of the first value that is NaN or infinite; -1 if all are finite. *Cost*: O(values). */
export function firstNotFinite(values: Float64Array): number {
  // x - x is 0 for finite x alone, so that one sum tells of them all
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! - values[i]!;
  return sum === 0 ? -1 : values.findIndex((value) => !Number.isFinite(value));
}
