/**
 * Initial parameters: what each layer draws its weights and biases from. Parametrisations may scale what is drawn.
 */
import { ConfigError, parseConfig, type Rng } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import type { LayerPlace } from './layers.js';

// looked up once: a sandbox (jest) makes every look-up of a global expensive
const { cos, log, PI, sin, sqrt } = Math;

/** What a layer starts from. */
export interface LayerSample {
  /** outputs x inputs, row-major. */
  readonly weights: Float64Array;
  /** One for each output. */
  readonly biases: Float64Array;
}

/** A distribution of initial parameters. */
export interface Initialiser {
  readonly name: string;
  /** Draws one layer, from `rng` alone. */
  sample(layer: LayerPlace, rng: Rng): LayerSample;
  /** Left out unless all parameters of a layer are independent and of mean 0: the theory of wide networks asks for it. */
  variances?(layer: LayerPlace): LayerVariances;
}

/** How widely the weights and the biases of a layer are spread. */
export interface LayerVariances {
  readonly weights: number;
  readonly biases: number;
}

/**
 * PyTorch's default for linear layers: weights and biases uniform in +-1/sqrt(inputs).
 *
 * *Determinism*: one stream; the weights first, row by row, then the biases. *Source*:
 * `torch.nn.Linear.reset_parameters` (He initialisation with a = sqrt 5, which comes to this range: a variance of
 * 1/(3 inputs), not 2/inputs).
 *
 * @example
 * pytorch().name // => 'pytorch'
 */
export function pytorch(): Initialiser {
  return {
    name: 'pytorch',
    sample: ({ inputs, outputs }, rng) => {
      const uniform = rng.stream();
      const bound = 1 / sqrt(inputs);
      const draw = () => bound * (2 * uniform() - 1);
      return { weights: filled(inputs * outputs, draw), biases: filled(outputs, draw) };
    },
    variances: ({ inputs }) => ({ weights: 1 / (3 * inputs), biases: 1 / (3 * inputs) }),
  };
}

const NORMAL = z.strictObject({ cw: z.number().min(0).default(2), cb: z.number().min(0).default(0) });

/**
 * Weights from N(0, cw/inputs) and biases from N(0, cb): the initialisation of the theory of wide networks.
 *
 * `cw` is 2 unless given, critical for ReLU (1 is for tanh), `cb` 0. *Throws* CONFIG_INVALID for negative variances.
 *
 * @example
 * normal({ cw: 1 }).name // => 'normal'
 */
export function normal(options: { readonly cw?: number; readonly cb?: number } = {}): Initialiser {
  const { cw, cb } = parseConfig('normal', NORMAL, options);
  return {
    name: 'normal',
    sample: ({ inputs, outputs }, rng) => gaussianLayer(inputs, outputs, sqrt(cw / inputs), sqrt(cb), rng),
    variances: ({ inputs }) => ({ weights: cw / inputs, biases: cb }),
  };
}

/**
 * Weights and biases from N(0, 1): for parametrisations that scale them in the forward pass.
 *
 * @example
 * standardNormal().name // => 'standardNormal'
 */
export function standardNormal(): Initialiser {
  return {
    name: 'standardNormal',
    sample: ({ inputs, outputs }, rng) => gaussianLayer(inputs, outputs, 1, 1, rng),
    variances: () => ({ weights: 1, biases: 1 }),
  };
}

const HE = z.strictObject({ uniform: z.boolean().default(false) });

/**
 * He's initialisation for ReLU: weights of variance 2/inputs, normal or `uniform`; biases 0.
 *
 * *Throws* CONFIG_INVALID for an unknown option. *Source*: He et al. (2015); PyTorch's `kaiming_normal_`,
 * `kaiming_uniform_`.
 *
 * @example
 * he().name // => 'he'
 */
export function he(options: { readonly uniform?: boolean } = {}): Initialiser {
  const { uniform } = parseConfig('he', HE, options);
  return {
    name: 'he',
    sample: ({ inputs, outputs }, rng) => ofVariance(inputs, outputs, 2 / inputs, uniform, rng),
    variances: ({ inputs }) => ({ weights: 2 / inputs, biases: 0 }),
  };
}

const XAVIER = z.strictObject({ uniform: z.boolean().default(true), gain: z.number().positive().default(1) });

/**
 * Xavier's initialisation: weights of variance 2 gain^2/(inputs + outputs), `uniform` unless false; biases 0.
 *
 * *Throws* CONFIG_INVALID for a gain that is not positive. *Source*: Glorot and Bengio (2010); PyTorch's
 * `xavier_uniform_`, `xavier_normal_`.
 *
 * @example
 * xavier({ uniform: false }).name // => 'xavier'
 */
