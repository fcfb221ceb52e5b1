/**
 * Where each layer stands in the flat parameter vector: weights (out x in, row-major), then biases, layer after layer.
 * This is the order of PyTorch's `parameters()`, so vectors can be exchanged as they are.
 */
import { ShapeError } from '@tangentlab/core';
import type { Mlp } from './mlp.js';

/** One layer's place. */
export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  /** Offset of the outputs x inputs weights. */
  readonly weights: number;
  /** Offset of the biases. */
  readonly biases: number;
  /** Offset of the next layer. */
  readonly end: number;
}

/** What initialisers and parametrisations know of a layer: its widths, and where in the network it is. */
export interface LayerPlace {
  /** 0, 1, 2, ... */
  readonly index: number;
  /** How many layers the network has. */
  readonly layers: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Width of the last hidden layer, if there is one. */
  readonly lastHidden?: number;
}

/** The layers of a perceptron of these widths, first to last. */
export function layersOf(widths: readonly number[]): readonly Layer[] {
  let offset = 0;
  return widths.slice(1).map((outputs, l) => {
    const inputs = widths[l]!;
    const weights = offset;
    const biases = weights + inputs * outputs;
    offset = biases + outputs;
    return { inputs, outputs, weights, biases, end: offset };
  });
}

/** The same layers, as initialisers and parametrisations see them. */
export function placesOf(widths: readonly number[]): readonly LayerPlace[] {
  const layers = widths.length - 1;
  const hidden = layers > 1 ? { lastHidden: widths.at(-2)! } : {};
  return widths.slice(1).map((outputs, index) => ({ index, layers, inputs: widths[index]!, outputs, ...hidden }));
}

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
