/**
 * RMSProp, as a trainer.
 */
import { parseConfig, type Trainer } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import type { LossSpec, SoftmaxCrossEntropy } from '@tangentlab/tensor';
import type { MetricName } from '../metrics/measured.js';
import type { Mlp } from '../model/mlp.js';
import type { MetricsOf, NormOption, SplitFor } from './epoch-metrics.js';
import { gradientTrainer, optimizerMotion } from './gradient-training.js';
import { type BatchOptions, SHAPES, settingsOf } from './training-options.js';

/** What `rmsProp` takes. */
export interface RmsPropOptions<
  L extends LossSpec = SoftmaxCrossEntropy,
  X extends MetricName = never,
  N extends NormOption = false,
> extends BatchOptions<L, X, N> {
  /** Decay of the mean of squared gradients; 0.99 unless given. */
  readonly alpha?: number;
  /** Added to the denominator; 1e-8 unless given. */
  readonly epsilon?: number;
  /** Share of the last step that is kept; 0 unless given. */
  readonly momentum?: number;
}

const SCHEMA = z.strictObject({
  ...SHAPES.batch,
  alpha: z.number().min(0).lt(1).default(0.99),
  epsilon: z.number().positive().default(1e-8),
  momentum: z.number().min(0).lt(1).default(0),
});

/**
 * Trains a perceptron by RMSProp, on softmax cross-entropy unless another loss is given.
 *
 * Metrics, errors and determinism are those of `adam`; `l1` acts by its subgradient. *Source*: Tieleman and Hinton
 * (2012); PyTorch's `RMSprop`, not centred.
 *
 * @example
 * rmsProp({ lr: 1e-3, batchSize: 32, epochs: 10 }).name // => 'rmsProp'
 */
export function rmsProp<
  const L extends LossSpec = SoftmaxCrossEntropy,
  const X extends MetricName = never,
  const N extends NormOption = false,
>(options: RmsPropOptions<L, X, N>): Trainer<Mlp, SplitFor<L>, MetricsOf<L, X, N>> {
  const { alpha, epsilon, momentum, ...rest } = parseConfig('rmsProp', SCHEMA, options);
  const settings = settingsOf('rmsProp', rest, false);
  return gradientTrainer(optimizerMotion('rmsProp', { name: 'rmsProp', alpha, epsilon, momentum }, settings), settings);
}
