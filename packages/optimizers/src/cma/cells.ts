/**
 * The cells of a numeric leaf on the unit interval: where one value ends and the next begins. Real ranges have none.
 */
import { cardinality, type Distribution, fromUnit } from '@tangentlab/core';

/** The borders around a coordinate, as CMA-ES with margin needs them. */
export interface Borders {
  /** The border below the cell, and that above; at an end of the range both are the one border that there is. */
  readonly low: number;
  readonly high: number;
}

/** The number of cells; 0 for a real range. */
export function cellCount(distribution: Distribution): number {
  const count = cardinality(distribution);
  return Number.isFinite(count) ? count : 0;
}

/** The borders next to a coordinate of a leaf of at least two values: 0.25 and 0.5 around 0.3 for one of four integers. */
export function bordersAt(distribution: Distribution, u: number): Borders {
  const count = cardinality(distribution);
  const clamped = Math.max(0, Math.min(1, u));
  if (distribution.kind === 'int' && distribution.log) {
    const { low, high } = distribution;
    const from = Math.log(low - 0.5);
    const border = (value: number) => (Math.log(value) - from) / (Math.log(high + 0.5) - from);
    const value = fromUnit(distribution, clamped) as number;
    return {
      low: border(Math.max(low, Math.min(high - 1, value - 1)) + 0.5),
      high: border(Math.max(low, Math.min(high - 1, value)) + 0.5),
    };
  }
  const cell = Math.min(count - 1, Math.floor(clamped * count));
  const border = (index: number) => (Math.max(0, Math.min(count - 2, index)) + 1) / count;
  return { low: border(cell - 1), high: border(cell) };
}
