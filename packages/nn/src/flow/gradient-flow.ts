/**
 * Gradient flow, the limit of gradient descent by ever smaller steps: as a trainer, and as a function on parameters for
 * instruments of theory.
 */
import { ConfigError, parseConfig, type Trainer } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import type { LossSpec, RegressionTable, SoftmaxCrossEntropy, Table } from '@tangentlab/tensor';
import type { MetricName } from '../metrics/measured.js';
import { targetsOf } from '../metrics/targets.js';
import type { Mlp } from '../model/mlp.js';
import type { MetricsOf, SplitFor } from '../training/epoch-metrics.js';
import { gradientTrainer, type Motion } from '../training/gradient-training.js';
import { type ObservedOptions, SHAPES, settingsOf } from '../training/training-options.js';
import { integrate } from './dormand-prince.js';
import { FlowTrainer, flowDirection } from './flow-trainer.js';

/** What `gradientFlow` takes. */
export interface GradientFlowOptions<L extends LossSpec = SoftmaxCrossEntropy, X extends MetricName = never>
  extends ObservedOptions<L, X, false> {
  /** Time of an epoch: a step of gradient descent of learning rate lr takes about the time lr. 1 unless given. */
  readonly timePerEpoch?: number;
  /** Error of a step of the integrator, relative to 1 + |theta|; 1e-8 unless given. */
  readonly tolerance?: number;
}

const SCHEMA = z.strictObject({
  ...SHAPES.observed,
  timePerEpoch: z.number().positive().default(1),
  tolerance: z.number().min(1e-14).lt(1).default(1e-8),
});

/**
 * Trains a perceptron by gradient flow, d theta/dt = -grad L(theta) on all rows, on softmax cross-entropy unless another
 * loss is given.
 *
 * Computes in f64 on the host, whatever the matrix core; `loss` is that at the end of each epoch. There is no L1 penalty: where a parameter stays at 0 its flow
 * has no slope to follow. *Cost*: as many gradients as the integrator wants, six a step. *Throws* CONFIG_INVALID for
 * options out of range, and in the stream for a model with dropout, whose loss is not one function. *Determinism*: draws
 * from the trial's child `init`.
 *
 * @example
 * gradientFlow({ epochs: 10, timePerEpoch: 0.5 }).name // => 'gradientFlow'
 */
export function gradientFlow<const L extends LossSpec = SoftmaxCrossEntropy, const X extends MetricName = never>(
  options: GradientFlowOptions<L, X>,
): Trainer<Mlp, SplitFor<L>, MetricsOf<L, X, false>> {
  const { timePerEpoch, tolerance, ...rest } = parseConfig('gradientFlow', SCHEMA, options);
  const settings = settingsOf('gradientFlow', rest, false);
  const { loss, labelSmoothing, regulariser } = settings;
  const objective = { loss, l2: regulariser.l2, regulariseBiases: regulariser.biases };
  const motion: Motion = {
    name: 'gradientFlow',
    requires: [],
    remedy: 'look for huge values in the data',
    check: withoutDropout,
    start: (model, { train }, initial) =>
      new FlowTrainer(model, targetsOf(train, labelSmoothing), objective, initial, { time: timePerEpoch, tolerance }),
  };
  return gradientTrainer(motion, settings);
}

function withoutDropout({ dropout }: Mlp): void {
  if (dropout.every((rate) => rate === 0)) return;
  throw new ConfigError('CONFIG_INVALID', {
    where: 'gradientFlow',
    expected: 'a model without dropout is needed',
    got: `dropout ${dropout.join(', ')}`,
    todo: 'leave dropout out, or train by gradientDescent',
  });
}

/** What `flowFrom` takes. */
export interface FlowFromOptions {
  readonly loss: LossSpec;
  /** How far to follow the flow. */
  readonly time: number;
  /** Error of a step, relative to 1 + |theta|; 1e-8 unless given. */
  readonly tolerance?: number;
  readonly signal?: AbortSignal;
}

/**
 * The parameters that gradient flow leads to from theta0 in some time, on a table of classes or real targets.
 *
 * *Shapes*: p parameters in and out. *Cost*: six gradients on the table a step; gives way to the event loop. *Throws*
 * SHAPE_MISMATCH, NUMERIC_NOT_FINITE; the signal's reason when aborted. *Determinism*: draws nothing.
 */
export async function flowFrom(
  model: Mlp,
  theta0: Float64Array,
  table: Table | RegressionTable,
  { loss, time, tolerance = 1e-8, signal }: FlowFromOptions,
): Promise<Float64Array> {
  const f = flowDirection(model, targetsOf(table), { loss, l2: 0, regulariseBiases: true });
  const { y } = await integrate(
    f,
    { y: theta0.slice() },
    { time, tolerance, ...(signal === undefined ? {} : { signal }) },
  );
  return y;
}
