/**
 * The training loop of a trial: from a model, a split and settings to one metric per epoch. All arithmetic happens in a
 * BackendTrainer; this only orders epochs, measures, offers snapshots and gives way to the event loop.
 */
import {
  type FitContext,
  type Metric,
  nextTurn,
  type Rng,
  type Trainer,
  type TrainingWarning,
  TrialError,
} from '@tangentlab/core';
import {
  activationSpec,
  type BackendTrainer,
  type EpochReport,
  isAdaptive,
  lossOf,
  MATRIX_BACKEND,
  type NotFused,
  type OptimizerSpec,
  type TrainerSpec,
} from '@tangentlab/tensor';
import { Observable } from 'rxjs';
import { type MetricName, measureOf } from '../metrics/measured.js';
import { targetsOf } from '../metrics/targets.js';
import { initialParameters } from '../model/initial-parameters.js';
import type { Mlp } from '../model/mlp.js';
import { type AnySplit, checkTraining } from './check-training.js';
import { composeTrainer } from './composed-trainer.js';
import { Patience } from './early-stopping.js';
import { valName } from './epoch-metrics.js';
import { NormWatch } from './norm-watch.js';
import type { TrainingSettings } from './training-options.js';

/** How a trainer moves parameters. */
export interface Motion {
  readonly name: string;
  readonly requires: Trainer<Mlp, AnySplit, string>['requires'];
  /** What to do about losses that are NaN. */
  readonly remedy: string;
  /** Throws CONFIG_INVALID for a model that cannot be trained this way. */
  check?(model: Mlp): void;
  start(model: Mlp, data: AnySplit, initial: Float64Array, context: FitContext): BackendTrainer;
}

/** Motion by an optimizer, in the matrix core. */
export function optimizerMotion(name: string, optimizer: OptimizerSpec, settings: TrainingSettings): Motion {
  return {
    name,
    requires: [MATRIX_BACKEND],
    remedy: `lower the learning rate (${settings.lr}), or look for huge values in the data`,
    start: (model, { train }, initial, context) => {
      const backend = context.get(MATRIX_BACKEND);
      const spec = specOf(model, optimizer, settings, train.samples);
      const table = targetsOf(train, settings.labelSmoothing);
      const fused = backend.createTrainer?.(spec, table, initial);
      if (fused !== undefined && !('notFused' in fused)) return fused;
      if (fused !== undefined) context.warn(slowly(name, backend.name, fused, (settings.from?.epoch ?? 0) + 1));
      return composeTrainer(backend, spec, table, initial);
    },
  };
}

/** The warning of a training that a back end with a trainer of its own does not run by it. */
function slowly(trainer: string, backend: string, { notFused }: NotFused, step: number): TrainingWarning {
  return {
    step,
    name: 'training/notFused',
    message: `${trainer}: expected a training that ${backend} runs in one call an epoch, got one operation by operation, since ${notFused}; results are the same, steps take longer`,
    values: {},
  };
}

/** A training as data, as matrix cores take it. `rows` is the batch where the settings name none. */
export function specOf(model: Mlp, optimizer: OptimizerSpec, settings: TrainingSettings, rows: number): TrainerSpec {
  const { widths, dropout, activation } = model;
  const { loss, regulariser, clip, batchSize = rows, norms } = settings;
  const family = isAdaptive(optimizer) ? 'adaptive' : 'sgd';
  const layers = model.layers.map(({ weightScale, biasScale, rates }) => {
    const { weights: weightRate, biases: biasRate } = rates[family];
    return { weightScale, biasScale, weightRate, biasRate };
  });
  return {
    widths,
    layers,
    activation: activationSpec(activation),
    dropout,
    loss,
    optimizer,
    regulariser,
    ...(clip === undefined ? {} : { clip }),
    batchSize,
    norms: norms !== undefined,
  };
}

/**
 * A trainer of perceptrons.
 *
 * *Cost*: O(epochs x samples x parameters). *Determinism*: draws from the trial's children `init`, `order/<epoch>` and
 * `dropout/<epoch>`; equal seeds give equal bits on back ends that are deterministic.
 */
