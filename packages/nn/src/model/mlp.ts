/**
 * The multilayer perceptron as an immutable description. It holds no parameters: those are one flat vector, so that
 * optimizers, analyzers and files all speak of the same thing.
 */
import { listOf, parseConfig } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { ACTIVATIONS, type Activation, type ActivationName, parameterCount } from '@tangentlab/tensor';
import type { Initialiser } from './initialiser.js';
import { placesOf } from './layers.js';
import { type LayerParametrisation, type Parametrisation, standard } from './parametrisation.js';

/** A fully connected network: Z = W2 f(W1 x + b1) + b2, and so on for more layers. */
export interface Mlp {
  readonly kind: 'mlp';
  /** Inputs, hidden widths, outputs. */
  readonly widths: readonly number[];
  /** After every layer but the last. */
  readonly activation: Activation;
  /** Rate of dropout on the output of each hidden layer while training. */
  readonly dropout: readonly number[];
  /** What each layer, its initial parameters and its learning rates are multiplied by. */
  readonly layers: readonly LayerParametrisation[];
  /** The rule behind `layers`, by name. */
  readonly parametrisation: string;
  /** What initial parameters are drawn from. */
  readonly initialiser: Initialiser;
  /** Length of the parameter vector. */
  readonly parameterCount: number;
}

/** What `mlp` takes. */
export interface MlpOptions {
  readonly widths: readonly number[];
  /** A built-in by its name (`linear` is `identity`), or what `defineActivation` gives; `relu` unless given. */
  readonly activation?: ActivationName | 'linear' | Activation;
  /** One rate for every hidden layer, or a list with one for each; 0 unless given. */
  readonly dropout?: number | readonly number[];
  /** `standard()` unless given. */
  readonly parametrisation?: Parametrisation;
  /** That of the parametrisation unless given. */
  readonly initialise?: Initialiser;
}

const width = z.number().int().min(1, 'a width must be at least 1');
const rate = z.number().min(0).lt(1);
const SCHEMA = z
  .strictObject({
    widths: z.array(width).min(2, 'inputs and outputs are needed at least'),
    activation: z
      .custom<ActivationName | 'linear' | Activation>(
        isActivation,
        `must be one of ${listOf([...Object.keys(ACTIVATIONS), 'linear'])}, or what defineActivation gives`,
      )
      .default('relu'),
    dropout: z.union([rate, z.array(rate)]).default(0),
    parametrisation: z
      .custom<Parametrisation>((given) => hasFunction(given, 'layer'), 'must be what ntk(), say, gives')
      .optional(),
    initialise: z
      .custom<Initialiser>((given) => hasFunction(given, 'sample'), 'must be what he(), say, gives')
      .optional(),
  })
  .refine(({ widths, dropout }) => typeof dropout === 'number' || dropout.length === widths.length - 2, {
    path: ['dropout'],
    message: 'a list needs one rate for each hidden layer',
  });

/**
 * Describes a multilayer perceptron.
 *
 * *Throws* ConfigError CONFIG_INVALID for a width below 1, fewer than two widths, a dropout outside [0, 1) or a list of
 * them that is not one for each hidden layer, an unknown activation.
 *
 * @example
 * mlp({ widths: [20, 64, 2], dropout: 0.3 }).parameterCount // => 1474
 */
export function mlp(options: MlpOptions): Mlp {
  const { widths, activation, dropout, parametrisation = standard(), initialise } = parseConfig('mlp', SCHEMA, options);
  const rates = typeof dropout === 'number' ? Array<number>(widths.length - 2).fill(dropout) : dropout;
  return Object.freeze({
    kind: 'mlp',
    widths: Object.freeze(widths),
    activation: functionsOf(activation),
    dropout: Object.freeze(rates),
    layers: Object.freeze(placesOf(widths).map((place) => Object.freeze(parametrisation.layer(place)))),
    parametrisation: parametrisation.name,
    initialiser: initialise ?? parametrisation.initialiser,
    parameterCount: parameterCount(widths),
  });
}

function functionsOf(activation: ActivationName | 'linear' | Activation): Activation {
  if (typeof activation !== 'string') return activation;
  return ACTIVATIONS[activation === 'linear' ? 'identity' : activation];
}

function isActivation(given: unknown): boolean {
  if (typeof given === 'string') return given === 'linear' || Object.hasOwn(ACTIVATIONS, given);
  return hasFunction(given, 'value') && hasFunction(given, 'derivative');
}

function hasFunction(given: unknown, name: string): boolean {
  return typeof (given as Record<string, unknown> | null | undefined)?.[name] === 'function';
}
