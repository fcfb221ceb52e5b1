/**
 * The training loop of a trial: from a model, a split and an optimizer to one metric per epoch. All arithmetic happens
 * in the matrix core; this only orders epochs, offers snapshots and gives way to the event loop.
 */
import { type FitContext, type Metric, nextTurn, type Rng, type Trainer, TrialError } from '@tangentlab/core';
import { type AdamSpec, type BackendTrainer, MATRIX_BACKEND, type Split, type TrainerSpec } from '@tangentlab/tensor';
import { Observable } from 'rxjs';
import { classificationMetrics } from './classification-metrics.js';
import { composeTrainer } from './composed-trainer.js';
import { pytorchDefault } from './initialise.js';
import type { Mlp } from './mlp.js';

/** What is measured after every epoch. `loss` is the mean over the epoch's batches, dropout included. */
export type EpochMetric = 'loss' | 'valLoss' | 'valAccuracy' | 'valF1';

/** How to go through the data. */
export interface Schedule {
  readonly batchSize: number;
  readonly epochs: number;
  /** A new order of the rows in every epoch; false goes through them as they stand. */
  readonly shuffle: boolean;
}

/**
 * A trainer of perceptrons by an optimizer and a schedule.
 *
 * *Cost*: O(epochs x samples x parameters). *Determinism*: draws from the trial's children `init`, `order/<epoch>` and
 * `dropout/<epoch>`; equal seeds give equal bits on back ends that are deterministic.
 */
export function gradientTrainer(optimizer: AdamSpec, schedule: Schedule): Trainer<Mlp, Split, EpochMetric> {
  return {
    name: optimizer.name,
    requires: [MATRIX_BACKEND],
    fit: (model, data, context) =>
      new Observable<Metric<EpochMetric>>((observer) => {
        // an unsubscribed observer is closed: the loop stops at the end of the epoch it is in
        const training = train(model, data, optimizer, schedule, context, observer);
        context.keepAlive(training);
        training.then(
          () => observer.complete(),
          (error: unknown) => observer.error(error),
        );
      }),
  };
}

interface MetricObserver {
  readonly closed: boolean;
  next(metric: Metric<EpochMetric>): void;
}

async function train(
  model: Mlp,
  data: Split,
  optimizer: AdamSpec,
  { batchSize, epochs, shuffle }: Schedule,
  context: FitContext,
  observer: MetricObserver,
): Promise<void> {
  const { signal } = context;
  const backend = context.get(MATRIX_BACKEND);
  const { widths, activation, dropout } = model;
  const spec: TrainerSpec = { widths, activation, dropout, loss: 'softmaxCrossEntropy', optimizer, batchSize };
  const initial = pytorchDefault(model, context.rng.split('init'));
  const trainer =
    backend.createTrainer?.(spec, data.train, initial) ?? composeTrainer(backend, spec, data.train, initial);
  try {
    for (let epoch = 1; epoch <= epochs && !observer.closed && !signal.aborted; epoch++) {
      const order = rowOrder(data.train.samples, shuffle ? context.rng.split('order', epoch) : undefined);
      const loss = await trainer.runEpoch(order, context.rng.split('dropout', epoch).seed32(), signal);
      const values = { loss, ...(await validate(trainer, data)) };
      if (Number.isNaN(loss) || Number.isNaN(values.valLoss)) throw diverged(optimizer, epoch);
      await context.snapshot({ epoch, last: epoch === epochs, parameters: () => trainer.parameters() });
      await nextTurn();
      observer.next({ step: epoch, values });
    }
  } finally {
    await trainer.dispose();
  }
}

/** Numbers that are none train nothing any more, and accuracy would still look like a number. */
function diverged({ name, lr }: AdamSpec, epoch: number): TrialError {
  return new TrialError('NUMERIC_NOT_FINITE', {
    where: `${name}, epoch ${epoch}`,
    expected: 'the losses must be numbers',
    got: 'NaN',
    todo: `lower the learning rate (${lr}), or look for huge values in the data`,
  });
}

async function validate(
  trainer: BackendTrainer,
  { val }: Split,
): Promise<Record<Exclude<EpochMetric, 'loss'>, number>> {
  const logits = await trainer.logits(val.x, val.samples);
  const { loss, accuracy, f1 } = classificationMetrics(logits, val.y, val.classes);
  return { valLoss: loss, valAccuracy: accuracy, valF1: f1 };
}

/** 0..n-1, shuffled by Fisher and Yates if there is an rng. */
function rowOrder(n: number, rng: Rng | undefined): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  if (rng === undefined) return order;
  const uniform = rng.stream();
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
