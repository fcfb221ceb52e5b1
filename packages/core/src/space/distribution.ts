/**
 * Distributions of a single hyperparameter: plain, frozen data with the type of their values attached, and the
 * functions over that data. Not a class hierarchy: the same records are stored, sent and drawn.
 */
import { show } from '../config.js';
import { ConfigError } from '../errors.js';

/** What a categorical parameter may take. */
export type Scalar = string | number | boolean | null;

/** One of a list of values, all equally likely. */
export interface ChoiceDistribution {
  readonly kind: 'choice';
  readonly choices: readonly Scalar[];
}

/** A real number in [low, high], uniform, or uniform in its logarithm. */
export interface FloatDistribution {
  readonly kind: 'float';
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
}

/** An integer low, low + step, ..., high, uniform, or (step 1) uniform in its logarithm. */
export interface IntDistribution {
  readonly kind: 'int';
  readonly low: number;
  readonly high: number;
  readonly step: number;
  readonly log: boolean;
}

/** Any distribution, without the type of its values. */
export type Distribution = ChoiceDistribution | FloatDistribution | IntDistribution;

declare const VALUE: unique symbol;

/** A distribution whose values are of type `V`. The phantom member is required, so that `V` is always inferred. */
export type Dist<V> = Distribution & { readonly [VALUE]: () => V };

/**
 * One of these values.
 *
 * @throws ConfigError SPACE_INVALID without values, with equal values, or with NaN.
 * @example
 * choice(32, 64, 128).kind // => 'choice'
 */
export function choice<const T extends readonly [Scalar, ...Scalar[]]>(...choices: T): Dist<T[number]> {
  const invalid = (expected: string) => spaceInvalid(`choice(${choices.map(show).join(', ')})`, expected);
  if (choices.length === 0) throw invalid('at least one value is needed');
  if (new Set(choices).size !== choices.length) throw invalid('the values must differ');
  if (choices.some((c) => typeof c === 'number' && !Number.isFinite(c))) throw invalid('numbers must be finite');
  if (choices.some((c) => c !== null && !['string', 'number', 'boolean'].includes(typeof c))) {
    throw invalid('values must be strings, numbers, booleans or null');
  }
  return frozen({ kind: 'choice', choices: Object.freeze([...choices]) });
}

/**
 * A real number in [low, high].
 *
 * @throws ConfigError SPACE_INVALID unless low < high, both finite.
 */
export function uniform(low: number, high: number): Dist<number> {
  checkRange(`uniform(${show(low)}, ${show(high)})`, low, high);
  return frozen({ kind: 'float', low, high, log: false });
}

/**
 * A real number in [low, high] whose logarithm is uniform: for learning rates and other scales.
 *
 * @throws ConfigError SPACE_INVALID unless 0 < low < high, both finite.
 */
export function logUniform(low: number, high: number): Dist<number> {
  const where = `logUniform(${show(low)}, ${show(high)})`;
  checkRange(where, low, high);
  if (low <= 0) throw spaceInvalid(where, 'a logarithmic range must start above 0');
  return frozen({ kind: 'float', low, high, log: true });
}

/**
 * An integer in [low, high], both included.
 *
 * @param options `step`: distance of neighbours (high falls to the last one reached); `log`: uniform in the logarithm.
 * @throws ConfigError SPACE_INVALID unless low < high are safe integers with 1 <= step <= high - low, and with `log`
 * low >= 1 and step 1.
 */
export function int(low: number, high: number, options: { log?: boolean; step?: number } = {}): Dist<number> {
  const { log = false, step = 1 } = options;
  const where = `int(${show(low)}, ${show(high)})`;
  checkRange(where, low, high);
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high))
    throw spaceInvalid(where, 'both ends must be integers');
  if (!Number.isSafeInteger(high - low)) throw spaceInvalid(where, 'the width of the range must be a safe integer');
  if (!Number.isSafeInteger(step) || step < 1 || step > high - low)
    throw spaceInvalid(where, `step must be an integer in 1..${high - low}, not ${show(step)}`);
  if (log && (low < 1 || step !== 1))
    throw spaceInvalid(where, 'a logarithmic range starts at 1 or above, with step 1');
  return frozen({ kind: 'int', low, high: high - ((high - low) % step), step, log });
}

