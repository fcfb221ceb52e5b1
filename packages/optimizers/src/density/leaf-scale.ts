/**
 * The scale in which densities see a leaf: logarithms where the range is logarithmic, half a step of margin where values
 * come in steps, the number of the choice where there is no order.
 */
import { cardinality, type Distribution, indexOfValue, type Leaf, type Scalar, valueAt } from '@tangentlab/core';

const { exp, log, max, min, round } = Math; // looked up once: a sandbox makes every look-up of a global expensive

/** A leaf as densities see it. */
export interface LeafScale {
  readonly leaf: Leaf;
  /** How many choices; 0 for a number. A number of a single value is a single choice: nothing is to be learned. */
  readonly choices: number;
  /** The ends of the scale, half a step outside of the range where there are steps. */
  readonly low: number;
  readonly high: number;
  /** Distance of neighbours, before any logarithm; 0 for a real range. */
  readonly step: number;
  readonly log: boolean;
}

/** The scale of a leaf. *Source*: Optuna's Parzen estimator. */
export function leafScale(leaf: Leaf): LeafScale {
  const { distribution } = leaf;
  if (distribution.kind === 'choice' || cardinality(distribution) === 1)
    return { leaf, choices: cardinality(distribution), low: 0, high: 0, step: 0, log: false };
  const step = distribution.step ?? 0;
  const [low, high] = [distribution.low - step / 2, distribution.high + step / 2];
  const { log: isLog } = distribution;
  return {
    leaf,
    choices: 0,
    low: isLog ? log(low) : low,
    high: isLog ? log(high) : high,
    step,
    log: isLog,
  };
}

/** The place of a value on the scale. */
export function toScale(scale: LeafScale, value: Scalar): number {
  if (scale.choices > 0) return indexOfValue(scale.leaf.distribution, value);
  return scale.log ? log(value as number) : (value as number);
}

/** The value at a place of the scale; the nearest one where there are steps. */
export function fromScale({ leaf: { distribution }, choices, log: isLog }: LeafScale, place: number): Scalar {
  if (choices > 0) return valueAt(distribution, place);
  const range = distribution as Exclude<Distribution, { kind: 'choice' }>;
  const value = isLog ? exp(place) : place;
  if (range.step === null) return max(range.low, min(range.high, value));
  const index = max(0, min(cardinality(range) - 1, round((value - range.low) / range.step)));
  return valueAt(range, index);
}

/** The nearest place that has a value. */
export function snapped(scale: LeafScale, place: number): number {
  return scale.choices > 0 || scale.step === 0 ? place : toScale(scale, fromScale(scale, place));
}
