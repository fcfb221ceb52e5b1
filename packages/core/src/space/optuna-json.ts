/**
 * Distributions and values in the form in which Optuna stores them: `distribution_json`, and the number that stands for
 * a value. Only leaves: nested parameters are stored leaf by leaf. Verified against files that Optuna 5 wrote.
 */
import { show } from '../config.js';
import { isTangentError, messageOf, RunError } from '../errors.js';
import { choice, type Distribution, rangeOf, type Scalar } from './distribution.js';
import { contains, indexOfValue } from './quantile.js';

/** What the text should hold; the factories check it. */
interface Attributes {
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly step: number | null;
  readonly choices: readonly [Scalar, ...Scalar[]];
}

/**
 * The distribution as Optuna's JSON text.
 *
 * @example
 * toOptuna(int(1, 8)) // => '{"name":"IntDistribution","attributes":{"log":false,"step":1,"low":1,"high":8}}'
 */
export function toOptuna(distribution: Distribution): string {
  if (distribution.kind === 'choice')
    return JSON.stringify({ name: 'CategoricalDistribution', attributes: { choices: distribution.choices } });
  const { kind, low, high, log, step } = distribution;
  return kind === 'float'
    ? JSON.stringify({ name: 'FloatDistribution', attributes: { step, low, high, log } })
    : JSON.stringify({ name: 'IntDistribution', attributes: { log, step, low, high } });
}

/**
 * The distribution that Optuna's JSON text describes.
 *
 * @throws RunError STORAGE_CORRUPT for other text, and for what Optuna allows and we do not: choices that are equal in
 * JavaScript, such as 1 and 1.0, or no scalars.
 * @example
 * fromOptuna('{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}').kind // => 'float'
 */
export function fromOptuna(json: string): Distribution {
  try {
    const { name, attributes } = JSON.parse(json) as { name: unknown; attributes: Attributes };
    const { low, high, log, step, choices } = attributes;
    if (name === 'FloatDistribution') return rangeOf({ kind: 'float', low, high, log, step });
    if (name === 'IntDistribution') return rangeOf({ kind: 'int', low, high, log, step: step as number });
    if (name === 'CategoricalDistribution') return choice(...choices);
  } catch (cause) {
    throw corrupt(
      'a distribution must be readable',
      `${show(json)} (${isTangentError(cause) ? cause.message : messageOf(cause)})`,
      cause,
    );
  }
  throw corrupt('a distribution must be a FloatDistribution, IntDistribution or CategoricalDistribution', show(json));
}

/**
 * The number by which Optuna stores a value: the value itself, or the number of the choice.
 *
 * @throws RunError STORAGE_CORRUPT for a value outside of the distribution.
 * @example
 * toInternal(choice('relu', 'tanh'), 'tanh') // => 1
 */
export function toInternal(distribution: Distribution, value: Scalar): number {
  if (!contains(distribution, value)) throw corrupt(`a value must be in ${toOptuna(distribution)}`, show(value));
  return distribution.kind === 'choice' ? indexOfValue(distribution, value) : (value as number);
}

/**
 * The value that Optuna stores by this number.
 *
 * @throws RunError STORAGE_CORRUPT for a number that stands for none.
 * @example
 * fromInternal(choice('relu', 'tanh'), 1) // => 'tanh'
 */
export function fromInternal(distribution: Distribution, internal: number): Scalar {
  if (distribution.kind === 'choice') {
    if (Number.isInteger(internal) && Object.hasOwn(distribution.choices, internal))
      return distribution.choices[internal] as Scalar;
  } else if (contains(distribution, internal)) return internal;
  throw corrupt(`a stored value must be in ${toOptuna(distribution)}`, show(internal));
}

function corrupt(expected: string, got: string, cause?: unknown): RunError {
  return new RunError('STORAGE_CORRUPT', {
    where: 'Optuna storage',
    expected,
    got,
    todo: 'check the file, or the program that wrote it',
    cause,
  });
}
