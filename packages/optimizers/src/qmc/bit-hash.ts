/**
 * A hash of two 32-bit words, for scrambles and shuffles that no memory could hold. Not a random generator: it is only
 * called on words that differ.
 */

const { imul } = Math; // looked up once: a sandbox makes every look-up of a global expensive

/** A 32-bit hash of `value` under `key`. *Source*: the finaliser "lowbias32" of C. Wellons, twice. */
export function bitHash(value: number, key: number): number {
  let x = (value ^ imul(key, 0x9e3779b9)) | 0;
  x = imul(x ^ (x >>> 16), 0x7feb352d);
  x = imul(x ^ (x >>> 15), 0x846ca68b);
  x ^= x >>> 16;
  x = imul(x ^ key, 0x7feb352d);
  x = imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}
