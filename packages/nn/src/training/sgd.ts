/**
 * Stochastic gradient descent with momentum or Nesterov's momentum, and gradient descent on all rows at once.
 */
import { ConfigError, parseConfig, type Trainer } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import type { LossSpec, SgdSpec, SoftmaxCrossEntropy } from '@tangentlab/tensor';
import type { MetricName } from '../metrics/measured.js';
import type { Mlp } from '../model/mlp.js';
import type { MetricsOf, NormOption, SplitFor } from './epoch-metrics.js';
import { gradientTrainer, optimizerMotion } from './gradient-training.js';
import { type BatchOptions, SHAPES, type SteppingOptions, settingsOf } from './training-options.js';

/** What gradient descent has beside the rest. */
interface DescentOptions {
  /** Share of the last step that is kept; 0 unless given. */
  readonly momentum?: number;
  /** Nesterov's momentum, which looks ahead; false unless given, and needs a momentum. */
  readonly nesterov?: boolean;
  /** Whether `l1` shrinks parameters after each step, to exact zeros; true unless given, else by its subgradient. */
  readonly proximal?: boolean;
}

/** What `sgd` takes. */
export interface SgdOptions<
  L extends LossSpec = SoftmaxCrossEntropy,
  X extends MetricName = never,
  N extends NormOption = false,
> extends BatchOptions<L, X, N>,
    DescentOptions {}

/** What `gradientDescent` takes. */
export interface GradientDescentOptions<
  L extends LossSpec = SoftmaxCrossEntropy,
  X extends MetricName = never,
  N extends NormOption = false,
> extends SteppingOptions<L, X, N>,
    DescentOptions {}

const DESCENT = {
  momentum: z.number().min(0).lt(1).default(0),
  nesterov: z.boolean().default(false),
  proximal: z.boolean().default(true),
};
const SGD = z.strictObject({ ...SHAPES.batch, ...DESCENT });
const GRADIENT_DESCENT = z.strictObject({ ...SHAPES.stepping, ...DESCENT });

/**
 * Trains a perceptron by gradient descent on batches, on softmax cross-entropy unless another loss is given.
 *
 * Metrics and determinism are those of `adam`. `l1` acts by the proximal step unless `proximal` is false: parameters that
 * the loss does not need become exactly 0. *Throws* ConfigError CONFIG_INVALID for options out of range. *Source*:
 * PyTorch's `SGD` with dampening 0; Daubechies et al. (2004) for the proximal step.
 *
 * @example
 * sgd({ lr: 0.1, momentum: 0.9, nesterov: true, batchSize: 32, epochs: 10 }).name // => 'sgd'
 */
export function sgd<
  const L extends LossSpec = SoftmaxCrossEntropy,
  const X extends MetricName = never,
  const N extends NormOption = false,
>(options: SgdOptions<L, X, N>): Trainer<Mlp, SplitFor<L>, MetricsOf<L, X, N>> {
  const { momentum, nesterov, proximal, ...rest } = parseConfig('sgd', SGD, options);
  const settings = settingsOf('sgd', rest, proximal);
  return gradientTrainer(optimizerMotion('sgd', optimizerOf('sgd', momentum, nesterov), settings), settings);
}

/**
 * Trains a perceptron by gradient descent on all rows at once: one step an epoch.
 *
 * As `sgd`, without batches and so without chance, dropout aside.
 *
 * @example
 * gradientDescent({ lr: 0.5, epochs: 100 }).name // => 'gradientDescent'
 */
export function gradientDescent<
  const L extends LossSpec = SoftmaxCrossEntropy,
  const X extends MetricName = never,
  const N extends NormOption = false,
>(options: GradientDescentOptions<L, X, N>): Trainer<Mlp, SplitFor<L>, MetricsOf<L, X, N>> {
  const { momentum, nesterov, proximal, ...rest } = parseConfig('gradientDescent', GRADIENT_DESCENT, options);
  const settings = settingsOf('gradientDescent', rest, proximal);
  const optimizer = optimizerOf('gradientDescent', momentum, nesterov);
  return gradientTrainer(optimizerMotion('gradientDescent', optimizer, settings), settings);
}

function optimizerOf(where: string, momentum: number, nesterov: boolean): SgdSpec {
  if (!nesterov || momentum > 0) return { name: 'sgd', momentum, nesterov };
  throw new ConfigError('CONFIG_INVALID', {
    where,
    expected: 'nesterov needs a momentum above 0',
    got: String(momentum),
    todo: 'give momentum: 0.9, say, or leave out nesterov',
  });
}