export function gradientTrainer<D extends AnySplit, M extends string>(
  motion: Motion,
  settings: TrainingSettings,
): Trainer<Mlp, D, M> {
  return {
    name: motion.name,
    requires: motion.requires,
    fit: (model, data, context) =>
      new Observable<Metric<M>>((observer) => {
        // an unsubscribed observer is closed: the loop stops at the end of the epoch it is in
        const training = train(motion, settings, model, data, context, observer as unknown as MetricObserver);
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
  next(metric: Metric): void;
}

async function train(
  motion: Motion,
  settings: TrainingSettings,
  model: Mlp,
  data: AnySplit,
  context: FitContext,
  observer: MetricObserver,
): Promise<void> {
  checkTraining(motion.name, model, data, settings);
  motion.check?.(model);
  const { signal, rng } = context;
  const { epochs, from, stopping, norms, checkpoint } = settings;
  const rows = data.train.samples;
  const steps = Math.ceil(rows / (settings.batchSize ?? rows));
  const patience = stopping && new Patience(stopping, from?.best);
  const watch = norms && new NormWatch(norms);
  const measure = measureOf(data.val, lossOf(settings.loss), settings.metrics);
  const trainer = motion.start(model, data, initialParameters(model, rng.split('init')), context);
  try {
    if (from !== undefined) trainer.restore(from.state);
    for (let epoch = (from?.epoch ?? 0) + 1, last = false; !last && !observer.closed && !signal.aborted; epoch++) {
      const order = rowOrder(rows, settings.shuffle ? rng.split('order', epoch) : undefined);
      const rates = ratesOf(settings, epoch, steps);
      const report = await trainer.runEpoch(order, rng.split('dropout', epoch).seed32(), rates, signal);
      const outputs = await trainer.outputs(data.val.x, data.val.samples);
      const values = valuesOf(report, measure(outputs), settings.metrics);
      watch?.look(motion.name, epoch, report, context);
      if (Number.isNaN(values['loss']) || Number.isNaN(values['valLoss'])) throw diverged(motion, epoch);
      const ended = (await patience?.look(epoch, values, () => trainer.parameters())) ?? false;
      last = ended || epoch === epochs;
      if (checkpoint !== undefined && (last || epoch % checkpoint.every === 0)) {
        const { widths } = model;
        const state = await trainer.state();
        const best = patience?.best === undefined ? {} : { best: structuredClone(patience.best) };
        await checkpoint.keep({ kind: 'tangentlab/checkpoint', trainer: motion.name, widths, epoch, state, ...best });
      }
      const best = last ? patience?.best?.parameters : undefined;
      const parameters = async () => best?.slice() ?? trainer.parameters();
      await context.snapshot({ epoch, last, parameters, initial: () => initialParameters(model, rng.split('init')) });
      await nextTurn();
      observer.next({ step: epoch, values });
    }
  } finally {
    await trainer.dispose();
  }
}

function valuesOf(
  { loss, gradientNorms, activationNorms }: EpochReport,
  [valLoss, ...rest]: readonly number[],
  metrics: readonly MetricName[],
): Record<string, number> {
  const values: Record<string, number> = { loss, valLoss: valLoss! };
  for (const [i, name] of metrics.entries()) values[valName(name)] = rest[i]!;
  for (const [l, norm] of gradientNorms.entries()) values[`gradientNorm.${l + 1}`] = norm;
  for (const [l, norm] of activationNorms.entries()) values[`activationNorm.${l + 1}`] = norm;
  return values;
}

/** The learning rate of every step of an epoch. */
function ratesOf({ lr, schedule }: TrainingSettings, epoch: number, steps: number): Float64Array {
  if (schedule.per === 'epoch') return new Float64Array(steps).fill(schedule.rate(lr, epoch - 1));
  const rates = new Float64Array(steps);
  for (let step = 0; step < steps; step++) rates[step] = schedule.rate(lr, (epoch - 1) * steps + step);
  return rates;
}

/** Numbers that are none train nothing any more, and accuracy would still look like a number. */
function diverged({ name, remedy }: Motion, epoch: number): TrialError {
  return new TrialError('NUMERIC_NOT_FINITE', {
    where: `${name}, epoch ${epoch}`,
    expected: 'the losses must be numbers',
    got: 'NaN',
    todo: remedy,
  });
}

/** 0..n-1, shuffled by Fisher and Yates if there is an rng. */
function rowOrder(n: number, rng: Rng | undefined): Int32Array {
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  if (rng === undefined) return order;
  const uniform = rng.stream();
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
