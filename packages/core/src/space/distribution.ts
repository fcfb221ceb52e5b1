/**
 * Distributions as plain, frozen data with the type of their values attached. Not a class hierarchy: the same records are
 * stored, sent and drawn. The scalar ones are made here; those that are built from others have files of their own
 * (labelled.ts, list.ts, variant.ts, when.ts).
 */
import { show } from '../config.js';
import { spaceInvalid } from './space-error.js';

/** What a categorical parameter may take. */
export type Scalar = string | number | boolean | null;

/** One of a list of values, all equally likely. */
export interface ChoiceDistribution {
  readonly kind: 'choice';
  readonly choices: readonly Scalar[];
}

/** A real number in [low, high], uniform, or uniform in its logarithm, or one of low, low + step, ..., high. */
export interface FloatDistribution {
  readonly kind: 'float';
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  /** Null where every number of the range may be taken. */
  readonly step: number | null;
}

/** An integer low, low + step, ..., high, uniform, or (step 1) uniform in its logarithm. */
export interface IntDistribution {
  readonly kind: 'int';
  readonly low: number;
  readonly high: number;
  readonly step: number;
  readonly log: boolean;
}

/** The distribution of a single scalar: what samplers, storage and importance measures see. */
export type Distribution = ChoiceDistribution | FloatDistribution | IntDistribution;

/** What a hyperparameter's value is made of: plain data that survives JSON. */
export type ParamValue = Scalar | readonly ParamValue[] | { readonly [name: string]: ParamValue };

/** One of several values that need not be scalars, each known by its label. */
export interface LabelledDistribution {
  readonly kind: 'labelled';
  readonly values: { readonly [label: string]: ParamValue };
}

/** A list of `min` to `max` values of one distribution. */
export interface ListDistribution {
  readonly kind: 'list';
  readonly of: AnyDistribution;
  readonly min: number;
  readonly max: number;
}

/** One of several sets of parameters, told apart by the name of the branch. */
export interface VariantDistribution {
  readonly kind: 'variant';
  readonly branches: { readonly [branch: string]: ShapeData };
}

/** A parameter that exists only while its sibling `parent` has one of the values `equals`. */
export interface WhenEntry {
  readonly kind: 'when';
  readonly parent: string;
  readonly equals: readonly Scalar[];
  readonly distribution: AnyDistribution;
}

/** Any distribution, without the type of its values. */
export type AnyDistribution = Distribution | LabelledDistribution | ListDistribution | VariantDistribution;

/** Named parameters, without the types of their values. */
export type ShapeData = { readonly [name: string]: AnyDistribution | WhenEntry };

declare const VALUE: unique symbol;

/** A distribution whose values are of type `V`. The phantom member is required, so that `V` is always inferred. */
export type Dist<V> = AnyDistribution & { readonly [VALUE]: () => V };

/** A distribution of scalars of type `V`. */
export type ScalarDist<V> = Distribution & { readonly [VALUE]: () => V };

/** A distribution of real numbers: no value of it is ever a condition. */
export type RealDist = FloatDistribution & { readonly [VALUE]: () => number };

/**
 * One of these values.
 *
 * @throws ConfigError SPACE_INVALID without values, with equal values, or with NaN.
 * @example
 * choice(32, 64, 128).kind // => 'choice'
 */
