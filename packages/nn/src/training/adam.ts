/**
 * Adam, as a trainer.
 */
import { parseConfig, type Trainer } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import type { LossSpec, SoftmaxCrossEntropy } from '@tangentlab/tensor';
import type { MetricName } from '../metrics/measured.js';
import type { Mlp } from '../model/mlp.js';
import type { MetricsOf, NormOption, SplitFor } from './epoch-metrics.js';
import { gradientTrainer, optimizerMotion } from './gradient-training.js';
import { type BatchOptions, SHAPES, settingsOf } from './training-options.js';

/** What `adam` takes. */
export interface AdamOptions<
  L extends LossSpec = SoftmaxCrossEntropy,
  X extends MetricName = never,
  N extends NormOption = false,
> extends BatchOptions<L, X, N> {
  /** Decay of the mean of gradients; 0.9 unless given. */
  readonly beta1?: number;
  /** Decay of the mean of their squares; 0.999 unless given. */
  readonly beta2?: number;
  /** Added to the denominator; 1e-8 unless given. */
  readonly epsilon?: number;
}

/** Adam's constants, for schemas. */
export const ADAM_SHAPE = {
  beta1: z.number().min(0).lt(1).default(0.9),
  beta2: z.number().min(0).lt(1).default(0.999),
  epsilon: z.number().positive().default(1e-8),
};

const SCHEMA = z.strictObject({ ...SHAPES.batch, ...ADAM_SHAPE });

/**
 * Trains a perceptron by Adam, on softmax cross-entropy unless another loss is given.
 *
 * Emits `loss`, `valLoss`, those of the loss - `valAccuracy` and `valF1`, or `valR2` - and those asked for after every
 * epoch. `l1` acts by its subgradient, `l2` on the gradient and so through Adam's scaling; `adamW` has decoupled decay.
 * *Throws* ConfigError CONFIG_INVALID for options out of range. *Determinism*: see `gradientTrainer`. *Source*: Kingma
 * and Ba (2015), algorithm 1, PyTorch's defaults.
 *
 * @example
 * adam({ lr: 1e-3, batchSize: 32, epochs: 10 }).name // => 'adam'
 */
export function adam<
  const L extends LossSpec = SoftmaxCrossEntropy,
  const X extends MetricName = never,
  const N extends NormOption = false,
>(options: AdamOptions<L, X, N>): Trainer<Mlp, SplitFor<L>, MetricsOf<L, X, N>> {
  const { beta1, beta2, epsilon, ...rest } = parseConfig('adam', SCHEMA, options);
  const settings = settingsOf('adam', rest, false);
  return gradientTrainer(optimizerMotion('adam', { name: 'adam', beta1, beta2, epsilon }, settings), settings);
}
