/**
 * What backpropagation leaves at every layer: the Jacobian in factored form, from which products, blocks and kernels are
 * made. Exact up to rounding, one sweep per output. Dropout plays no part: it is the trained network that is looked at.
 */
// n samples, k outputs, p parameters
import { type ForwardPass, forwardPass, type Layer, layersOf, type Mlp } from '@tangentlab/nn';
import type { DenseMatrix, LinearAlgebra } from '@tangentlab/tensor';
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

/** What `layerTangents` may be given. */
export interface LayerTangentsOptions {
  /** Makes the products of wide layers; loops in plain TypeScript unless given, which take NaN and infinities as they are. */
  readonly linearAlgebra?: LinearAlgebra;
}

/**
 * Inputs and sensitivities of every layer, first to last: the Jacobian in factored form, row = delta (x) [h bias].
 *
 * *Shapes*: x is n x features, row-major. *Cost*: O(n k p) time, O(n k sum of widths) memory. *Throws* SHAPE_MISMATCH; with
 * a linear algebra NUMERIC_NOT_FINITE.
 */
export function layerTangents(
  model: Mlp,
  theta: Float64Array,
  x: Float64Array,
  n: number,
  { linearAlgebra }: LayerTangentsOptions = {},
): readonly LayerTangents[] {
  const { inputs, preActivations } =
    linearAlgebra === undefined ? forwardPass(model, theta, x, n) : forwardProducts(model, theta, x, n, linearAlgebra);
  const layers = layersOf(model.widths);
  const k = model.widths.at(-1)!;
  let delta = repeatedIdentity(n, k); // (n k) x k at the last layer
  const tangents: LayerTangents[] = [];
  for (let l = layers.length - 1; l >= 0; l--) {
    const layer = layers[l]!;
    const { weightScale, biasScale } = model.layers[l]!;
    const h = weightScale === 1 ? inputs[l]! : inputs[l]!.map((value) => weightScale * value);
    tangents.unshift({ layer, h, bias: biasScale, delta });
    if (l > 0) delta = backThrough(model, theta, l, layer, preActivations[l - 1]!, delta, k, linearAlgebra);
  }
  return tangents;
}

/** `forwardPass`, its products by a linear algebra. */
function forwardProducts(
  model: Mlp,
  theta: Float64Array,
  x: Float64Array,
  n: number,
  linearAlgebra: LinearAlgebra,
): ForwardPass {
  const inputs = [x];
  const preActivations: Float64Array[] = [];
  for (const [l, layer] of layersOf(model.widths).entries()) {
    const { weightScale: alpha, biasScale } = model.layers[l]!;
    const read = { rows: n, cols: layer.inputs, values: inputs[l]! };
    const { values: z } = linearAlgebra.gemm(read, weightsOf(theta, layer), { transB: true, alpha }); // n x outputs
    for (let at = 0; at < z.length; at++) z[at]! += biasScale * theta[layer.biases + (at % layer.outputs)]!;
    preActivations.push(z);
    if (l < model.layers.length - 1) inputs.push(z.map((entry) => model.activation.value(entry)));
  }
  return { inputs, preActivations };
}

/** outputs x inputs. */
function weightsOf(theta: Float64Array, { inputs, outputs, weights, biases }: Layer): DenseMatrix {
  return { rows: outputs, cols: inputs, values: theta.subarray(weights, biases) };
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
  linearAlgebra?: LinearAlgebra,
): Float64Array {
  const { inputs, outputs } = layer;
  const { weightScale } = model.layers[l]!;
  const slopes = z.map((value) => weightScale * model.activation.derivative(value)); // n x inputs, once for all outputs
  const rows = delta.length / outputs; // n k
  const below =
    linearAlgebra?.gemm({ rows, cols: outputs, values: delta }, weightsOf(theta, layer)).values ??
    throughWeights(theta, layer, delta, rows);
  for (let row = 0; row < rows; row++) {
    const [to, from] = [row * inputs, Math.floor(row / k) * inputs];
    for (let j = 0; j < inputs; j++) below[to + j]! *= slopes[from + j]!;
  }
  return below;
}