export function xavier(options: { readonly uniform?: boolean; readonly gain?: number } = {}): Initialiser {
  const { uniform, gain } = parseConfig('xavier', XAVIER, options);
  const variance = ({ inputs, outputs }: LayerPlace) => (2 * gain ** 2) / (inputs + outputs);
  return {
    name: 'xavier',
    sample: (layer, rng) => ofVariance(layer.inputs, layer.outputs, variance(layer), uniform, rng),
    variances: (layer) => ({ weights: variance(layer), biases: 0 }),
  };
}

const ORTHOGONAL = z.strictObject({ gain: z.number().positive().default(1) });

/**
 * A random orthogonal matrix times `gain` (1 unless given): all singular values equal it; biases 0.
 *
 * Uniform over all such matrices. *Cost*: O(inputs outputs min(inputs, outputs)). *Throws* CONFIG_INVALID for a gain
 * that is not positive. *Source*: Saxe et al. (2014); PyTorch's `orthogonal_`.
 *
 * @example
 * orthogonal({ gain: Math.SQRT2 }).name // => 'orthogonal'
 */
export function orthogonal(options: { readonly gain?: number } = {}): Initialiser {
  const { gain } = parseConfig('orthogonal', ORTHOGONAL, options);
  return {
    name: 'orthogonal',
    sample: ({ inputs, outputs }, rng) => {
      const wide = outputs <= inputs;
      const vectors = orthonormal(Math.min(inputs, outputs), Math.max(inputs, outputs), gaussian(rng.stream()));
      const weights = new Float64Array(inputs * outputs);
      for (let o = 0; o < outputs; o++) {
        for (let i = 0; i < inputs; i++) weights[o * inputs + i] = gain * (wide ? vectors[o]![i]! : vectors[i]![o]!);
      }
      return { weights, biases: new Float64Array(outputs) };
    },
  };
}

/** Gram and Schmidt on normal vectors, each pass twice so that rounding leaves nothing: uniform over all such frames. */
function orthonormal(count: number, length: number, draw: () => number): Float64Array[] {
  const frame: Float64Array[] = [];
  while (frame.length < count) {
    const v = filled(length, draw);
    for (let pass = 0; pass < 2; pass++) {
      for (const u of frame) {
        const along = product(u, v);
        for (let i = 0; i < length; i++) v[i]! -= along * u[i]!;
      }
      const norm = sqrt(product(v, v));
      for (let i = 0; i < length; i++) v[i]! /= norm;
    }
    frame.push(v);
  }
  return frame;
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function ofVariance(inputs: number, outputs: number, variance: number, uniform: boolean, rng: Rng): LayerSample {
  if (!uniform) return gaussianLayer(inputs, outputs, sqrt(variance), 0, rng);
  const [bound, draw] = [sqrt(3 * variance), rng.stream()];
  return {
    weights: filled(inputs * outputs, () => bound * (2 * draw() - 1)),
    biases: new Float64Array(outputs),
  };
}

function gaussianLayer(inputs: number, outputs: number, ofWeights: number, ofBiases: number, rng: Rng): LayerSample {
  const draw = gaussian(rng.stream());
  const weights = filled(inputs * outputs, () => ofWeights * draw());
  return { weights, biases: ofBiases === 0 ? new Float64Array(outputs) : filled(outputs, () => ofBiases * draw()) };
}

/** Standard normal numbers, two from each pair of uniform ones. *Source*: Box and Muller (1958). */
export function gaussian(uniform: () => number): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = sqrt(-2 * log(1 - uniform())); // 1 - u is never 0
    const angle = 2 * PI * uniform();
    spare = radius * sin(angle);
    return radius * cos(angle);
  };
}

function filled(length: number, draw: () => number): Float64Array {
  const values = new Float64Array(length);
  for (let i = 0; i < length; i++) values[i] = draw();
  return values;
}

/** Throws CONFIG_INVALID unless an initialiser of the user's gave as many values as the layer has. */
export function checkSample(name: string, { inputs, outputs }: LayerPlace, sample: LayerSample): void {
  const { weights, biases } = sample;
  if (weights.length === inputs * outputs && biases.length === outputs) return;
  throw new ConfigError('CONFIG_INVALID', {
    where: `initialiser "${name}"`,
    expected: `a layer of ${inputs} inputs and ${outputs} outputs has ${inputs * outputs} weights and ${outputs} biases`,
    got: `${weights.length} and ${biases.length}`,
    todo: 'correct what its sample() returns',
  });
}
