/**
 * Adagrad, as a trainer.
 */
import { parseConfig, type Trainer } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import type { LossSpec, SoftmaxCrossEntropy } from '@tangentlab/tensor';
import type { MetricName } from '../metrics/measured.js';
import type { Mlp } from '../model/mlp.js';
import type { MetricsOf, NormOption, SplitFor } from './epoch-metrics.js';
import { gradientTrainer, optimizerMotion } from './gradient-training.js';
import { type BatchOptions, SHAPES, settingsOf } from './training-options.js';

/** What `adagrad` takes. */
export interface AdagradOptions<
  L extends LossSpec = SoftmaxCrossEntropy,
  X extends MetricName = never,
  N extends NormOption = false,
> extends BatchOptions<L, X, N> {
  /** Added to the denominator; 1e-10 unless given. */
  readonly epsilon?: number;
  /** What the sum of squared gradients starts from; 0 unless given. */
  readonly initialAccumulator?: number;
}

const SCHEMA = z.strictObject({
  ...SHAPES.batch,
  epsilon: z.number().positive().default(1e-10),
  initialAccumulator: z.number().min(0).default(0),
});

/**
 * Trains a perceptron by Adagrad, on softmax cross-entropy unless another loss is given.
 *
 * Metrics, errors and determinism are those of `adam`; `l1` acts by its subgradient. *Source*: Duchi et al. (2011);
 * PyTorch's `Adagrad` without learning-rate decay, which a schedule is for.
 *
 * @example
 * adagrad({ lr: 0.05, batchSize: 32, epochs: 10 }).name // => 'adagrad'
 */
export function adagrad<
  const L extends LossSpec = SoftmaxCrossEntropy,
  const X extends MetricName = never,
  const N extends NormOption = false,
>(options: AdagradOptions<L, X, N>): Trainer<Mlp, SplitFor<L>, MetricsOf<L, X, N>> {
  const { epsilon, initialAccumulator, ...rest } = parseConfig('adagrad', SCHEMA, options);
  const settings = settingsOf('adagrad', rest, false);
  return gradientTrainer(
    optimizerMotion('adagrad', { name: 'adagrad', epsilon, initialAccumulator }, settings),
    settings,
  );
}
