/**
 * The forward pass in f64 on the host: what theory looks at, and what a trained model predicts with. Training does not
 * come through here; that is the matrix core's work.
 */
import { ACTIVATIONS, dot } from '@tangentlab/tensor';
import { checkInputs, layersOf } from './layers.js';
import type { Mlp } from './mlp.js';

/**
 * The outputs of every layer, without dropout: `[x, h1, ..., hL, z]`.
 *
 * *Shapes*: x is rows x features; entry l is rows x widths[l], row-major; the last one are the logits. *Cost*:
 * O(rows x parameters). *Throws* SHAPE_MISMATCH.
 */
export function layerOutputs(model: Mlp, theta: Float64Array, x: Float64Array, rows: number): readonly Float64Array[] {
  checkInputs('layerOutputs', model, theta, x, rows);
  const { value } = ACTIVATIONS[model.activation];
  const layers = layersOf(model.widths);
  const outputs = [x];
  for (const [l, layer] of layers.entries()) {
    const h = outputs[l]!; // rows x inputs
    const next = new Float64Array(rows * layer.outputs); // rows x outputs
    const last = l === layers.length - 1;
    for (let i = 0; i < rows; i++) {
      for (let o = 0; o < layer.outputs; o++) {
        const w = layer.weights + o * layer.inputs;
        const sum = theta[layer.biases + o]! + dot(theta, w, h, i * layer.inputs, layer.inputs);
        next[i * layer.outputs + o] = last ? sum : value(sum);
      }
    }
    outputs.push(next);
  }
  return outputs;
}

/**
 * The logits Z(x; theta), without dropout.
 *
 * *Shapes*: rows x features in, rows x outputs out, row-major. *Cost*: O(rows x parameters). *Throws* SHAPE_MISMATCH.
 */
export function predict(model: Mlp, theta: Float64Array, x: Float64Array, rows: number): Float64Array {
  return layerOutputs(model, theta, x, rows).at(-1)!;
}
