/**
 * Values of a scalar distribution and their positions in the unit interval: the inverse cumulative function and its
 * inverse, membership, and the numbering of the values of a finite distribution.
 */
import { type Distribution, type FloatDistribution, type Scalar, STEP_TOLERANCE, tidy } from './distribution.js';

/** The greatest position: `quantile` takes [0, 1). */
const LAST = 1 - 2 ** -53;

/** The value at position `u` in [0, 1) of the distribution's inverse cumulative function. */
export function quantile(distribution: Distribution, u: number): Scalar {
  const { kind } = distribution;
  if (kind === 'float' && distribution.step === null) {
    const { low, high, log } = distribution;
    const value = log ? Math.exp(Math.log(low) + u * (Math.log(high) - Math.log(low))) : low + u * (high - low);
    return clamp(value, low, high);
  }
  if (kind === 'int' && distribution.log) {
    // each integer owns the half-open unit interval around it, as in Optuna
    const { low, high } = distribution;
    const from = Math.log(low - 0.5);
    return clamp(Math.round(Math.exp(from + u * (Math.log(high + 0.5) - from))), low, high);
  }
  return valueAt(distribution, Math.floor(u * cardinality(distribution)));
}

/**
 * The value at coordinate `u` in [0, 1], both ends included.
 *
 * @example
 * fromUnit(int(1, 4), 1) // => 4
 */
export function fromUnit(distribution: Distribution, u: number): Scalar {
  const whole = distribution.kind === 'float' && distribution.step === null;
  return quantile(distribution, whole ? u : Math.min(u, LAST));
}

/**
 * The coordinate in [0, 1] of a value of the distribution: the middle of its cell where there are finitely many.
 *
 * *Range*: `fromUnit(d, toUnit(d, value))` is the value exactly for up to 2^40 values, and to rounding for real ones.
 *
 * @example
 * toUnit(choice('a', 'b'), 'b') // => 0.75
 */
export function toUnit(distribution: Distribution, value: Scalar): number {
  const { kind } = distribution;
  if (kind === 'float' && distribution.step === null) {
    const { low, high, log } = distribution;
    if (low === high) return 0.5;
    const x = value as number;
    return clamp(
      log ? (Math.log(x) - Math.log(low)) / (Math.log(high) - Math.log(low)) : (x - low) / (high - low),
      0,
      1,
    );
  }
  if (kind === 'int' && distribution.log) {
    const from = Math.log(distribution.low - 0.5);
    return (Math.log(value as number) - from) / (Math.log(distribution.high + 0.5) - from);
  }
  return (indexOfValue(distribution, value) + 0.5) / cardinality(distribution);
}

/** How many values there are; Infinity for a real range. */
export function cardinality(distribution: Distribution): number {
  if (distribution.kind === 'choice') return distribution.choices.length;
  const { low, high, step } = distribution;
  if (low === high) return 1;
  if (step === null) return Number.POSITIVE_INFINITY;
  return Math.floor((high - low) / step + (distribution.kind === 'float' ? STEP_TOLERANCE : 0)) + 1;
}

/** The value with this number of a finite distribution, counted from 0 in the order of size, or as they were written. */
export function valueAt(distribution: Distribution, index: number): Scalar {
  if (distribution.kind === 'choice') return distribution.choices[index] as Scalar;
  if (distribution.kind === 'int') return distribution.low + distribution.step * index;
  const { low, high, step } = distribution;
  return index === 0 ? low : index >= cardinality(distribution) - 1 ? high : tidy(low + index * (step as number));
}

/** The number of a value of a finite distribution; -1 if it is none of them. */
export function indexOfValue(distribution: Distribution, value: unknown): number {
  if (!contains(distribution, value)) return -1;
  if (distribution.kind === 'choice') {
    return distribution.choices.indexOf(value as Scalar);
  }
  const { low, step } = distribution;
  return Math.round(((value as number) - low) / (step ?? 1));
}

/** True if the distribution can take the value. */
export function contains(distribution: Distribution, value: unknown): boolean {
  if (distribution.kind === 'choice') return distribution.choices.includes(value as Scalar);
  if (typeof value !== 'number' || Number.isNaN(value)) return false;
  const { low, high, step } = distribution;
  if (distribution.kind === 'float' && step !== null) return isStep(distribution, step, value);
  return value >= low && value <= high && (step === null || (value - low) % step === 0);
}

/** Values that other programs computed by adding steps are off by rounding. */
function isStep(distribution: FloatDistribution, step: number, value: number): boolean {
  const index = Math.round((value - distribution.low) / step);
  if (!(index >= 0 && index < cardinality(distribution))) return false;
  const off = Math.abs(value - (distribution.low + index * step));
  return valueAt(distribution, index) === value || off <= STEP_TOLERANCE * step;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
