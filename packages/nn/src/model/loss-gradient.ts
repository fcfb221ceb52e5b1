/**
 * The mean loss of a network on a table and its gradient, by backpropagation in f64 on the host: what gradient flow
 * follows, and a second route to what the matrix core computes. Without dropout and without penalties.
 */
import { ShapeError } from '@tangentlab/core';
import { dot, type LossSpec, lossOf, type RegressionTable } from '@tangentlab/tensor';
import { type ForwardPass, forwardPass } from './forward.js';
import { type Layer, layersOf } from './layers.js';
import type { Mlp } from './mlp.js';

/** A loss and where it falls. */
export interface LossGradient {
  /** Mean over the rows. */
  readonly loss: number;
  /** One entry for each parameter. */
  readonly gradient: Float64Array;
}

/**
 * The mean loss over the rows of a table, and its gradient by the parameters.
 *
 * *Shapes*: targets are samples x outputs; `targetsOf` makes them of classes. *Cost*: three times that of a forward
 * pass. *Throws* SHAPE_MISMATCH.
 */
export function lossGradient(model: Mlp, theta: Float64Array, table: RegressionTable, loss: LossSpec): LossGradient {
  const { x, samples, targets, outputs } = table;
  checkTargets('lossGradient', model, table);
  const pass = forwardPass(model, theta, x, samples);
  const { value, gradient: slope } = lossOf(loss);
  const z = pass.preActivations.at(-1)!;
  const dz = new Float64Array(z.length); // samples x outputs
  let total = 0;
  for (let i = 0; i < samples; i++) {
    const [from, to] = [i * outputs, (i + 1) * outputs];
    const [row, wanted] = [z.subarray(from, to), targets.subarray(from, to)];
    total += value(row, wanted);
    slope(row, wanted, dz.subarray(from, to));
  }
  for (let i = 0; i < dz.length; i++) dz[i]! /= samples;
  return { loss: total / samples, gradient: backward(model, theta, pass, dz, samples) };
}

/** Throws SHAPE_MISMATCH unless the table has the targets that the model's outputs need. */
export function checkTargets(where: string, model: Mlp, { samples, outputs, targets }: RegressionTable): void {
  if (outputs === model.widths.at(-1) && targets.length === samples * outputs) return;
  throw new ShapeError('SHAPE_MISMATCH', {
    where,
    expected: `${samples} x ${model.widths.at(-1)} targets are needed`,
    got: `${targets.length} for ${outputs} outputs`,
    todo: 'take the last width from the outputs of the table',
  });
}

/** From the gradient at the outputs to that of all parameters. */
function backward(model: Mlp, theta: Float64Array, pass: ForwardPass, dOutput: Float64Array, rows: number) {
  const gradient = new Float64Array(model.parameterCount);
  const layers = layersOf(model.widths);
  const { derivative } = model.activation;
  let dz = dOutput; // rows x layer.outputs
  for (let l = layers.length - 1; l >= 0; l--) {
    const layer = layers[l]!;
    const { weightScale, biasScale } = model.layers[l]!;
    addLayerGradient(gradient, layer, pass.inputs[l]!, dz, rows, weightScale, biasScale);
    if (l === 0) break;
    const below = pass.preActivations[l - 1]!;
    const next = new Float64Array(below.length); // rows x layer.inputs
    const column = new Float64Array(layer.outputs);
    for (let j = 0; j < layer.inputs; j++) {
      for (let o = 0; o < layer.outputs; o++) column[o] = weightScale * theta[layer.weights + o * layer.inputs + j]!;
      for (let i = 0; i < rows; i++) {
        const at = i * layer.inputs + j;
        next[at] = derivative(below[at]!) * dot(dz, i * layer.outputs, column, 0, layer.outputs);
      }
    }
    dz = next;
  }
  return gradient;
}

/** gradient += that of one layer: its weights times the inputs, its biases, summed over the rows. *Shapes*: h rows x inputs, dz rows x outputs. */
export function addLayerGradient(
  gradient: Float64Array,
  { inputs, outputs, weights, biases }: Layer,
  h: Float64Array,
  dz: Float64Array,
  rows: number,
  weightScale: number,
  biasScale: number,
): void {
  for (let i = 0; i < rows; i++) {
    for (let o = 0; o < outputs; o++) {
      const d = dz[i * outputs + o]!;
      gradient[biases + o]! += biasScale * d;
      const scaled = weightScale * d;
      const at = weights + o * inputs;
      for (let j = 0; j < inputs; j++) gradient[at + j]! += scaled * h[i * inputs + j]!;
    }
  }
}
