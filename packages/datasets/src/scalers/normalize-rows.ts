/**
 * The stage `normalizeRows`: every row divided by its length.
 *
 * Not fitted: each row is scaled by itself, so that it matters not whether it stands before or after a split. Invariant:
 * every row that is not zero has length 1 afterwards, to rounding.
 */
import { parseConfig, type Stage } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import type { Table } from '@tangentlab/tensor';
import { optionsSchema } from '../random/random-state-option.js';
import { divisorsOf } from './column-scaling.js';
import { type Scalable, scalingStage } from './scaling-stage.js';

/** How to measure the length of a row. */
export interface NormalizeRowsOptions {
  /** The sum of magnitudes, the root of the sum of squares, or the largest magnitude; 'l2' by default. */
  readonly norm?: 'l1' | 'l2' | 'max';
}

const NORMS = {
  l1: (row: Float64Array) => row.reduce((sum, value) => sum + Math.abs(value), 0),
  l2: (row: Float64Array) => Math.sqrt(row.reduce((sum, value) => sum + value * value, 0)),
  max: (row: Float64Array) => row.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
};

const schema = optionsSchema({ norm: z.enum(['l1', 'l2', 'max'], 'must be "l1", "l2" or "max"').default('l2') });

/**
 * Divides each row by its length; a row of zeros is left alone.
 *
 * *Cost*: O(samples x features). *Determinism*: draws nothing. *Source*: scikit-learn 1.9.1, `Normalizer`.
 *
 * @throws ConfigError CONFIG_INVALID for an unknown norm, and from the stream for values that are not finite or a row too
 * long to measure. @throws ShapeError SHAPE_MISMATCH from the stream for sizes that disagree.
 * @example
 * normalizeRows({ norm: 'max' }).config // => { norm: 'max' }
 */
export function normalizeRows<D extends Scalable = Table>(options: NormalizeRowsOptions = {}): Stage<D, D> {
  const length = NORMS[parseConfig('normalizeRows', schema, options).norm];
  return scalingStage<D>('normalizeRows', options, ({ features }) => (x) => {
    const rows = features === 0 ? 0 : x.length / features;
    const lengths = Float64Array.from({ length: rows }, (_, i) => length(x.subarray(i * features, (i + 1) * features)));
    const divisors = divisorsOf('normalizeRows', lengths);
    return x.map((value, i) => value / divisors[Math.floor(i / features)]!);
  });
}
