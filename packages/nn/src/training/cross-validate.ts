/**
 * Cross-validation: from a trainer of splits to one of folds.
 */
import type { Trainer } from '@tangentlab/core';
import type { Folds, Split } from '@tangentlab/tensor';
import { type AveragedMetric, averagedFits } from './averaged-fits.js';

/** Folds of the tables that a trainer takes splits of. */
export type FoldsOf<D> = D extends Split<infer T> ? Folds<T> : never;

/**
 * Trains on each fold in turn; every metric becomes its mean over the folds, with `${metric}StdErr` beside it.
 *
 * Step k comes after fold k, so a pruner may end a trial between folds; the parameters of a winner are those of its last
 * fold. *Cost*: that of all fits. *Determinism*: fold k draws from the child `fold/k` of the trial's rng.
 *
 * @example
 * crossValidate(adam({ lr: 0.01, batchSize: 16, epochs: 2 })).name // => 'crossValidate(adam)'
 */
export function crossValidate<Model, D, M extends string>(
  trainer: Trainer<Model, D, M>,
): Trainer<Model, FoldsOf<D>, AveragedMetric<M>> {
  return {
    name: `crossValidate(${trainer.name})`,
    requires: trainer.requires,
    fit: (model, data, context) => {
      const { folds } = data as unknown as { readonly folds: readonly D[] };
      return averagedFits(trainer, model, folds, 'fold', context);
    },
  };
}
