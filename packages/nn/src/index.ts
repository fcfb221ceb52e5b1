/**
 * The public face of @tangentlab/nn: multilayer perceptrons and their training.
 */
export { type Integrated, type IntegrationOptions, integrate } from './flow/dormand-prince.js';
export { type FlowFromOptions, flowFrom, type GradientFlowOptions, gradientFlow } from './flow/gradient-flow.js';
export * from './metrics/classification-metrics.js';
export * from './metrics/confusion-matrix.js';
export type { ClassMetric, MetricName, ValueMetric } from './metrics/measured.js';
export * from './metrics/regression-metrics.js';
export * from './metrics/roc-auc.js';
export { targetsOf } from './metrics/targets.js';
export * from './model/forward.js';
export * from './model/initial-parameters.js';
export {
  he,
  type Initialiser,
  type LayerSample,
  type LayerVariances,
  normal,
  orthogonal,
  pytorch,
  standardNormal,
  xavier,
} from './model/initialiser.js';
export * from './model/layers.js';
export * from './model/loss-gradient.js';
export * from './model/mlp.js';
export * from './model/parametrisation.js';
export * from './report/final-report.js';
export * from './report/format-report.js';
export { type OneCycleOptions, oneCycle } from './schedules/one-cycle.js';
export { constant, cosine, exponential, linear, type Per, type Schedule, stepDecay } from './schedules/schedule.js';
export { warmup } from './schedules/warmup.js';
export { type AdagradOptions, adagrad } from './training/adagrad.js';
export { type AdamOptions, adam } from './training/adam.js';
export { type AdamWOptions, adamW } from './training/adam-w.js';
export type { AveragedMetric } from './training/averaged-fits.js';
export { type Checkpoint, type CheckpointOptions, isCheckpoint } from './training/checkpoint.js';
export { composeTrainer } from './training/composed-trainer.js';
export { crossValidate, type FoldsOf } from './training/cross-validate.js';
export type { BestEpoch, EarlyStopping } from './training/early-stopping.js';
export type { EpochMetric, MetricsOf, NormMetric, NormOption, SplitFor } from './training/epoch-metrics.js';
export { NORM_LIMITS, type NormLimits } from './training/norm-watch.js';
export * from './training/repeat-fit.js';
export { type RmsPropOptions, rmsProp } from './training/rms-prop.js';
export { type GradientDescentOptions, gradientDescent, type SgdOptions, sgd } from './training/sgd.js';
export type { BatchOptions, ObservedOptions, SteppingOptions } from './training/training-options.js';
