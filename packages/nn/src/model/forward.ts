/**
 * The forward pass in f64 on the host: what theory looks at, and what a trained model predicts with. Training does not
 * come through here; that is the matrix core's work.
 */
import { dot } from '@tangentlab/tensor';
import { checkInputs } from './check-inputs.js';
import { layersOf } from './layers.js';
import type { Mlp } from './mlp.js';

/** What every layer reads and makes, without dropout. */
export interface ForwardPass {
  /** Entry l, rows x widths[l]: what layer l reads. The first is x itself. */
  readonly inputs: readonly Float64Array[];
  /** Entry l, rows x widths[l+1]: weightScale W h + biasScale b. The last is the output of the network. */
  readonly preActivations: readonly Float64Array[];
}

/**
 * All layers forward.
 *
 * *Shapes*: x is rows x features, row-major. *Cost*: O(rows x parameters). *Throws* SHAPE_MISMATCH.
 */
export function forwardPass(model: Mlp, theta: Float64Array, x: Float64Array, rows: number): ForwardPass {
  checkInputs('forwardPass', model, theta, x, rows);
  const { value } = model.activation;
  const inputs = [x];
  const preActivations: Float64Array[] = [];
  for (const [l, layer] of layersOf(model.widths).entries()) {
    const h = inputs[l]!; // rows x layer.inputs
    const { weightScale, biasScale } = model.layers[l]!;
    const z = new Float64Array(rows * layer.outputs); // rows x layer.outputs
    for (let i = 0; i < rows; i++) {
      for (let o = 0; o < layer.outputs; o++) {
        const w = layer.weights + o * layer.inputs;
        const sum = weightScale * dot(theta, w, h, i * layer.inputs, layer.inputs);
        z[i * layer.outputs + o] = biasScale * theta[layer.biases + o]! + sum;
      }
    }
    preActivations.push(z);
    if (l < model.layers.length - 1) inputs.push(z.map((entry) => value(entry)));
  }
  return { inputs, preActivations };
}

/**
 * The outputs of every layer, without dropout: `[x, h1, ..., hL, z]`.
 *
 * *Shapes*: x is rows x features; entry l is rows x widths[l], row-major; the last one are the logits. *Cost*:
 * O(rows x parameters). *Throws* SHAPE_MISMATCH.
 */
export function layerOutputs(model: Mlp, theta: Float64Array, x: Float64Array, rows: number): readonly Float64Array[] {
  const { inputs, preActivations } = forwardPass(model, theta, x, rows);
  return [...inputs, preActivations.at(-1)!];
}

/**
 * The logits Z(x; theta), without dropout.
 *
 * *Shapes*: rows x features in, rows x outputs out, row-major. *Cost*: O(rows x parameters). *Throws* SHAPE_MISMATCH.
 */
export function predict(model: Mlp, theta: Float64Array, x: Float64Array, rows: number): Float64Array {
  return forwardPass(model, theta, x, rows).preActivations.at(-1)!;
}
