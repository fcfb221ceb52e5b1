/**
 * The options that all gradient trainers share, their schema, and the settings that the training loop works with.
 */
import { ConfigError } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { type Clip, type LossSpec, lossOf, type Regulariser, softmaxCrossEntropy } from '@tangentlab/tensor';
import { METRIC_NAMES, type MetricName } from '../metrics/measured.js';
import { constant, type Schedule } from '../schedules/schedule.js';
import { type Checkpoint, type CheckpointOptions, isCheckpoint } from './checkpoint.js';
import { type EarlyStopping, type StoppingRule, stoppingRule } from './early-stopping.js';
import { type MetricsOf, metricsOf, type NormOption, shouldFall, valName } from './epoch-metrics.js';
import type { NormLimits } from './norm-watch.js';

/** What every trainer measures and keeps, however it moves. */
export interface ObservedOptions<L extends LossSpec, X extends MetricName, N extends NormOption> {
  readonly epochs: number;
  /** `softmaxCrossEntropy()` unless given. */
  readonly loss?: L;
  /** Share of a class that is spread evenly over all classes while training; 0 unless given. */
  readonly labelSmoothing?: number;
  /** Adds `l2` theta to the gradient, the penalty l2/2 |theta|^2; 0 unless given. Not AdamW's decoupled decay. */
  readonly l2?: number;
  /** Whether penalties and decay are for biases, too; true unless given, as in PyTorch. */
  readonly regulariseBiases?: boolean;
  /** Further metrics of the validation part: `['auc', 'f1Macro']` adds `valAuc` and `valF1Macro`. */
  readonly metrics?: readonly X[];
  /** Ends the training when a metric no longer gets better. */
  readonly earlyStopping?: EarlyStopping<NoInfer<MetricsOf<L, X, N>>>;
  /** Hands out the state of the training. */
  readonly checkpoint?: CheckpointOptions;
  /** Goes on from a checkpoint, as if there had been no interruption. */
  readonly from?: Checkpoint;
}

/** What trainers that take steps have, full-batch ones included. */
export interface SteppingOptions<L extends LossSpec, X extends MetricName, N extends NormOption>
  extends ObservedOptions<L, X, N> {
  /** Learning rate. */
  readonly lr: number;
  /** How the learning rate changes; not at all unless given. */
  readonly schedule?: Schedule;
  /**
   * Penalty `l1` |theta|; 0 unless given. By its subgradient l1 sign(theta), except where a trainer has `proximal` and
   * does not set it to false.
   */
  readonly l1?: number;
  /** Scales the gradient of the loss down to this norm, over all parameters. Not together with `clipValue`. */
  readonly clipNorm?: number;
  /** Cuts each entry of the gradient of the loss to this size. */
  readonly clipValue?: number;
  /**
   * Measures `gradientNorm.1`, `activationNorm.1` and so on, layer by layer, and warns of gradients that vanish or
   * explode; limits may be given instead of true.
   */
  readonly norms?: N;
}

/** What trainers on batches have. */
export interface BatchOptions<L extends LossSpec, X extends MetricName, N extends NormOption>
  extends SteppingOptions<L, X, N> {
  /** Rows per step; the last batch of an epoch may be smaller. */
  readonly batchSize: number;
  /** A new order of the rows in every epoch; true unless given. */
  readonly shuffle?: boolean;
}

const whole = z.number().int().min(1);
const penalty = z.number().min(0).default(0);

const OBSERVED = {
  epochs: whole,
  loss: z.custom<LossSpec>(isLoss, 'must be what mse(), say, or defineLoss gives').default(softmaxCrossEntropy()),
  labelSmoothing: z.number().min(0).lt(1).default(0),
  l2: penalty,
  regulariseBiases: z.boolean().default(true),
  metrics: z.array(z.enum(METRIC_NAMES as [MetricName, ...MetricName[]])).default([]),
  earlyStopping: z
    .strictObject({
      metric: z.string().optional(),
      patience: whole,
      minDelta: z.number().min(0).optional(),
      restoreBest: z.boolean().optional(),
      direction: z.enum(['minimize', 'maximize']).optional(),
    })
    .optional(),
  checkpoint: z
    .strictObject({
      every: whole,
      keep: z.custom<CheckpointOptions['keep']>((f) => typeof f === 'function', 'must be a function'),
    })
    .optional(),
  from: z.custom<Checkpoint>(isCheckpoint, 'must be a checkpoint').optional(),
};

