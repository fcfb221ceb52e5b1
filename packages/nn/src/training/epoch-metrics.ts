/**
 * Which metrics a training has, as types and as names: a typo in an objective is an error of the compiler.
 */
import type { LossSpec, RegressionTable, SoftmaxCrossEntropy, Split } from '@tangentlab/tensor';
import type { MetricName } from '../metrics/measured.js';
import type { NormLimits } from './norm-watch.js';

/** Norms by layer, counted from 1: of its gradient, and of its output. */
export type NormMetric = `gradientNorm.${number}` | `activationNorm.${number}`;

/** Whether norms are measured: no, yes, or yes with limits of one's own for the warnings. */
export type NormOption = boolean | NormLimits;

/** What a loss brings along; of a loss that is chosen at run time, only what every choice does. */
type OfLoss<L extends LossSpec> = [L['targets']] extends ['classes']
  ? 'valAccuracy' | 'valF1'
  : [L['targets']] extends ['values']
    ? 'valR2'
    : never;

/**
 * What is measured after every epoch. `loss` is the mean over the epoch's batches, dropout and label smoothing included,
 * penalties not; `valLoss` is without any of them.
 */
export type MetricsOf<L extends LossSpec, X extends MetricName, N extends NormOption> =
  | 'loss'
  | 'valLoss'
  | OfLoss<L>
  | `val${Capitalize<X>}`
  | (N extends false ? never : NormMetric);

/** What is measured unless a trainer is asked for more. */
export type EpochMetric = MetricsOf<SoftmaxCrossEntropy, never, false>;

/** The data that a loss can be trained on: classes only, or real targets, too. */
export type SplitFor<L extends LossSpec> = [L['targets']] extends ['values'] ? Split | Split<RegressionTable> : Split;

/** The metrics beside the loss that a training measures, in order: those of its loss, and those asked for. */
export function metricsOf({ targets }: LossSpec, extra: readonly MetricName[]): readonly MetricName[] {
  return [
    ...new Set<MetricName>([...(targets === 'classes' ? (['accuracy', 'f1'] as const) : ['r2' as const]), ...extra]),
  ];
}

/** `f1Macro` as it stands among the metrics: `valF1Macro`. */
export function valName(name: MetricName): string {
  return `val${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** True of what should fall: losses, errors and norms; scores should rise. */
export function shouldFall(metric: string): boolean {
  return /^(loss|valLoss|valRmse|valMae|gradientNorm\.\d+|activationNorm\.\d+)$/.test(metric);
}
