/**
 * What backpropagation leaves at every layer: the Jacobian in factored form, from which products, blocks and kernels are
 * made. Exact up to rounding, one sweep per output. Dropout plays no part: it is the trained network that is looked at.
 */
// n samples, k outputs, p parameters
import { forwardPass, type Layer, layersOf, type Mlp } from '@tangentlab/nn';
import { throughWeights } from './backward-pass.js';

/** What backpropagation leaves at a layer: its inputs and the sensitivity of every output to its pre-activations. */
export interface LayerTangents {
  readonly layer: Layer;
  /** n x layer.inputs: what the weights are multiplied by, weightScale included. */
  readonly h: Float64Array;
  /** What the biases are multiplied by: biasScale. */
  readonly bias: number;
  /** (n k) x layer.outputs: row i k + c is dZ_c(x_i) / dz */
  readonly delta: Float64Array;
}

/**
 * Inputs and sensitivities of every layer, first to last: the Jacobian in factored form, row = delta (x) [h bias].
 *
 * *Shapes*: x is n x features, row-major. *Cost*: O(n k p) time, O(n k sum of widths) memory. *Throws* SHAPE_MISMATCH.
 */
export function layerTangents(model: Mlp, theta: Float64Array, x: Float64Array, n: number): readonly LayerTangents[] {
  const { inputs, preActivations } = forwardPass(model, theta, x, n);
  const layers = layersOf(model.widths);
  const k = model.widths.at(-1)!;
  let delta = repeatedIdentity(n, k); // (n k) x k at the last layer
  const tangents: LayerTangents[] = [];
  for (let l = layers.length - 1; l >= 0; l--) {
    const layer = layers[l]!;
    const { weightScale, biasScale } = model.layers[l]!;
    const h = weightScale === 1 ? inputs[l]! : inputs[l]!.map((value) => weightScale * value);
    tangents.unshift({ layer, h, bias: biasScale, delta });
    if (l > 0) delta = backThrough(model, theta, l, layer, preActivations[l - 1]!, delta, k);
  }
  return tangents;
}

/** dZ/dz at the last layer: the k x k identity for every sample. */
function repeatedIdentity(n: number, k: number): Float64Array {
  const delta = new Float64Array(n * k * k);
  for (let row = 0; row < n * k; row++) delta[row * k + (row % k)] = 1;
  return delta;
}

/** From the sensitivities at a layer's pre-activations to those one layer below: weightScale (delta W) * f'(z). */
function backThrough(
  model: Mlp,
  theta: Float64Array,
  l: number,
  layer: Layer,
  z: Float64Array,
  delta: Float64Array,
  k: number,
): Float64Array {
  const { inputs, outputs } = layer;
  const { weightScale } = model.layers[l]!;
  const slopes = z.map((value) => weightScale * model.activation.derivative(value)); // n x inputs, once for all outputs
  const rows = delta.length / outputs; // n k
  const below = throughWeights(theta, layer, delta, rows);
  for (let row = 0; row < rows; row++) {
    const [to, from] = [row * inputs, Math.floor(row / k) * inputs];
    for (let j = 0; j < inputs; j++) below[to + j]! *= slopes[from + j]!;
  }
  return below;
}
