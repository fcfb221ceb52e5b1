/**
 * Dropout masks: element i of stream `seed` is a hash of both, so that any lane, thread or back end makes the same.
 * See `counterUniform` and `maskSeed` in `tensor`. *Source*: Wellons' `lowbias32`.
 */

/** A permutation of the 32-bit integers. */
function mix(x: i32): i32 {
  x = (x ^ (x >>> 16)) * 0x7feb352d;
  x = (x ^ (x >>> 15)) * 0x846ca68b;
  return x ^ (x >>> 16);
}

function mixFour(x: v128): v128 {
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), i32x4.splat(0x7feb352d));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 15)), i32x4.splat(<i32>0x846ca68b));
  return v128.xor(x, i32x4.shr_u(x, 16));
}

/** The seed of the mask of a hidden layer at a step of an epoch. */
export function maskSeed(epochSeed: i32, step: i32, layer: i32): i32 {
  return mix(mix(epochSeed + step) + layer);
}

/** The inner hashes of all elements of a rows x cols matrix, whose rows are padded: they depend on no seed. */
export function counters(rows: i32, cols: i32, to: usize): void {
  const lanes = i32x4(0, 1, 2, 3);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j += 4) {
      const index = i32x4.add(i32x4.splat(i * cols + j), lanes);
      v128.store(to, mixFour(v128.xor(index, i32x4.splat(<i32>0x9e3779b9))));
      to += 16;
    }
  }
}

/** A number without a sign, moved so that numbers with signs compare alike: processors have that comparison alone. */
export function shifted(limit: u32): v128 {
  return i32x4.splat(limit ^ 0x80000000);
}

/** Four elements from their inner hashes: 0 where the hash is at most the limit, which is `shifted`, else `scale`. */
export function maskOf(inner: v128, seed: v128, limit: v128, scale: v128): v128 {
  const hash = mixFour(i32x4.add(seed, inner));
  return v128.and(scale, i32x4.gt_s(v128.xor(hash, i32x4.splat(<i32>0x80000000)), limit));
}

/** A mask of so many elements from their inner hashes. */
export function mask(counters: usize, count: i32, seed: i32, limit: u32, scale: f32, to: usize): void {
  if (count === 0) return;
  const s = i32x4.splat(seed);
  const t = shifted(limit);
  const kept = f32x4.splat(scale);
  const end = to + ((<usize>count) << 2);
  do {
    v128.store(to, maskOf(v128.load(counters), s, t, kept));
    counters += 16;
    to += 16;
  } while (to < end);
}
