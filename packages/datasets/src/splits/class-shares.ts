/**
 * How many rows of each class a stratified part gets, by scikit-learn's rule and draws.
 *
 * Not a random draw of the counts: each class gets its share rounded down, and what is left goes to the largest
 * remainders. Invariant: the shares add up to `draws`, none exceeds its class, and each is within 1 of proportional.
 */
import type { RandomState } from '../random/numpy-random.js';

/**
 * The share of each class in `draws` rows out of all; equal remainders are decided at random.
 *
 * *Cost*: O(classes^2). *Source*: scikit-learn 1.9.1, `_approximate_mode`.
 */
export function classShares(counts: readonly number[], draws: number, random: RandomState): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  // divided first, as NumPy does: equal remainders are told by their bits
  const exact = counts.map((count) => (count / total) * draws);
  const shares = exact.map(Math.floor);
  let missing = draws - shares.reduce((sum, share) => sum + share, 0);
  const remainders = exact.map((value, k) => value - shares[k]!);
  for (const remainder of [...new Set(remainders)].sort((a, b) => b - a)) {
    if (missing === 0) break;
    const tied = [...remainders.keys()].filter((k) => remainders[k] === remainder);
    const chosen = random.permutation(tied.length).subarray(0, missing);
    for (const at of chosen) shares[tied[at]!] = shares[tied[at]!]! + 1;
    missing -= chosen.length;
  }
  return shares;
}
