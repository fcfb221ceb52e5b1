/**
 * The final report: what a trained network achieves on data that it never saw - neither in training nor in the choice of
 * the winner. Looked at once, at the end.
 */
import { ConfigError } from '@tangentlab/core';
import {
  checkRegressionTable,
  checkTable,
  type LossSpec,
  lossOf,
  mse,
  type RegressionTable,
  softmaxCrossEntropy,
  type Table,
} from '@tangentlab/tensor';
import { type ClassScores, type ConfusionMatrix, confusionMatrix, scoresOf } from '../metrics/confusion-matrix.js';
import { meanLoss } from '../metrics/mean-loss.js';
import { regressionMetrics } from '../metrics/regression-metrics.js';
import { classAuc } from '../metrics/roc-auc.js';
import { hasClasses, targetsOf } from '../metrics/targets.js';
import { predict } from '../model/forward.js';
import type { Mlp } from '../model/mlp.js';

/** A model with its parameters: the winner of a run, or the last step of a training. */
export interface TrainedModel {
  readonly model: Mlp;
  readonly parameters: Float64Array;
}

/** What a classifier achieves. Plain data. */
export interface ClassificationReport {
  readonly kind: 'classification';
  readonly samples: number;
  /** The name of the loss, and its mean. */
  readonly lossName: string;
  readonly loss: number;
  readonly accuracy: number;
  readonly precision: ClassScores;
  readonly recall: ClassScores;
  readonly f1: ClassScores;
  /** NaN where the samples are all of one class. */
  readonly auc: number;
  readonly confusion: ConfusionMatrix;
}

/** What a regression achieves. Plain data. */
export interface RegressionReport {
  readonly kind: 'regression';
  readonly samples: number;
  /** The name of the loss, and its mean. */
  readonly lossName: string;
  readonly loss: number;
  readonly r2: number;
  readonly rmse: number;
  readonly mae: number;
}

/** What a network achieves. */
export type Report = ClassificationReport | RegressionReport;

/** What `finalReport` takes beside model and data. */
export interface ReportOptions {
  /** Cross-entropy for classes and mean squared error for real targets unless given. */
  readonly loss?: LossSpec;
}

/**
 * What a trained network achieves on a table: `finalReport(best, data.test)`.
 *
 * Dropout is off, and targets are not smoothed. *Cost*: a forward pass in f64. *Throws* CONFIG_INVALID without a table or
 * rows, for values that are not finite, for a loss of classes on real targets, for a winner that was told again by a
 * replay and so has no model; SHAPE_MISMATCH where columns, classes or outputs are not those of the model.
 * *Determinism*: draws nothing.
 */
export function finalReport(trained: TrainedModel, table: Table, options?: ReportOptions): ClassificationReport;
export function finalReport(trained: TrainedModel, table: RegressionTable, options?: ReportOptions): RegressionReport;
export function finalReport(
  trained: TrainedModel,
  table: Table | RegressionTable | undefined,
  options?: ReportOptions,
): Report;
export function finalReport(
  { model, parameters }: TrainedModel,
  table: Table | RegressionTable | undefined,
  options: ReportOptions = {},
): Report {
  if (table === undefined)
    throw invalid('a table is needed', 'none', 'hold out a test part: holdout({ test: 0.2 }), say');
  if ((model as Mlp | undefined) === undefined) {
    throw invalid(
      'a trained model is needed',
      'none',
      'a winner that was replayed was not trained here: train it again',
    );
  }
  if (hasClasses(table)) checkTable(WHERE, table);
  else checkRegressionTable(WHERE, table);
  if (table.samples === 0) throw invalid('at least one row is needed', '0', 'hold out more rows');
  const loss = options.loss ?? (hasClasses(table) ? softmaxCrossEntropy() : mse());
  if (loss.targets === 'classes' && !hasClasses(table)) {
    throw invalid(`the loss ${loss.name} needs classes`, 'real targets', 'take mse() or huber()');
  }
  const { targets, outputs } = targetsOf(table);
  if (outputs !== model.widths.at(-1)) {
    const what = hasClasses(table) ? 'classes' : 'outputs';
    throw invalid(`the model has ${model.widths.at(-1)} outputs`, `${outputs} ${what}`, 'report on data of its kind');
  }
  const z = predict(model, parameters, table.x, table.samples);
  const { samples } = table;
  const about = { samples, lossName: loss.name, loss: meanLoss(lossOf(loss), z, targets, outputs) };
  if (!hasClasses(table)) return { kind: 'regression', ...about, ...regressionMetrics(z, targets, outputs) };
  const confusion = confusionMatrix(z, table.y, outputs);
  return { kind: 'classification', ...about, ...scoresOf(confusion), auc: classAuc(z, table.y, outputs), confusion };
}

const WHERE = 'finalReport';

function invalid(expected: string, got: string, todo: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', { where: WHERE, expected, got, todo });
}
