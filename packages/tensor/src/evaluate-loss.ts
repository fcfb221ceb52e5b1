/**
 * A loss of any kind on all rows at once, in f64 on the host: the reference's, and that of every back end for losses that it
 * has no kernel of.
 */
import type { Loss } from './loss.js';

/** Losses of all rows, and the gradient of their mean. */
export interface EvaluatedLoss {
  /** rows x 1. */
  readonly losses: Float64Array;
  /** rows x cols. */
  readonly gradient: Float64Array;
}

/** *Shapes*: z and targets are rows x cols, row-major. *Cost*: that of the loss on each row. */
export function evaluateLoss(
  { value, gradient: slope }: Loss,
  z: Float64Array,
  targets: Float64Array,
  rows: number,
  cols: number,
): EvaluatedLoss {
  const losses = new Float64Array(rows);
  const gradient = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    const [from, to] = [i * cols, (i + 1) * cols];
    const [row, wanted, out] = [z.subarray(from, to), targets.subarray(from, to), gradient.subarray(from, to)];
    losses[i] = value(row, wanted);
    slope(row, wanted, out);
  }
  for (let i = 0; i < gradient.length; i++) gradient[i]! /= rows;
  return { losses, gradient };
}
