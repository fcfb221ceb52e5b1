/**
 * Points as genomes: a coordinate in [0, 1] per leaf, NaN where the leaf does not exist; what mutation and crossover do to
 * them. Shared by local search and NSGA-II.
 */
import type { Leaf, Params, Space } from '@tangentlab/core';

const { abs, max, min } = Math;

/** The genome of a point. */
export function genomeOf(space: Space, params: Params): Float64Array {
  const { values, active } = space.encode(params);
  return values.map((value, j) => (active[j] === 1 ? value : Number.NaN));
}

/** The point of a genome; leaves that come to exist without a coordinate are drawn evenly. */
export function pointOf(space: Space, genome: ArrayLike<number>, uniform: () => number): Params {
  const fresh = Float64Array.from(space.leaves, (_, j) => (Number.isNaN(genome[j]!) ? uniform() : genome[j]!));
  return space.decode(fresh);
}

/**
 * A coordinate moved by a step that is mostly small, never out of [0, 1].
 *
 * *Source*: polynomial mutation, Deb and Agrawal (1999), with its distances to the borders.
 *
 * @param eta The greater, the smaller the steps: 20 moves by some 5 %.
 */
export function polynomialMutation(u: number, eta: number, uniform: () => number): number {
  const r = uniform();
  const power = 1 / (eta + 1);
  const step =
    r < 0.5
      ? (2 * r + (1 - 2 * r) * (1 - u) ** (eta + 1)) ** power - 1 // from -u to 0
      : 1 - (2 * (1 - r) + (2 * r - 1) * u ** (eta + 1)) ** power; // from 0 to 1 - u
  return max(0, min(1, u + step));
}

/**
 * A child's coordinate from two parents', as far apart from them as they are from each other.
 *
 * *Source*: simulated binary crossover, Deb and Agrawal (1995).
 */
export function binaryCrossover(a: number, b: number, eta: number, uniform: () => number): number {
  if (abs(a - b) < 1e-14) return a;
  const r = uniform();
  const beta = r < 0.5 ? (2 * r) ** (1 / (eta + 1)) : (1 / (2 * (1 - r))) ** (1 / (eta + 1));
  const sign = uniform() < 0.5 ? 1 : -1;
  return max(0, min(1, 0.5 * (a + b) + sign * 0.5 * beta * (a - b)));
}

/** A leaf whose values have an order. */
export function isOrdered({ distribution }: Leaf): boolean {
  return distribution.kind !== 'choice';
}
