/**
 * Shapes to try: small ones of every kind that kernels treat apart - none, one, around the widths of vectors and of
 * blocks, and none of these.
 */
import fc from 'fast-check';

/** At least 1: often just below, at or above a multiple of 4, 8, 16 or 32. */
export const size = fc.oneof(
  fc.constantFrom(1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 31, 33),
  fc.integer({ min: 1, max: 40 }),
);

/** At least 0: an empty batch, an empty inner dimension. */
export const sizeOrNone = fc.oneof({ arbitrary: size, weight: 7 }, { arbitrary: fc.constant(0), weight: 1 });

/** The start of a case's random numbers. */
export const seed = fc.integer();
