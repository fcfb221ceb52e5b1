/**
 * The grid over a space: which values each parameter takes, and the point with a given number. Not a list: a grid may
 * have more points than memory has room for.
 */
import {
  type Axis,
  axisOf,
  ConfigError,
  cardinality,
  type Distribution,
  Enumeration,
  fullAxis,
  type Leaf,
  type Params,
  quantile,
  type Space,
  valueAt,
} from '@tangentlab/core';

/** More points under constraints are not tried one by one. */
const MAX_CONSTRAINED = 1_000_000;

/**
 * A finite set of points, numbered 0..size-1; the last parameter changes fastest. Parameters that do not exist at a
 * point never repeat it, and points that the space's constraints exclude are left out.
 */
export class Grid {
  readonly size: number;
  readonly #space: Space;
  readonly #points: Enumeration;
  /** The numbers of the allowed points; undefined where all are. */
  readonly #allowed: Float64Array | undefined;

  /**
   * *Cost*: O(parameters); under constraints O(points), at most 10^6 of them.
   *
   * @param points How many values to take of a range with more than that many. Lengths of lists, and integers on which
   * other parameters depend, are taken in full.
   * @param who Whom messages name.
   * @throws ConfigError SPACE_INVALID for a real range without `points`, a grid of more than 2^53 points, or under
   * constraints more than 10^6.
   */
  constructor(space: Space, points: number | undefined, who = 'gridSearch') {
    const parents = new Set(space.leaves.map(({ condition }) => condition?.parent));
    this.#space = space;
    this.#points = new Enumeration(space.leaves, (leaf) =>
      gridAxis(who, leaf, parents.has(leaf.name) ? undefined : points),
    );
    const limit = space.isConstrained ? MAX_CONSTRAINED : Number.MAX_SAFE_INTEGER;
    if (this.#points.size > limit) {
      throw new ConfigError('SPACE_INVALID', {
        where: who,
        expected: space.isConstrained
          ? 'a grid under constraints must have at most 10^6 points'
          : 'a grid must have at most 2^53 points',
        got: String(this.#points.size),
        todo: 'use fewer parameters or a smaller `points`',
      });
    }
    this.#allowed = space.isConstrained ? this.#allowedPoints() : undefined;
    this.size = this.#allowed?.length ?? this.#points.size;
  }

  /** The point with this number. *Cost*: O(parameters). */
  point(index: number): Params {
    return this.#space.unflatten(this.#points.flatPoint(this.#allowed?.[index] ?? index));
  }

  #allowedPoints(): Float64Array {
    const indices = Array.from({ length: this.#points.size }, (_, index) => index);
    return Float64Array.from(
      indices.filter((index) => this.#space.accepts(this.#space.unflatten(this.#points.flatPoint(index)))),
    );
  }
}

/** All values of a leaf, or `points` of them: equally spaced in the scale of the distribution, ends included. */
function gridAxis(who: string, { name, distribution }: Leaf, points: number | undefined): Axis {
  const count = cardinality(distribution);
  if (distribution.kind === 'choice') return fullAxis(distribution);
  if (points === undefined || count <= points) {
    if (Number.isFinite(count)) return fullAxis(distribution);
    throw new ConfigError('SPACE_INVALID', {
      where: `${who}, "${name}"`,
      expected: who === 'gridSearch' ? 'a grid needs finitely many values' : 'finitely many values are needed',
      got: `the real range ${distribution.low}..${distribution.high}`,
      todo:
        who === 'gridSearch'
          ? 'write gridSearch({ points: 5 }), choice(...) or a step'
          : 'write choice(...) or a step, or take another searcher',
    });
  }
  if (points === 1) return axisOf([quantile(distribution, 0.5)]);
  const values = Array.from({ length: points }, (_, i) => between(distribution, i / (points - 1)));
  return axisOf([...new Set(values)]);
}

/** The value at share t of a range, in its own scale, snapped to its steps where it has only those. */
function between(range: Exclude<Distribution, { kind: 'choice' }>, t: number): number {
  const { low, high, log, step } = range;
  if (t === 0) return low;
  if (t === 1) return high;
  const value = log ? low * (high / low) ** t : low + t * (high - low);
  return step === null ? value : (valueAt(range, Math.round((value - low) / step)) as number);
}
