/**
 * The Mann-Whitney test with corrections for ties and continuity, and Holm's correction for many tests.
 */
import { ndtr } from '@tangentlab/optimizers';

/** The probability of ranks this uneven or more, to either side, if both samples have one distribution. */
export function mannWhitney(a, b) {
  const all = [...a.map((value) => ({ value, own: true })), ...b.map((value) => ({ value, own: false }))];
  all.sort((x, y) => x.value - y.value);
  let [rankSum, ties] = [0, 0];
  for (let i = 0; i < all.length; ) {
    let end = i;
    while (end < all.length && all[end].value === all[i].value) end++;
    const size = end - i;
    ties += size ** 3 - size;
    for (let k = i; k < end; k++) if (all[k].own) rankSum += (i + 1 + end) / 2;
    i = end;
  }
  const [n, m] = [a.length, b.length];
  const u = rankSum - (n * (n + 1)) / 2;
  const variance = ((n * m) / 12) * (n + m + 1 - ties / ((n + m) * (n + m - 1)));
  if (variance === 0) return { p: 1, greater: false };
  const distance = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5);
  return { p: Math.min(1, 2 * ndtr(-distance / Math.sqrt(variance))), greater: u > (n * m) / 2 };
}

/** Which of the tests are significant at `level` when all of them are looked at. */
export function holm(ps, level = 0.05) {
  const order = ps.map((_, i) => i).sort((i, j) => ps[i] - ps[j]);
  const significant = ps.map(() => false);
  for (const [k, i] of order.entries()) {
    if (ps[i] > level / (ps.length - k)) break;
    significant[i] = true;
  }
  return significant;
}