export function choice<const T extends readonly [Scalar, ...Scalar[]]>(...choices: T): ScalarDist<T[number]> {
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
 * @param options `step`: distance of neighbours (high falls to the last one reached).
 * @throws ConfigError SPACE_INVALID unless low < high, both finite, and 0 < step <= high - low.
 * @example
 * cardinality(uniform(0, 0.5, { step: 0.1 })) // => 6
 */
export function uniform(low: number, high: number, options: { step?: number | null } = {}): RealDist {
  const where = `uniform(${show(low)}, ${show(high)})`;
  checkRange(where, low, high);
  const step = options.step ?? null;
  if (step === null) return frozen({ kind: 'float', low, high, log: false, step });
  if (!Number.isFinite(step) || step <= 0 || step > (high - low) * (1 + STEP_TOLERANCE))
    throw spaceInvalid(where, `step must be a number above 0 and at most ${high - low}, not ${show(step)}`);
  // neighbours must stay apart when they are rounded to 15 digits
  if (step < 1e-12 * Math.max(Math.abs(low), Math.abs(high)))
    throw spaceInvalid(where, `step ${step} is too small beside numbers of this size`);
  const steps = (high - low) / step;
  const whole = Math.floor(steps + STEP_TOLERANCE);
  // an end that is reached but for rounding stays as it was written
  const last = Math.abs(steps - whole) <= STEP_TOLERANCE ? high : tidy(low + whole * step);
  return frozen({ kind: 'float', low, high: last, log: false, step });
}

/**
 * A real number in [low, high] whose logarithm is uniform: for learning rates and other scales.
 *
 * @throws ConfigError SPACE_INVALID unless 0 < low < high, both finite.
 */
export function logUniform(low: number, high: number): RealDist {
  const where = `logUniform(${show(low)}, ${show(high)})`;
  checkRange(where, low, high);
  if (low <= 0) throw spaceInvalid(where, 'a logarithmic range must start above 0');
  return frozen({ kind: 'float', low, high, log: true, step: null });
}

/**
 * An integer in [low, high], both included.
 *
 * @param options `step`: distance of neighbours (high falls to the last one reached); `log`: uniform in the logarithm.
 * @throws ConfigError SPACE_INVALID unless low < high are safe integers with 1 <= step <= high - low, and with `log`
 * low >= 1 and step 1.
 */
export function int(low: number, high: number, options: { log?: boolean; step?: number } = {}): ScalarDist<number> {
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
 * A range from a file, which may be of a single value - the factories refuse that as a mistake, other programs write it.
 *
 * @throws ConfigError SPACE_INVALID as `uniform`, `logUniform` and `int` do.
 */
export function rangeOf(range: FloatDistribution | IntDistribution): ScalarDist<number> {
  const { kind, low, high, log, step } = range;
  if (kind === 'int') {
    if (low !== high) return int(low, high, { log, step });
    int(low, low + 1, { log }); // for its complaints about low
    return frozen({ kind, low, high, step: 1, log: log === true });
  }
  if (low !== high) return log === true ? logUniform(low, high) : uniform(low, high, { step: step ?? null });
  if (log === true) logUniform(low, 2 * low);
  else uniform(low, low + Math.max(1, Math.abs(low)));
  return frozen({ kind, low, high, log: log === true, step: null });
}

/** How far from a whole number of steps a value may be, in steps; Optuna's tolerance. */
export const STEP_TOLERANCE = 1e-8;

/** Without the last bits that adding steps leaves: 0.3, not 0.30000000000000004. */
export function tidy(value: number): number {
  return Number(value.toPrecision(15));
}

/**
 * The distribution in a few words.
 *
 * @example
 * describeDistribution(list(int(16, 256), { min: 1, max: 4 })) // => 'list of 1..4 (integer 16..256)'
 */
export function describeDistribution(distribution: AnyDistribution | WhenEntry): string {
  switch (distribution.kind) {
    case 'choice':
      return distribution.choices.map(show).join(' | ');
    case 'float':
    case 'int': {
      const { kind, low, high, step, log } = distribution;
      const steps = step === null || (kind === 'int' && step === 1) ? '' : ` step ${step}`;
      return `${kind === 'int' ? 'integer ' : ''}${low}..${high}${steps}${log ? ' log' : ''}`;
    }
    case 'labelled':
      return Object.entries(distribution.values)
        .map(([label, value]) => `${label} ${show(value)}`)
        .join(' | ');
    case 'list':
      return `list of ${distribution.min}..${distribution.max} (${describeDistribution(distribution.of)})`;
    case 'variant':
      return Object.entries(distribution.branches)
        .map(([branch, shape]) => `${branch}${describeShape(shape)}`)
        .join(' | ');
    case 'when': {
      const { parent, equals } = distribution;
      return `${describeDistribution(distribution.distribution)}, when ${parent} is ${equals.map(show).join(' | ')}`;
    }
  }
}

function describeShape(shape: ShapeData): string {
  const parts = Object.entries(shape).map(([name, entry]) => `${name}: ${describeDistribution(entry)}`);
  return parts.length === 0 ? '' : ` { ${parts.join(', ')} }`;
}

function checkRange(where: string, low: number, high: number): void {
  if (!Number.isFinite(low) || !Number.isFinite(high)) throw spaceInvalid(where, 'both ends must be finite numbers');
  if (!(low < high)) throw spaceInvalid(where, 'the low end must lie below the high end');
  if (!Number.isFinite(high - low)) throw spaceInvalid(where, 'the width of the range must be finite');
}

function frozen<D extends Distribution>(distribution: D): D & { readonly [VALUE]: () => never } {
  return Object.freeze(distribution) as never;
}
