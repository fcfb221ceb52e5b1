/**
 * The Jacobian by layers: the columns of one layer's parameters at a time, for kernels and ranks layer by layer.
 */
// n samples, k outputs; a block is (n k) x (parameters of the layer)
import type { DenseMatrix } from '@tangentlab/tensor';
import type { LayerTangents } from './layer-tangents.js';

/**
 * The columns of J that belong to one layer: its weights, outputs x inputs row-major, then its biases.
 *
 * *Shapes*: (n k) x (inputs + 1) outputs. *Cost*: its size, in time and memory.
 */
export function layerBlock({ layer, h, bias, delta }: LayerTangents): DenseMatrix {
  const { inputs, outputs } = layer;
  const rows = delta.length / outputs;
  const k = rows / (h.length / inputs);
  const cols = (inputs + 1) * outputs;
  const values = new Float64Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    const from = Math.floor(row / k) * inputs;
    for (let o = 0; o < outputs; o++) {
      const d = delta[row * outputs + o]!;
      const at = row * cols + o * inputs;
      for (let j = 0; j < inputs; j++) values[at + j] = d * h[from + j]!;
      values[row * cols + outputs * inputs + o] = bias * d;
    }
  }
  return { rows, cols, values };
}
