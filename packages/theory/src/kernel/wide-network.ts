/**
 * Infinitely wide perceptrons as layers: how widely each spreads its outputs, and how far they move with its own parameters.
 * Given by two variances, or read off a model of nn with its parametrisation and its initialiser.
 */
import { ConfigError } from '@tangentlab/core';
import { type Mlp, placesOf } from '@tangentlab/nn';
import type { Activation, ActivationName } from '@tangentlab/tensor';
import type { DualActivation } from './gaussian-pair.js';

/** A layer that reads N units of mean square q, in the limit of N: its outputs vary by cw q + cb. */
export interface WideLayer {
  /** Variance of a weight, its scale included, times N. */
  readonly cw: number;
  /** Variance of a bias, its scale included. */
  readonly cb: number;
  /** The squared scale of the weights times N: what they add to the tangent kernel is this times q. */
  readonly weightShare: number;
  /** The squared scale of the biases, which they add to the tangent kernel. */
  readonly biasShare: number;
}

/** A perceptron in the NTK parametrisation with the same variances in each layer. */
export interface UniformWideNetwork {
  /** Hidden layers: 0, 1, 2, ... */
  readonly depth: number;
  readonly activation: ActivationName | Activation;
  /** Variance of weights times their number; 2 unless given. */
  readonly cw?: number;
  /** Variance of biases; 0 unless given. */
  readonly cb?: number;
  /** Takes the place of the activation's dual, for one with kinks of the user's. */
  readonly dual?: DualActivation;
}

/** A perceptron layer by layer; `wideNetwork` makes one of a model. */
export interface LayeredWideNetwork {
  /** Hidden ones first to last, then the output. */
  readonly layers: readonly WideLayer[];
  readonly activation: ActivationName | Activation;
  /** Takes the place of the activation's dual, for one with kinks of the user's. */
  readonly dual?: DualActivation;
}

/** An infinitely wide perceptron. */
export type WideNetwork = UniformWideNetwork | LayeredWideNetwork;

/**
 * The limit of a model as its hidden layers get wider, with the scales of its parametrisation and the variances of its
 * initialiser: cw = s^2 N var W, cb = t^2 var b; shares s^2 N and t^2, for weights scaled by s and biases by t.
 *
 * In the NTK parametrisation the widths cancel. In the standard one a layer's weights add N E[f f'] to the tangent kernel and
 * its biases 1: that kernel grows with the widths, which are taken from the model. `pytorch()` has cw = 1/3 and cb = 1/(3 N).
 * Multipliers of learning rates are left out, as in `tangentKernel`. *Error*: the mean of a network's kernels differs by
 * O(1/N) for two hidden layers and more; where weights are uniform also by what the sum over the inputs lacks to a normal
 * distribution, O(1/inputs). *Throws* CONFIG_INVALID for an initialiser that declares no variances. *Source*:
 * Sohl-Dickstein et al. (2020), "On the infinite width limit of neural networks with a standard parameterization".
 *
 * @example
 * const model = mlp({ widths: [3, 64, 1], parametrisation: standard(), initialise: normal({ cw: 2, cb: 0.1 }) });
 * wideNetwork(model).layers[1] // => { cw: 2, cb: 0.1, weightShare: 64, biasShare: 1 }
 */
export function wideNetwork(model: Mlp, options: { readonly dual?: DualActivation } = {}): LayeredWideNetwork {
  const { activation, initialiser, widths } = model;
  const layers = placesOf(widths).map((place, l): WideLayer => {
    const variances = initialiser.variances?.(place);
    if (variances === undefined) throw withoutVariances(initialiser.name);
    const { weightScale, biasScale, initScale } = model.layers[l]!;
    const [weightShare, biasShare] = [weightScale ** 2 * place.inputs, biasScale ** 2];
    const cw = weightScale ** 2 * initScale ** 2 * (variances.weights * place.inputs);
    return { cw, cb: biasShare * variances.biases, weightShare, biasShare };
  });
  return { layers, activation, ...options };
}

/** The layers of either kind of description. *Throws* CONFIG_INVALID for a depth or variances that make no sense. */
export function wideLayersOf(network: WideNetwork): readonly WideLayer[] {
  if ('layers' in network) {
    const wrong = network.layers.findIndex((layer) => !Object.values(layer).every((value) => value >= 0));
    if (network.layers.length > 0 && wrong < 0) return network.layers;
    throw refused(
      'at least one layer is needed, without negative variances or shares',
      wrong < 0 ? 'none' : `layer ${wrong}: ${JSON.stringify(network.layers[wrong])}`,
    );
  }
  const { depth, cw = 2, cb = 0 } = network;
  if (!(Number.isInteger(depth) && depth >= 0 && cw > 0 && cb >= 0))
    throw refused('a depth of 0, 1, 2, ..., cw above 0 and cb of at least 0 are needed', `${depth}, ${cw} and ${cb}`);
  return Array<WideLayer>(depth + 1).fill({ cw, cb, weightShare: cw, biasShare: cb });
}

function refused(expected: string, got: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', { where: 'analyticKernels', expected, got, todo: 'correct them' });
}

function withoutVariances(name: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', {
    where: 'wideNetwork',
    expected: 'an initialiser is needed that declares the variances of independent parameters',
    got: name,
    todo: 'take normal(), say, or give it a function variances() if its parameters are independent',
  });
}
