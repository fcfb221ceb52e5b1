/**
 * Hypervolume: how much of the space up to a reference point a set of losses dominates; and the subset of a given size
 * that keeps most of it, chosen greedily.
 */
import { compareLosses, dominates } from './dominance.js';

type Losses = readonly number[];

/**
 * The volume that the points dominate below the reference point.
 *
 * *Cost*: O(n log n) for two losses; exponential in their number beyond. *Source*: While, Bradstreet and Barone (2012),
 * WFG, without its slicing.
 *
 * @example
 * hypervolume([[1, 2], [2, 1]], [3, 3]) // => 3
 */
export function hypervolume(points: readonly Losses[], reference: Losses): number {
  const inside = points.filter((point) => point.every((loss, i) => loss < reference[i]!));
  const sorted = front(inside);
  return reference.length === 2 ? area(sorted, reference) : volume(sorted, reference);
}

/** Under a staircase of rising first and falling second losses. */
function area(points: readonly Losses[], [right = 0, top = 0]: Losses): number {
  let sum = 0;
  points.forEach(([x = 0, y = 0], i) => {
    sum += ((points[i + 1]?.[0] ?? right) - x) * (top - y);
  });
  return sum;
}

/** The sum of what each point adds to those after it. */
function volume(points: readonly Losses[], reference: Losses): number {
  let sum = 0;
  points.forEach((point, i) => {
    const own = point.reduce((product, loss, k) => product * (reference[k]! - loss), 1);
    const limited = points.slice(i + 1).map((other) => other.map((loss, k) => Math.max(loss, point[k]!)));
    sum += own - (limited.length === 0 ? 0 : volume(front(limited), reference));
  });
  return sum;
}

/** The points that no other dominates, once each, in lexicographic order. */
function front(points: readonly Losses[]): Losses[] {
  const kept: Losses[] = [];
  for (const point of [...points].sort(compareLosses)) {
    const last = kept.at(-1);
    if (last !== undefined && compareLosses(last, point) === 0) continue;
    if (!kept.some((other) => dominates(other, point))) kept.push(point);
  }
  return kept;
}

/**
 * Which `size` of the points to keep, so that they dominate much: each time the one that adds most.
 *
 * *Cost*: at most n x size hypervolumes; what a point adds only shrinks, so most are not computed again. *Range*: at
 * least 1 - 1/e of the best subset's. *Source*: Guerreiro, Fonseca and Paquete (2016).
 *
 * @example
 * hypervolumeSubset([[0, 3], [1, 1], [3, 0]], 1, [4, 4]) // => [1]
 */
export function hypervolumeSubset(points: readonly Losses[], size: number, reference: Losses): number[] {
  const chosen: number[] = [];
  let kept: Losses[] = [];
  let held = 0;
  // an upper bound of what each point adds: what it added to fewer points
  const bound = points.map(() => Number.POSITIVE_INFINITY);
  const fresh = points.map(() => -1);
  while (chosen.length < Math.min(size, points.length)) {
    const best = mostOf(bound, chosen);
    if (fresh[best] !== chosen.length) {
      bound[best] = hypervolume([...kept, points[best]!], reference) - held;
      fresh[best] = chosen.length;
      continue;
    }
    held += bound[best]!;
    kept = [...kept, points[best]!];
    chosen.push(best);
  }
  return chosen;
}

function mostOf(bound: readonly number[], without: readonly number[]): number {
  let best = -1;
  bound.forEach((value, i) => {
    if (!without.includes(i) && (best < 0 || value > bound[best]!)) best = i;
  });
  return best;
}

/** A reference point a little worse than the worst of each loss. *Source*: Optuna. */
export function referencePoint(points: readonly Losses[]): number[] {
  const objectives = points[0]?.length ?? 0;
  return Array.from({ length: objectives }, (_, m) => {
    const worst = points.reduce((most, point) => Math.max(most, point[m]!), Number.NEGATIVE_INFINITY);
    return Math.max(1.1 * worst, 0.9 * worst) || 1e-12;
  });
}
