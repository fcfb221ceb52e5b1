/**
 * Who is best at a rung: by the loss, or under several objectives by non-domination rank, and among equals of rank by how
 * far apart they are, so that a whole front is kept rather than one corner of it.
 */
import { crowdingDistances, nonDominationRanks } from '../front/dominance.js';

/** The indices of the points, the best first; equal ones in the order given. Points that are not finite come last. */
export function rungOrder(points: readonly (readonly number[])[]): number[] {
  return ranksOf(points).flat();
}

/**
 * The indices of the points that go on, the best first: a share 1/eta, rounded down; under several objectives at least all
 * that no other dominates, as one objective's best one always goes on: a front that is cut at every rung loses its shape.
 */
export function bestShare(points: readonly (readonly number[])[], eta: number): number[] {
  const [first = [], ...rest] = ranksOf(points);
  const share = Math.floor(points.length / eta);
  const several = (points[0]?.length ?? 0) > 1;
  return [...first, ...rest.flat()].slice(0, several ? Math.max(share, first.length) : share);
}

/** Whether the point at `own` is among the best 1/eta of the points; the best one, or the front of several objectives, is. */
export function isPromoted(points: readonly (readonly number[])[], own: number, eta: number): boolean {
  if (points[own]!.length > 1) return bestShare(points, eta).includes(own);
  // of equal losses all go on
  const better = points.filter(([loss]) => loss! < points[own]![0]!).length;
  return better < Math.max(1, Math.floor(points.length / eta));
}

/** The indices rank by rank, each rank in its order; those that are not finite are the last rank. */
function ranksOf(points: readonly (readonly number[])[]): number[][] {
  const sound = points.flatMap((losses, i) => (losses.some(Number.isNaN) ? [] : [i]));
  const broken = points.flatMap((losses, i) => (losses.some(Number.isNaN) ? [i] : []));
  if ((points[0]?.length ?? 0) <= 1) {
    const by = (a: number, b: number) =>
      points[a]![0] === points[b]![0] ? 0 : points[a]![0]! < points[b]![0]! ? -1 : 1;
    return [sound.sort((a, b) => by(a, b) || a - b), broken];
  }
  const losses = sound.map((i) => points[i]!);
  const ranks = nonDominationRanks(losses);
  const fronts: number[][] = [];
  for (let rank = 0, ranked = 0; ranked < sound.length; rank++) {
    const front = sound.flatMap((_, k) => (ranks[k] === rank ? [k] : []));
    const apart = crowdingDistances(front.map((k) => losses[k]!));
    const places = front
      .map((_, m) => m)
      .sort((a, b) => (apart[a] === apart[b] ? a - b : apart[b]! > apart[a]! ? 1 : -1));
    fronts.push(places.map((m) => sound[front[m]!]!));
    ranked += front.length;
  }
  return [...fronts, broken];
}
