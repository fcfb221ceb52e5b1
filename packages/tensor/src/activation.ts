/**
 * Activation functions: elementwise, with a derivative that can be computed from the output alone, so that a back end
 * never has to keep inputs.
 */

/** The activations that every back end knows. */
export type ActivationName = 'identity' | 'relu' | 'tanh';

/** An activation h = f(z). */
export interface Activation {
  value(z: number): number;
  /** f'(z) as a function of h = f(z). ReLU takes 0 at its kink, as PyTorch does. */
  slopeFromOutput(h: number): number;
}

/** The activations by name. */
export const ACTIVATIONS: Readonly<Record<ActivationName, Activation>> = Object.freeze({
  identity: { value: (z: number) => z, slopeFromOutput: () => 1 },
  relu: { value: (z: number) => Math.max(z, 0), slopeFromOutput: (h: number) => (h > 0 ? 1 : 0) },
  tanh: { value: Math.tanh, slopeFromOutput: (h: number) => 1 - h * h },
});
