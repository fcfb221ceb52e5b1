/**
 * Non-domination: ranks of points of several losses. Rank 0 is the front; rank r is the front once the ranks below are
 * gone.
 */

/** True if `a` is at least as good as `b` in every loss and better in one. */
export function dominates(a: readonly number[], b: readonly number[]): boolean {
  let better = false;
  for (let i = 0; i < a.length; i++) {
    if (a[i]! > b[i]!) return false;
    if (a[i]! < b[i]!) better = true;
  }
  return better;
}

/**
 * The rank of each point, until at least `enough` points have one; the others get Infinity.
 *
 * *Cost*: O(n log n) for two losses and few ranks, else O(n^2 m). *Source*: Deb et al. (2002).
 *
 * @example
 * nonDominationRanks([[1, 2], [2, 1], [2, 2]]) // => [0, 0, 1]
 */
export function nonDominationRanks(losses: readonly (readonly number[])[], enough = losses.length): number[] {
  const ranks = losses.map(() => Number.POSITIVE_INFINITY);
  // whoever dominates a point stands before it
  let left = losses.map((_, i) => i).sort((a, b) => compareLosses(losses[a]!, losses[b]!) || a - b);
  for (let rank = 0, ranked = 0; left.length > 0 && ranked < enough; rank++) {
    const front: number[] = [];
    const rest: number[] = [];
    for (const i of left) {
      const point = losses[i]!;
      // of two losses, sorted by the first, only the last member of the front and its equals can dominate
      const candidates = point.length === 2 ? front.slice(-1) : front;
      (candidates.some((member) => dominates(losses[member]!, point)) ? rest : front).push(i);
    }
    for (const i of front) ranks[i] = rank;
    ranked += front.length;
    left = rest;
  }
  return ranks;
}

/** Lexicographic order. */
export function compareLosses(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! < b[i]! ? -1 : 1;
  return 0;
}

/**
 * How far the neighbours of each point of a front are, summed over the losses; Infinity at its ends.
 *
 * *Cost*: O(m n log n). *Source*: the crowding distance of NSGA-II, Deb et al. (2002).
 *
 * @example
 * crowdingDistances([[0, 2], [1, 1], [2, 0]]) // => [Infinity, 2, Infinity]
 */
export function crowdingDistances(losses: readonly (readonly number[])[]): number[] {
  const distances = losses.map(() => 0);
  const objectives = losses[0]?.length ?? 0;
  for (let m = 0; m < objectives; m++) {
    const order = losses.map((_, i) => i).sort((a, b) => losses[a]![m]! - losses[b]![m]! || a - b);
    const [first, last] = [order[0]!, order.at(-1)!];
    const width = losses[last]![m]! - losses[first]![m]!;
    distances[first] = Number.POSITIVE_INFINITY;
    distances[last] = Number.POSITIVE_INFINITY;
    if (!(width > 0)) continue;
    for (let k = 1; k < order.length - 1; k++)
      distances[order[k]!]! += (losses[order[k + 1]!]![m]! - losses[order[k - 1]!]![m]!) / width;
  }
  return distances;
}
