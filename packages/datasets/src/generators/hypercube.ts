/**
 * Random corners of a hypercube, where makeClassification puts its clusters.
 *
 * Not the centroids themselves: those are scaled and, on request, bent out of the cube. Invariant: the corners differ
 * from one another.
 */
import type { RandomState } from '../random/numpy-random.js';
import { sampleWithoutReplacement } from '../random/sample-without-replacement.js';

// scikit-learn numbers the corners by 30-bit integers; coordinates beyond are plain coin flips drawn before them
const NUMBERED = 30;

/**
 * `count` distinct corners of the unit cube; the caller has checked that count <= 2^dimensions.
 *
 * *Shapes*: count x dimensions, row-major, of 0 and 1. *Source*: scikit-learn 1.9.1, `_generate_hypercube`.
 */
export function hypercubeCorners(count: number, dimensions: number, random: RandomState): Uint8Array {
  const corners = new Uint8Array(count * dimensions); // count x dimensions
  const free = Math.max(0, dimensions - NUMBERED);
  for (let corner = 0; corner < count; corner++) {
    for (let d = 0; d < free; d++) corners[corner * dimensions + d] = random.randint(2);
  }
  const numbered = dimensions - free;
  const numbers = sampleWithoutReplacement(2 ** numbered, count, random);
  numbers.forEach((number, corner) => {
    // the highest bit is the first coordinate
    for (let d = 0; d < numbered; d++) {
      corners[corner * dimensions + free + d] = (number >>> (numbered - 1 - d)) & 1;
    }
  });
  return corners;
}
