/**
 * The multilayer perceptron as an immutable description. It holds no parameters: those are one flat vector, so that
 * optimizers, analyzers and files all speak of the same thing.
 */
import { parseConfig } from '@tangentlab/core';
import { ACTIVATIONS, type ActivationName, parameterCount } from '@tangentlab/tensor';
import * as z from 'zod';

/** A fully connected network: Z = W2 f(W1 x + b1) + b2, and so on for more layers. */
export interface Mlp {
  readonly kind: 'mlp';
  /** Inputs, hidden widths, outputs. */
  readonly widths: readonly number[];
  /** After every layer but the last. */
  readonly activation: ActivationName;
  /** Rate of dropout on the output of every hidden layer while training. */
  readonly dropout: number;
  /** Length of the parameter vector. */
  readonly parameterCount: number;
}

/** What `mlp` takes. */
export interface MlpOptions {
  readonly widths: readonly number[];
  /** `relu` unless given. */
  readonly activation?: ActivationName;
  /** 0 unless given. */
  readonly dropout?: number;
}

const width = z.number().int().min(1, 'a width must be at least 1');
const SCHEMA = z.strictObject({
  widths: z.array(width).min(2, 'inputs and outputs are needed at least'),
  activation: z.enum(Object.keys(ACTIVATIONS) as [ActivationName, ...ActivationName[]]).default('relu'),
  dropout: z.number().min(0).lt(1).default(0),
});

/**
 * Describes a multilayer perceptron.
 *
 * *Throws* ConfigError CONFIG_INVALID for a width below 1, fewer than two widths, or a dropout outside [0, 1).
 *
 * @example
 * mlp({ widths: [20, 64, 2], dropout: 0.3 }).parameterCount // => 1474
 */
export function mlp(options: MlpOptions): Mlp {
  const { widths, activation, dropout } = parseConfig('mlp', SCHEMA, options);
  return Object.freeze({
    kind: 'mlp',
    widths: Object.freeze(widths),
    activation,
    dropout,
    parameterCount: parameterCount(widths),
  });
}
