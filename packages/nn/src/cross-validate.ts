/**
 * Cross-validation: from a trainer of splits to one of folds.
 */
import type { Trainer } from '@tangentlab/core';
import type { Folds, Split } from '@tangentlab/tensor';
import { type AveragedMetric, averagedFits } from './averaged-fits.js';

/**
 * Trains on each fold in turn; every metric becomes its mean over the folds, with `${metric}StdErr` beside it.
 *
 * Step k comes after fold k, so a pruner may end a trial between folds; the parameters of a winner are those of its last
 * fold. *Cost*: that of all fits. *Determinism*: fold k draws from the child `fold/k` of the trial's rng.
 *
 * @example
 * crossValidate(adam({ lr: 0.01, batchSize: 16, epochs: 2 })).name // => 'crossValidate(adam)'
 */
export function crossValidate<Model, M extends string>(
  trainer: Trainer<Model, Split, M>,
): Trainer<Model, Folds, AveragedMetric<M>> {
  return {
    name: `crossValidate(${trainer.name})`,
    requires: trainer.requires,
    fit: (model, { folds }, context) => averagedFits(trainer, model, folds, 'fold', context),
  };
}
