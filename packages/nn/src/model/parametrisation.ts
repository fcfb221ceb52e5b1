/**
 * Parametrisations: how a layer's output, its initial parameters and its learning rate scale with its width. They are
 * what decides whether a wide network is lazy or learns features; at one width they all describe the same functions.
 *
 * A layer computes z = weightScale W h + biasScale b; each parameter moves at lr times its rate.
 */
import { parseConfig } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { type Initialiser, normal, pytorch, standardNormal } from './initialiser.js';
import type { LayerPlace } from './layers.js';

/** What the learning rate of a layer's weights and biases is multiplied by. */
export interface LayerRates {
  readonly weights: number;
  readonly biases: number;
}

/** One layer's multipliers. */
export interface LayerParametrisation {
  readonly weightScale: number;
  readonly biasScale: number;
  /** What the initialiser's weights are multiplied by. */
  readonly initScale: number;
  /** For optimizers whose steps grow with the gradient, and for those that divide its size away (Adam and the like). */
  readonly rates: { readonly sgd: LayerRates; readonly adaptive: LayerRates };
}

/** A rule that gives each layer its multipliers. */
export interface Parametrisation {
  readonly name: string;
  /** What initial parameters are drawn from unless the model says otherwise. */
  readonly initialiser: Initialiser;
  layer(place: LayerPlace): LayerParametrisation;
}

const ONE: LayerRates = Object.freeze({ weights: 1, biases: 1 });

/**
 * The usual parametrisation: z = W h + b, one learning rate, PyTorch's initialisation.
 *
 * @example
 * standard().layer({ index: 0, layers: 2, inputs: 20, outputs: 64 }).weightScale // => 1
 */
export function standard(): Parametrisation {
  const layer = { weightScale: 1, biasScale: 1, initScale: 1, rates: { sgd: ONE, adaptive: ONE } };
  return { name: 'standard', initialiser: pytorch(), layer: () => layer };
}

const NTK = z.strictObject({ cw: z.number().positive().default(2), cb: z.number().min(0).default(0) });

/**
 * The NTK parametrisation: z = sqrt(cw/inputs) W h + sqrt(cb) b with all parameters from N(0, 1).
 *
 * The tangent kernel then has a limit as widths grow, and stays put in training: the lazy regime. `cw` is 2 and `cb` 0
 * unless given. *Throws* CONFIG_INVALID for a cw that is not positive or a negative cb. *Source*: Jacot et al. (2018);
 * Lee et al. (2019), eq. 1.
 *
 * @example
 * ntk({ cw: 1 }).layer({ index: 1, layers: 2, inputs: 64, outputs: 2 }).weightScale // => 0.125
 */
export function ntk(options: { readonly cw?: number; readonly cb?: number } = {}): Parametrisation {
  const { cw, cb } = parseConfig('ntk', NTK, options);
  return {
    name: 'ntk',
    initialiser: standardNormal(),
    layer: ({ inputs }) => ({
      weightScale: Math.sqrt(cw / inputs),
      biasScale: Math.sqrt(cb),
      initScale: 1,
      rates: { sgd: ONE, adaptive: ONE },
    }),
  };
}

const MEAN_FIELD = z.strictObject({ cw: z.number().positive().default(2), cb: z.number().min(0).default(0) });

/**
 * The mean-field parametrisation: as `ntk`, but the output layer divides by its width N instead of its root.
 *
 * Outputs start near 0 like 1/sqrt(N), and features move by an amount that does not vanish. Learning rates are
 * multiplied so that this holds at one lr for every width: for SGD by N (the last layer's bias by 1), for adaptive
 * optimizers the weights between hidden layers by 1/sqrt(inputs). A network without hidden layers is parametrised as by
 * `ntk`. *Throws* CONFIG_INVALID as `ntk` does. *Source*: Mei et al. (2018); Bordelon and Pehlevan (2022) for depth.
 *
 * @example
 * meanField({ cw: 1 }).layer({ index: 1, layers: 2, inputs: 64, outputs: 2, lastHidden: 64 }).weightScale // => 0.015625
 */
export function meanField(options: { readonly cw?: number; readonly cb?: number } = {}): Parametrisation {
  const { cw, cb } = parseConfig('meanField', MEAN_FIELD, options);
  return {
    name: 'meanField',
    initialiser: standardNormal(),
    layer: ({ index, layers, inputs, lastHidden }) => {
      const output = index === layers - 1;
      const n = lastHidden ?? 1; // 1 without hidden layers
      const between = index > 0 && !output;
      return {
        weightScale: Math.sqrt(cw / inputs) / (output ? Math.sqrt(n) : 1),
        biasScale: Math.sqrt(cb),
        initScale: 1,
        rates: {
          sgd: { weights: n, biases: output ? 1 : n },
          adaptive: { weights: between ? 1 / Math.sqrt(inputs) : 1, biases: 1 },
        },
      };
    },
  };
}

const MU_P = z.strictObject({ baseWidth: z.number().int().min(1) });

/**
 * The maximal update parametrisation: learning rates tuned at `baseWidth` hold at every width.
 *
 * With r = width/baseWidth of the hidden units that a layer reads (r_in) or makes (r_out), against the initialiser and
 * the learning rate of `standard`:
 *
 * | | first weights, hidden biases | weights between hidden layers | last weights | last bias |
 * |---|---|---|---|---|
 * | initial weights | 1 | 1 | r_in^-1/2 | 1 |
 * | rate of SGD | r_out | 1 | r_in^-1 | 1 |
 * | rate of Adam and the like | 1 | r_in^-1 | r_in^-1 | 1 |
 *
 * At the base width it is `standard`, whatever the initialiser; `normal()` unless the model says otherwise, whose
 * variance, like that of every sensible one, falls as 1/inputs. *Throws* CONFIG_INVALID unless baseWidth is 1, 2, 3, ...
 * *Source*: Yang and Hu (2021); Yang et al. (2022), table 3.
 *
 * @example
 * muP({ baseWidth: 64 }).layer({ index: 1, layers: 3, inputs: 256, outputs: 256 }).rates.adaptive.weights // => 0.25
 */
export function muP(options: { readonly baseWidth: number }): Parametrisation {
  const { baseWidth } = parseConfig('muP', MU_P, options);
  return {
    name: 'muP',
    initialiser: normal(),
    layer: ({ index, layers, inputs, outputs }) => {
      const [first, last] = [index === 0, index === layers - 1];
      const read = first ? 1 : inputs / baseWidth;
      const made = last ? 1 : outputs / baseWidth;
      return {
        weightScale: 1,
        biasScale: 1,
        initScale: last ? 1 / Math.sqrt(read) : 1,
        rates: {
          sgd: { weights: first ? made : last ? 1 / read : 1, biases: made },
          adaptive: { weights: 1 / read, biases: 1 },
        },
      };
    },
  };
}
