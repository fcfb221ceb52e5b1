/**
 * The signed-rank test of Wilcoxon: whether paired differences lean to one side.
 */
import { ndtr } from '../density/normal.js';

/** Up to so many pairs the distribution is counted out. */
const EXACT = 50;

/**
 * The probability of differences that lean to the positive side at least as much, if either sign is equally likely.
 *
 * Zeros are split between both sides. Up to 50 pairs exact, ties included; beyond by the normal distribution with
 * corrections for ties and continuity. *Cost*: O(n^3) up to 50, O(n log n) beyond. *Source*: Wilcoxon (1945).
 *
 * @example
 * signedRank([1, 2, 3, 4, 5]) // => 0.03125
 */
export function signedRank(differences: readonly number[]): number {
  const n = differences.length;
  if (n === 0) return 1;
  const ranks = doubledRanks(differences.map(Math.abs)); // twice the ranks: ties give halves
  let sum = 0;
  differences.forEach((difference, i) => {
    sum += difference > 0 ? ranks[i]! : 0;
  });
  const signed = ranks.filter((_, i) => differences[i] !== 0);
  return n <= EXACT ? exactTail(signed, sum) : normalTail(signed, sum);
}

/** Twice the ranks from 1 to n, equal values sharing theirs. */
function doubledRanks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Array<number>(values.length).fill(0);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let k = from; k < to; k++) ranks[order[k]!] = from + 1 + to;
    from = to;
  }
  return ranks;
}

/** The share of all choices of signs whose positive ranks sum to `sum` or more. */
function exactTail(ranks: readonly number[], sum: number): number {
  const total = ranks.reduce((all, rank) => all + rank, 0);
  const ways = new Float64Array(total + 1); // shares of the choices, by their sum
  ways[0] = 1;
  for (const rank of ranks)
    for (let s = total; s >= 0; s--) ways[s] = 0.5 * (ways[s]! + (s >= rank ? ways[s - rank]! : 0));
  let tail = 0;
  for (let s = total; s >= sum; s--) tail += ways[s]!;
  return Math.min(1, tail);
}

function normalTail(ranks: readonly number[], sum: number): number {
  const mean = ranks.reduce((all, rank) => all + rank, 0) / 2;
  const variance = ranks.reduce((all, rank) => all + rank * rank, 0) / 4;
  if (variance === 0) return 1;
  // twice the usual half, as the ranks are doubled
  return ndtr(-(sum - mean - 1) / Math.sqrt(variance));
}
