/**
 * Do parameters and inputs fit a model? Asked once by everything that runs a network on the host.
 */
import { ShapeError } from '@tangentlab/core';
import type { Mlp } from './mlp.js';

/** Throws SHAPE_MISMATCH unless theta fits the model and x holds that many rows of its inputs: 0, 1, 2, ... */
export function checkInputs(where: string, model: Mlp, theta: Float64Array, x: Float64Array, rows: number): void {
  const features = model.widths[0]!;
  if (!Number.isSafeInteger(rows) || rows < 0) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where,
      expected: 'the number of samples must be 0, 1, 2, ...',
      got: String(rows),
      todo: 'pass how many rows x has',
    });
  }
  if (theta.length === model.parameterCount && x.length === rows * features) return;
  throw new ShapeError('SHAPE_MISMATCH', {
    where,
    expected: `widths ${model.widths.join('-')} need ${model.parameterCount} parameters and ${rows} x ${features} inputs`,
    got: `${theta.length} and ${x.length}`,
    todo: 'pass the parameters of this model and inputs with its number of features',
  });
}
