/**
 * Making losses: the built-in ones with their options checked, and those of the user, tried out at once. Making one
 * computes nothing; what they are is in `loss.ts`.
 */
import { ConfigError } from '@tangentlab/core';
import type { Hinge, Huber, Loss, LossTargets, Mse, SoftmaxCrossEntropy } from './loss.js';

/**
 * Cross-entropy of softmax: the loss of classifiers unless another is given.
 *
 * @example
 * softmaxCrossEntropy() // => { name: 'softmaxCrossEntropy', targets: 'classes' }
 */
export function softmaxCrossEntropy(): SoftmaxCrossEntropy {
  return Object.freeze({ name: 'softmaxCrossEntropy', targets: 'classes' });
}

/**
 * Mean squared error, over all outputs; on classes it fits the one-hot rows. *Source*: PyTorch's `MSELoss`.
 *
 * @example
 * mse() // => { name: 'mse', targets: 'values' }
 */
export function mse(): Mse {
  return Object.freeze({ name: 'mse', targets: 'values' });
}

/**
 * Huber's loss: quadratic up to `delta` (1 unless given), linear beyond. *Throws* CONFIG_INVALID unless delta is
 * positive. *Source*: PyTorch's `HuberLoss`.
 *
 * @example
 * huber({ delta: 0.5 }) // => { name: 'huber', targets: 'values', delta: 0.5 }
 */
export function huber({ delta = 1 }: { readonly delta?: number } = {}): Huber {
  return Object.freeze({ name: 'huber', targets: 'values', delta: positive('huber', 'delta', delta) });
}

/**
 * The hinge loss for several classes, with `margin` 1 unless given. *Throws* CONFIG_INVALID unless the margin is
 * positive. *Source*: Crammer and Singer's form summed over classes, PyTorch's `MultiMarginLoss`.
 *
 * @example
 * hinge() // => { name: 'hinge', targets: 'classes', margin: 1 }
 */
export function hinge({ margin = 1 }: { readonly margin?: number } = {}): Hinge {
  return Object.freeze({ name: 'hinge', targets: 'classes', margin: positive('hinge', 'margin', margin) });
}

/** What `defineLoss` takes. */
export interface LossDefinition<T extends LossTargets> {
  readonly name: string;
  /** `classes` for rows that are one-hot (or smoothed) only, `values` for any targets. */
  readonly targets: T;
  readonly value: (z: Float64Array, t: Float64Array) => number;
  readonly gradient: (z: Float64Array, t: Float64Array, out: Float64Array) => void;
}

const BUILT_IN = ['softmaxCrossEntropy', 'mse', 'huber', 'hinge'];
/** Outputs and targets that a definition is tried out with. */
const TRIALS: Readonly<Record<LossTargets, readonly (readonly [z: readonly number[], t: readonly number[]])[]>> = {
  classes: [
    [
      [0.3, -1.2, 0.7],
      [1, 0, 0],
    ],
    [
      [-0.4, 2.1],
      [0, 1],
    ],
  ],
  values: [
    [
      [0.3, -1.2, 0.7],
      [0.9, 0.1, -2.3],
    ],
    [[0.6], [-1.3]],
  ],
};
const STEP = 1e-5;
/** Central differences of such a step are right to about 1e-10 of the loss's size and curvature: room for both. */
const TOLERANCE = 1e-6;

/**
 * A loss of the user's, for `loss` of a trainer: functions of one sample's outputs `z` and targets `t`.
 *
 * A trainer averages it over the rows of a batch. The gradient is compared with finite differences on a few rows. Back
 * ends evaluate it on the host. *Throws* CONFIG_INVALID for the name of a built-in, a value that is not finite, or a
 * gradient that does not fit.
 *
 * @example
 * const quartic = defineLoss({
 *   name: 'quartic',
 *   targets: 'values',
 *   value: (z, t) => z.reduce((sum, zj, j) => sum + (zj - (t[j] ?? 0)) ** 4, 0),
 *   gradient: (z, t, out) => z.forEach((zj, j) => { out[j] = 4 * (zj - (t[j] ?? 0)) ** 3; }),
 * });
 * quartic.value(Float64Array.of(3), Float64Array.of(1)) // => 16
 */
export function defineLoss<const T extends LossTargets>(definition: LossDefinition<T>): Loss<T> {
  const { name, targets, value, gradient } = definition;
  if (typeof name !== 'string' || name === '' || BUILT_IN.includes(name))
    throw refused('loss', 'a name of its own is needed', String(name), 'choose one that no built-in has');
  if (targets !== 'classes' && targets !== 'values')
    throw refused(`loss "${name}"`, "\"targets\" must be 'classes' or 'values'", String(targets), 'correct it');
  for (const [outputs, wanted] of TRIALS[targets]) {
    const [z, t] = [Float64Array.from(outputs), Float64Array.from(wanted)];
    const out = new Float64Array(z.length).fill(Number.NaN); // what is not written shows
    gradient(z, t, out);
    z.forEach((zj, j) => {
      const moved = (by: number) => value(z.with(j, zj + by), t);
      const difference = (moved(STEP) - moved(-STEP)) / (2 * STEP);
      if (Math.abs(difference - out[j]!) <= TOLERANCE * (1 + Math.abs(difference) + Math.abs(value(z, t)))) return;
      throw refused(
        `loss "${name}"`,
        `entry ${j} of its gradient at z = ${outputs} must be the slope there, ${difference.toPrecision(6)} by finite differences`,
        String(out[j]),
        'correct gradient',
      );
    });
  }
  return Object.freeze({ name, targets, value, gradient });
}

function positive(where: string, option: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw refused(where, `"${option}" must be a positive number`, String(value), 'correct it, or leave it out');
}

function refused(where: string, expected: string, got: string, todo: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', { where, expected, got, todo });
}
