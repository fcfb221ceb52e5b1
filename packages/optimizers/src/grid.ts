/**
 * The grid over a space: which values each parameter takes, and the point with a given number. Not a list: a grid may
 * have more points than memory has room for.
 */
import {
  ConfigError,
  cardinality,
  type Distribution,
  emptyRecord,
  type Params,
  quantile,
  type Scalar,
  type Space,
} from '@tangentlab/core';

/** A finite set of points, numbered 0..size-1; the last parameter changes fastest. */
export class Grid {
  readonly size: number;
  readonly #axes: readonly (readonly [name: string, values: readonly Scalar[]])[];

  /**
   * @param points How many values to take of a range with more than that many.
   * @throws ConfigError SPACE_INVALID for a real range without `points`, or a grid of more than 2^53 points.
   */
  constructor(space: Space, points: number | undefined) {
    this.#axes = space.parameters.map(([name, distribution]) => [name, axisOf(name, distribution, points)]);
    this.size = this.#axes.reduce((product, [, values]) => product * values.length, 1);
    if (this.size > Number.MAX_SAFE_INTEGER) {
      throw new ConfigError('SPACE_INVALID', {
        where: 'gridSearch',
        expected: 'a grid must have at most 2^53 points',
        got: String(this.size),
        todo: 'use fewer parameters or a smaller `points`',
      });
    }
  }

  /** The point with this number. *Cost*: O(parameters). */
  point(index: number): Params {
    const params = emptyRecord<Scalar>();
    // keys first in the order of the space, digits from the last parameter backwards
    for (const [name] of this.#axes) params[name] = null;
    let rest = index;
    for (const [name, values] of [...this.#axes].reverse()) {
      params[name] = values[rest % values.length]!;
      rest = Math.floor(rest / values.length);
    }
    return Object.freeze(params);
  }
}

/** All values of a parameter, or `points` of them: equally spaced in the scale of the distribution, ends included. */
function axisOf(name: string, distribution: Distribution, points: number | undefined): readonly Scalar[] {
  const count = cardinality(distribution);
  if (distribution.kind === 'choice') return distribution.choices;
  if (points === undefined || count <= points) {
    if (Number.isFinite(count))
      return Array.from({ length: count }, (_, i) => distribution.low + i * (distribution as { step: number }).step);
    throw new ConfigError('SPACE_INVALID', {
      where: `gridSearch, "${name}"`,
      expected: 'a grid needs finitely many values',
      got: `the real range ${distribution.low}..${distribution.high}`,
      todo: 'write gridSearch({ points: 5 }) or choice(...)',
    });
  }
  if (points === 1) return [quantile(distribution, 0.5)];
  const values = Array.from({ length: points }, (_, i) => between(distribution, i / (points - 1)));
  return [...new Set(values)];
}

/** The value at share t of a range, in its own scale, snapped to integers where it has only those. */
function between(range: Exclude<Distribution, { kind: 'choice' }>, t: number): number {
  const { low, high, log } = range;
  if (t === 0) return low;
  if (t === 1) return high;
  const value = log ? low * (high / low) ** t : low + t * (high - low);
  return range.kind === 'float' ? value : low + range.step * Math.round((value - low) / range.step);
}
