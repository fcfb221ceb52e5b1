/**
 * Counter-based random numbers for kernels: element i of stream `seed` is a hash of the two, so any element can be made
 * by any thread, lane or back end in any order, and comes out the same.
 */

/**
 * A uniform number in [0, 1): a multiple of 2^-32.
 *
 * *Cost*: six 32-bit multiplications and shifts; vectorises over i32 lanes. *Source*: the finaliser `lowbias32` by
 * Wellons, applied twice.
 */
export function counterUniform(seed: number, index: number): number {
  return mix((seed + mix(index ^ 0x9e3779b9)) | 0) / 0x100000000;
}

/** The seed of a dropout mask within an epoch: that of hidden layer `layer` (0, 1, ...) at step `step` (0, 1, ...). */
export function maskSeed(epochSeed: number, step: number, layer: number): number {
  return mix((mix((epochSeed + step) | 0) + layer) | 0);
}

// looked up once: a sandbox (jest) makes every look-up of a global expensive
const { imul } = Math;

/** A permutation of the 32-bit integers, as an unsigned number. */
function mix(value: number): number {
  let x = value;
  x = imul(x ^ (x >>> 16), 0x7feb352d);
  x = imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}
