/**
 * Distinct random integers, chosen by the same method and draws as scikit-learn's `sample_without_replacement`.
 *
 * Not a general sampler: the method changes with the ratio, and with it the order of the result, because the data sets
 * built on it are defined by those draws. Invariant: `count` distinct integers of 0..population-1.
 */
import type { RandomState } from './numpy-random.js';

/**
 * `count` distinct integers of 0..population-1; the caller has checked that count <= population <= 2^32.
 *
 * *Cost*: O(count) where few or nearly all are wanted, else O(population).
 * *Source*: scikit-learn 1.9.1, `sample_without_replacement` with its automatic choice of method.
 */
export function sampleWithoutReplacement(population: number, count: number, random: RandomState): Uint32Array {
  const ratio = count / population;
  if (ratio > 0.01 && ratio < 0.99) return random.permutation(population).subarray(0, count);
  return ratio < 0.2 ? drawUntilNew(population, count, random) : reservoir(population, count, random);
}

/** For few of many: a number seen before is drawn again. */
function drawUntilNew(population: number, count: number, random: RandomState): Uint32Array {
  const seen = new Set<number>();
  while (seen.size < count) seen.add(random.randint(population));
  return Uint32Array.from(seen);
}

/** For nearly all: start from 0..count-1 and let each later number take the place of a random earlier one. */
function reservoir(population: number, count: number, random: RandomState): Uint32Array {
  const chosen = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count; i < population; i++) {
    const place = random.randint(i + 1);
    if (place < count) chosen[place] = i;
  }
  return chosen;
}
