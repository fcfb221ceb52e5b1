/**
 * Scalers as stages: fitted on a whole table, on the training part of a split, or in each fold anew.
 *
 * Not a scaler. Invariant: rows to validate or test on have no say in how they are scaled, the input is never changed, and
 * whatever the data carries beside x passes through.
 */
import { defineStage, ShapeError, type Stage } from '@tangentlab/core';
import type { Folds, Samples, Split } from '@tangentlab/tensor';
import { map } from 'rxjs';
import { checkSamples } from '../splits/split-parts.js';

/** What a scaler takes: a table, a split or folds, of labels or of real targets. */
export type Scalable = Samples | Split<Samples> | Folds<Samples>;

/** Learns from rows and gives back how any rows of the same columns are scaled. */
export type Fit = (table: Samples) => (x: Float64Array) => Float64Array;

/** The stage of a scaler. */
export function scalingStage<D extends Scalable>(name: string, config: object, fit: Fit): Stage<D, D> {
  return defineStage<D, D>({ name, config: { ...config }, bind: () => map((data) => scaled(name, data, fit) as D) });
}

function scaled(where: string, data: Scalable, fit: Fit): Scalable {
  if ('folds' in data) return { ...data, folds: data.folds.map((split) => scaledSplit(where, split, fit)) };
  if ('train' in data) return scaledSplit(where, data, fit);
  return { ...data, x: fit(checkSamples(where, data))(data.x) };
}

function scaledSplit(where: string, data: Split<Samples>, fit: Fit): Split<Samples> {
  const { train, val, test } = data;
  checkColumns(where, checkSamples(where, train), checkSamples(where, val), 'validation');
  if (test !== undefined) checkColumns(where, train, checkSamples(where, test), 'test');
  const apply = fit(train);
  const scale = (table: Samples): Samples => ({ ...table, x: apply(table.x) });
  return { ...data, train: scale(train), val: scale(val), ...(test === undefined ? {} : { test: scale(test) }) };
}

function checkColumns(where: string, train: Samples, part: Samples, name: string): void {
  if (train.features === part.features) return;
  throw new ShapeError('SHAPE_MISMATCH', {
    where,
    expected: `the ${name} part must have the ${train.features} columns of the training part`,
    got: String(part.features),
    todo: 'split one table instead of joining two',
  });
}
