/**
 * AdamW, as a trainer: Adam whose weight decay does not go through its scaling.
 */
import { parseConfig, type Trainer } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import type { LossSpec, SoftmaxCrossEntropy } from '@tangentlab/tensor';
import type { MetricName } from '../metrics/measured.js';
import type { Mlp } from '../model/mlp.js';
import { ADAM_SHAPE, type AdamOptions } from './adam.js';
import type { MetricsOf, NormOption, SplitFor } from './epoch-metrics.js';
import { gradientTrainer, optimizerMotion } from './gradient-training.js';
import { SHAPES, settingsOf } from './training-options.js';

/** What `adamW` takes. */
export interface AdamWOptions<
  L extends LossSpec = SoftmaxCrossEntropy,
  X extends MetricName = never,
  N extends NormOption = false,
> extends AdamOptions<L, X, N> {
  /** Parameters shrink by lr times this before each step; 0.01 unless given. */
  readonly weightDecay?: number;
}

const SCHEMA = z.strictObject({ ...SHAPES.batch, ...ADAM_SHAPE, weightDecay: z.number().min(0).default(0.01) });

/**
 * Trains a perceptron by AdamW, on softmax cross-entropy unless another loss is given.
 *
 * Metrics, errors and determinism are those of `adam`. The decay spares biases if `regulariseBiases` is false. `l2` is
 * there, too, and is another penalty. *Source*: Loshchilov and Hutter (2019), algorithm 2; PyTorch's defaults.
 *
 * @example
 * adamW({ lr: 1e-3, batchSize: 32, epochs: 10, weightDecay: 0.05 }).name // => 'adamW'
 */
export function adamW<
  const L extends LossSpec = SoftmaxCrossEntropy,
  const X extends MetricName = never,
  const N extends NormOption = false,
>(options: AdamWOptions<L, X, N>): Trainer<Mlp, SplitFor<L>, MetricsOf<L, X, N>> {
  const { beta1, beta2, epsilon, weightDecay, ...rest } = parseConfig('adamW', SCHEMA, options);
  const settings = settingsOf('adamW', rest, false);
  const optimizer = { name: 'adamW', beta1, beta2, epsilon, weightDecay } as const;
  return gradientTrainer(optimizerMotion('adamW', optimizer, settings), settings);
}
