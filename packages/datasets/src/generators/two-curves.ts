/**
 * The table that makeMoons and makeCircles have in common: points of an outer curve (class 0) and of an inner one
 * (class 1), in the plane.
 *
 * Not the curves. Invariant: rows are shuffled before noise is added, as in scikit-learn, so that the draws are its own.
 */
import type { Table } from '@tangentlab/tensor';
import type { RandomState } from '../random/numpy-random.js';
import { addNoise, shuffleRows } from './shuffle-rows.js';

/** A point of the plane. */
export type Point = readonly [number, number];

/** Outer points, then inner points; shuffled and moved by noise as the options say. *Cost*: O(samples). */
export function twoCurves(
  outer: readonly Point[],
  inner: readonly Point[],
  { shuffle, noise }: { readonly shuffle: boolean; readonly noise: number },
  random: RandomState,
): Table {
  const samples = outer.length + inner.length;
  const ordered: Table = {
    x: Float64Array.from([...outer, ...inner].flat()), // samples x 2
    y: Int32Array.from({ length: samples }, (_, row) => (row < outer.length ? 0 : 1)),
    samples,
    features: 2,
    classes: 2,
  };
  const table = shuffle ? shuffleRows(ordered, random) : ordered;
  addNoise(table.x, noise, random);
  return table;
}

/** `count` numbers from 0 to `stop`, evenly spaced: NumPy's `linspace`. A single one is 0. */
export function evenly(count: number, stop: number, endpoint: boolean): readonly number[] {
  const step = stop / Math.max(1, endpoint ? count - 1 : count);
  const values = Array.from({ length: count }, (_, i) => i * step);
  // the last one exactly: a product of the step may miss it by a bit
  if (endpoint && count > 1) values[count - 1] = stop;
  return values;
}
