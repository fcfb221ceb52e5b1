/**
 * What must hold of model, data and settings together before a training starts: said at once and by name, instead of
 * showing as NaN after an hour.
 */
import { ConfigError, ShapeError } from '@tangentlab/core';
import { checkRegressionTable, checkTable, type RegressionTable, type Split, type Table } from '@tangentlab/tensor';
import { checkMetrics } from '../metrics/measured.js';
import { hasClasses } from '../metrics/targets.js';
import type { Mlp } from '../model/mlp.js';
import { checkCheckpoint } from './checkpoint.js';
import type { TrainingSettings } from './training-options.js';

/** A split of classes, or of real targets. */
export type AnySplit = Split | Split<RegressionTable>;

/**
 * Checks everything.
 *
 * *Cost*: O(samples x features). *Throws* CONFIG_INVALID for values that are not finite, labels out of range, parts
 * without rows, a batch larger than the data, a loss or metric of classes on real targets, a checkpoint of another
 * training; SHAPE_MISMATCH where columns, classes or outputs disagree with each other or with the model.
 */
export function checkTraining(trainer: string, model: Mlp, data: AnySplit, settings: TrainingSettings): void {
  const { loss, labelSmoothing, metrics, batchSize, from, epochs } = settings;
  const parts = { 'training part': data.train, 'validation part': data.val };
  for (const [name, part] of Object.entries(parts)) {
    if (!hasClasses(part) && loss.targets === 'classes') {
      throw invalid(trainer, `the loss ${loss.name} needs classes`, 'real targets', 'take mse() or huber()');
    }
    if (!hasClasses(part) && labelSmoothing > 0) {
      throw invalid(trainer, 'labelSmoothing needs classes', 'real targets', 'leave it out');
    }
    checkMetrics(trainer, metrics, part);
    checkPart(trainer, name, model, part);
  }
  if (batchSize !== undefined && batchSize > data.train.samples) {
    const expected = `a batch must not be larger than the ${data.train.samples} rows of the training part`;
    throw invalid(trainer, expected, String(batchSize), 'lower batchSize');
  }
  if (from !== undefined) checkCheckpoint(from, { trainer, widths: model.widths, epochs });
}

function checkPart(trainer: string, name: string, model: Mlp, part: Table | RegressionTable): void {
  const where = `${trainer}, ${name}`;
  if (part.samples === 0) throw invalid(where, 'at least one row is needed', '0', 'give the stage before it more data');
  if (hasClasses(part)) checkTable(where, part);
  else checkRegressionTable(where, part);
  const [features, outputs] = [model.widths[0], model.widths.at(-1)];
  if (part.features !== features) {
    throw mismatch(
      where,
      `a model of widths ${model.widths.join('-')} needs ${features} columns`,
      part.features,
      'first',
    );
  }
  const made = hasClasses(part) ? part.classes : part.outputs;
  if (made === outputs) return;
  const what = hasClasses(part) ? 'classes' : 'outputs';
  throw mismatch(where, `a model of widths ${model.widths.join('-')} needs ${outputs} ${what}`, made, 'last');
}

function mismatch(where: string, expected: string, got: number, which: 'first' | 'last'): ShapeError {
  const source = which === 'first' ? 'data.features' : 'data.classes or data.outputs';
  return new ShapeError('SHAPE_MISMATCH', {
    where,
    expected,
    got: String(got),
    todo: `take the ${which} width from ${source}`,
  });
}

function invalid(where: string, expected: string, got: string, todo: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', { where, expected, got, todo });
}
