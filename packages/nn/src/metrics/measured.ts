/**
 * Metrics by name: what a trainer measures on the validation part after every epoch.
 */
import { ConfigError, listOf } from '@tangentlab/core';
import type { Loss, RegressionTable, Table } from '@tangentlab/tensor';
import { type ConfusionScores, confusionMatrix, scoresOf } from './confusion-matrix.js';
import { meanLoss } from './mean-loss.js';
import { type RegressionMetrics, regressionMetrics } from './regression-metrics.js';
import { classAuc } from './roc-auc.js';
import { hasClasses, targetsOf } from './targets.js';

/** Metrics of classifiers. Without a suffix: with two classes of class 1, with more as the macro one. */
export type ClassMetric =
  | 'accuracy'
  | 'precision'
  | 'precisionMacro'
  | 'precisionMicro'
  | 'recall'
  | 'recallMacro'
  | 'recallMicro'
  | 'f1'
  | 'f1Macro'
  | 'f1Micro'
  | 'auc';

/** Metrics of real targets; on classes those of the one-hot rows. */
export type ValueMetric = 'r2' | 'rmse' | 'mae';

/** What can be measured beside the loss. */
export type MetricName = ClassMetric | ValueMetric;

type OfClasses = (scores: ConfusionScores, logits: Float64Array, table: Table) => number;

const CLASS_METRICS: Readonly<Record<ClassMetric, OfClasses>> = {
  accuracy: ({ accuracy }) => accuracy,
  precision: ({ precision }) => precision.plain,
  precisionMacro: ({ precision }) => precision.macro,
  precisionMicro: ({ precision }) => precision.micro,
  recall: ({ recall }) => recall.plain,
  recallMacro: ({ recall }) => recall.macro,
  recallMicro: ({ recall }) => recall.micro,
  f1: ({ f1 }) => f1.plain,
  f1Macro: ({ f1 }) => f1.macro,
  f1Micro: ({ f1 }) => f1.micro,
  auc: (_, logits, { y, classes }) => classAuc(logits, y, classes),
};

const VALUE_METRICS: Readonly<Record<ValueMetric, (metrics: RegressionMetrics) => number>> = {
  r2: ({ r2 }) => r2,
  rmse: ({ rmse }) => rmse,
  mae: ({ mae }) => mae,
};

/** All names, for schemas and messages. */
export const METRIC_NAMES = [...Object.keys(CLASS_METRICS), ...Object.keys(VALUE_METRICS)] as readonly MetricName[];

/** Throws CONFIG_INVALID for a metric of classes on a table of real targets. */
export function checkMetrics(where: string, names: readonly MetricName[], table: Table | RegressionTable): void {
  const wrong = names.find((name) => isOfClasses(name));
  if (wrong === undefined || hasClasses(table)) return;
  throw new ConfigError('CONFIG_INVALID', {
    where,
    expected: `"${wrong}" needs a table of classes`,
    got: 'real targets',
    todo: `ask for some of ${listOf(Object.keys(VALUE_METRICS))}`,
  });
}

/**
 * A function of the outputs for a table: the loss and these metrics, in this order. What depends on the table alone is
 * computed once.
 *
 * *Shapes*: outputs are samples x outputs. *Cost* of a call: O(samples x outputs) and that of the metrics.
 */
export function measureOf(
  table: Table | RegressionTable,
  loss: Loss,
  names: readonly MetricName[],
): (outputs: Float64Array) => readonly number[] {
  const { targets, outputs: width } = targetsOf(table);
  const ofClasses = hasClasses(table) && names.some(isOfClasses);
  const ofValues = names.some((name) => !isOfClasses(name));
  return (outputs) => {
    const scores = ofClasses ? scoresOf(confusionMatrix(outputs, table.y, width)) : undefined;
    const values = ofValues ? regressionMetrics(outputs, targets, width) : undefined;
    const one = (name: MetricName) =>
      isOfClasses(name)
        ? CLASS_METRICS[name](scores as ConfusionScores, outputs, table as Table)
        : VALUE_METRICS[name](values as RegressionMetrics);
    return [meanLoss(loss, outputs, targets, width), ...names.map(one)];
  };
}

function isOfClasses(name: MetricName): name is ClassMetric {
  return Object.hasOwn(CLASS_METRICS, name);
}