const STEPPING = {
  ...OBSERVED,
  lr: z.number().positive(),
  schedule: z.custom<Schedule>(isSchedule, 'must be what cosine(), say, gives').default(constant()),
  l1: penalty,
  clipNorm: z.number().positive().optional(),
  clipValue: z.number().positive().optional(),
  norms: z
    .union([
      z.boolean(),
      z.strictObject({ vanishing: z.number().min(0).optional(), exploding: z.number().positive().optional() }),
    ])
    .default(false),
};

/** Schemas' parts, for the trainers to add their own constants to. */
export const SHAPES = {
  observed: OBSERVED,
  stepping: STEPPING,
  batch: { ...STEPPING, batchSize: whole, shuffle: z.boolean().default(true) },
};

/** Options of a trainer, parsed: those of trainers that take no steps lack some. */
export type ParsedOptions = z.infer<z.ZodObject<typeof OBSERVED>> &
  Partial<z.infer<z.ZodObject<typeof STEPPING>>> & { readonly batchSize?: number; readonly shuffle?: boolean };

/** What the training loop works with. */
export interface TrainingSettings {
  readonly lr: number;
  /** Undefined: all rows are one batch. */
  readonly batchSize: number | undefined;
  readonly epochs: number;
  readonly shuffle: boolean;
  readonly loss: LossSpec;
  readonly labelSmoothing: number;
  readonly schedule: Schedule;
  readonly regulariser: Regulariser;
  readonly clip: Clip | undefined;
  /** Beside the losses. */
  readonly metrics: readonly MetricName[];
  readonly stopping: StoppingRule | undefined;
  readonly norms: NormLimits | undefined;
  readonly checkpoint: CheckpointOptions | undefined;
  readonly from: Checkpoint | undefined;
}

/** The settings that these options come to. *Throws* CONFIG_INVALID for options that contradict each other. */
export function settingsOf(where: string, options: ParsedOptions, proximal: boolean): TrainingSettings {
  const { lr = 1, schedule = constant(), l1 = 0, l2, clipNorm, clipValue, norms = false, loss } = options;
  if (clipNorm !== undefined && clipValue !== undefined) {
    throw invalid(where, 'gradients are clipped by norm or by value', 'both', 'leave out clipNorm or clipValue');
  }
  const metrics = metricsOf(loss, options.metrics);
  const limits = norms === true ? {} : norms;
  const settings = {
    lr,
    batchSize: options.batchSize,
    epochs: options.epochs,
    shuffle: options.shuffle ?? false,
    loss,
    labelSmoothing: options.labelSmoothing,
    schedule,
    regulariser: { l1, l2, biases: options.regulariseBiases, proximal },
    clip: clipNorm !== undefined ? { norm: clipNorm } : clipValue !== undefined ? { value: clipValue } : undefined,
    metrics,
    stopping: options.earlyStopping === undefined ? undefined : stoppingRule(options.earlyStopping as EarlyStopping),
    norms: limits === false ? undefined : (limits as NormLimits),
    checkpoint: options.checkpoint,
    from: options.from,
  };
  if (settings.stopping !== undefined) checkStopping(where, settings.stopping.metric, settings);
  return settings;
}

/** The types say so to TypeScript; in JavaScript a typo would wait for ever. */
function checkStopping(where: string, metric: string, { metrics, norms }: TrainingSettings): void {
  const known = ['loss', 'valLoss', ...metrics.map(valName)];
  if (known.includes(metric) || (norms !== undefined && shouldFall(metric) && metric.includes('Norm.'))) return;
  throw invalid(
    where,
    `earlyStopping.metric must be one of ${known.join(', ')}`,
    `"${metric}"`,
    'correct it, or add it to metrics',
  );
}

function isLoss(given: unknown): boolean {
  const { name, targets } = (given ?? {}) as Partial<LossSpec>;
  if (typeof name !== 'string' || (targets !== 'classes' && targets !== 'values')) return false;
  const { delta = 1, margin = 1 } = given as { readonly delta?: number; readonly margin?: number };
  if (!(delta > 0 && margin > 0)) return false;
  const loss = lossOf(given as LossSpec) as ReturnType<typeof lossOf> | undefined;
  return typeof loss?.value === 'function' && typeof loss.gradient === 'function';
}

function isSchedule(given: unknown): boolean {
  const { rate, per } = (given ?? {}) as Partial<Schedule>;
  return typeof rate === 'function' && (per === 'epoch' || per === 'step');
}

function invalid(where: string, expected: string, got: string, todo: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', { where, expected, got, todo });
}