/**
 * The distribution that a record of unknown origin describes; undefined if it describes none.
 *
 * @throws ConfigError SPACE_INVALID when it has the form of a distribution but values that are not allowed.
 */
export function distributionOf(value: unknown): Distribution | undefined {
  const record = (value ?? {}) as Partial<ChoiceDistribution> | FloatDistribution | IntDistribution;
  switch (record.kind) {
    case 'choice':
      return Array.isArray(record.choices) ? choice(...(record.choices as unknown as [Scalar])) : undefined;
    case 'float':
      return record.log ? logUniform(record.low, record.high) : uniform(record.low, record.high);
    case 'int':
      return int(record.low, record.high, record);
    default:
      return undefined;
  }
}

/** The value at position `u` in [0, 1) of the distribution's inverse cumulative function. */
export function quantile(distribution: Distribution, u: number): Scalar {
  switch (distribution.kind) {
    case 'choice':
      return distribution.choices[Math.floor(u * distribution.choices.length)] as Scalar;
    case 'float': {
      const { low, high, log } = distribution;
      const value = log ? Math.exp(Math.log(low) + u * (Math.log(high) - Math.log(low))) : low + u * (high - low);
      return clamp(value, low, high);
    }
    case 'int': {
      const { low, high, step, log } = distribution;
      if (!log) return low + step * Math.floor(u * (Math.floor((high - low) / step) + 1));
      // each integer owns the half-open unit interval around it, as in Optuna
      const from = Math.log(low - 0.5);
      return clamp(Math.round(Math.exp(from + u * (Math.log(high + 0.5) - from))), low, high);
    }
  }
}

/** How many values there are; Infinity for a real range. */
export function cardinality(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'choice':
      return distribution.choices.length;
    case 'float':
      return Number.POSITIVE_INFINITY;
    case 'int':
      return Math.floor((distribution.high - distribution.low) / distribution.step) + 1;
  }
}

/** True if the distribution can take the value. */
export function contains(distribution: Distribution, value: unknown): boolean {
  if (distribution.kind === 'choice') return distribution.choices.includes(value as Scalar);
  if (typeof value !== 'number' || !(value >= distribution.low && value <= distribution.high)) return false;
  return distribution.kind === 'float' || (value - distribution.low) % distribution.step === 0;
}

/** The distribution in a few words, as errors and graphs show it. */
export function describeDistribution(distribution: Distribution): string {
  switch (distribution.kind) {
    case 'choice':
      return distribution.choices.map(show).join(' | ');
    case 'float':
      return `${distribution.low}..${distribution.high}${distribution.log ? ' log' : ''}`;
    case 'int': {
      const { low, high, step, log } = distribution;
      return `integer ${low}..${high}${step === 1 ? '' : ` step ${step}`}${log ? ' log' : ''}`;
    }
  }
}

function checkRange(where: string, low: number, high: number): void {
  if (!Number.isFinite(low) || !Number.isFinite(high)) throw spaceInvalid(where, 'both ends must be finite numbers');
  if (!(low < high)) throw spaceInvalid(where, 'the low end must lie below the high end');
  if (!Number.isFinite(high - low)) throw spaceInvalid(where, 'the width of the range must be finite');
}

function spaceInvalid(where: string, expected: string): ConfigError {
  return new ConfigError('SPACE_INVALID', { where, expected, todo: 'correct this parameter of the space' });
}

function frozen<V>(distribution: Distribution): Dist<V> {
  return Object.freeze(distribution) as Dist<V>;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
