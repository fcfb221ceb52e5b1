/**
 * Activations of the user's. What is given is tried out at once: a derivative that does not belong to its function would
 * otherwise show as a network that merely learns badly.
 */
import { ConfigError } from '@tangentlab/core';
import { ACTIVATIONS, type Activation, type ActivationKernel } from './activation.js';

/** What `defineActivation` takes. */
export interface ActivationDefinition {
  readonly name: string;
  readonly value: (z: number) => number;
  readonly derivative: (z: number) => number;
  readonly secondDerivative?: (z: number) => number;
  /** For back ends that compile kernels; without it they evaluate this activation on the host, and say so. */
  readonly kernel?: ActivationKernel;
}

/** Where a definition is tried out: both signs, small and large, none of them a likely kink. */
const POINTS = [-5.3, -1.37, -0.41, 0.29, 0.83, 2.71, 6.1];
const STEP = 1e-5;
/** Central differences of such a step are right to about 1e-10 of the function's size and curvature: room for both. */
const TOLERANCE = 1e-6;

/**
 * An activation of the user's, for `mlp({ activation })`.
 *
 * The derivative, and the second one if there is one, are compared with finite differences at a few points. *Throws*
 * ConfigError CONFIG_INVALID for the name of a built-in, a value that is not finite, or a derivative that does not fit.
 *
 * @example
 * const swish = defineActivation({
 *   name: 'swish',
 *   value: (z) => z / (1 + Math.exp(-z)),
 *   derivative: (z) => (1 + Math.exp(-z) * (1 + z)) / (1 + Math.exp(-z)) ** 2,
 * });
 * swish.value(0) // => 0
 */
export function defineActivation(definition: ActivationDefinition): Activation {
  const { name, value, derivative, secondDerivative, kernel } = definition;
  if (typeof name !== 'string' || name === '' || name === 'linear' || Object.hasOwn(ACTIVATIONS, name)) {
    throw refused('activation', 'a name of its own is needed', String(name), 'choose one that no built-in has');
  }
  const where = `activation "${name}"`;
  checkSlope(where, 'derivative', value, derivative);
  if (secondDerivative !== undefined) checkSlope(where, 'secondDerivative', derivative, secondDerivative);
  return Object.freeze({
    name,
    value,
    derivative,
    ...(secondDerivative === undefined ? {} : { secondDerivative }),
    ...(kernel === undefined ? {} : { kernel: Object.freeze({ ...kernel }) }),
  });
}

function checkSlope(where: string, what: string, f: (z: number) => number, slope: (z: number) => number): void {
  for (const z of POINTS) {
    for (const [role, value] of [
      ['function', f(z)],
      [what, slope(z)],
    ] as const) {
      if (Number.isFinite(value)) continue;
      throw refused(where, `its ${role} must be finite at z = ${z}`, String(value), 'define it on all of the line');
    }
    const difference = (f(z + STEP) - f(z - STEP)) / (2 * STEP);
    const size = 1 + Math.abs(difference) + Math.abs(f(z));
    if (Math.abs(difference - slope(z)) <= TOLERANCE * size) continue;
    const expected = `${what}(${z}) must be the slope there, ${difference.toPrecision(6)} by finite differences`;
    throw refused(where, expected, String(slope(z)), `correct ${what}`);
  }
}

function refused(where: string, expected: string, got: string, todo: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', { where, expected, got, todo });
}
