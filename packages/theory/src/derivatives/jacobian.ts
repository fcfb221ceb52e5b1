/**
 * The Jacobian of the map from parameters to predictions, as a dense matrix in f64.
 */
// n samples, k outputs, p parameters; J is (n k) x p, row-major, rows sample by sample
import type { Mlp } from '@tangentlab/nn';
import type { DenseMatrix } from '@tangentlab/tensor';
import { layerBlock } from './layer-blocks.js';
import { layerTangents } from './layer-tangents.js';

/**
 * The Jacobian dZ/dtheta.
 *
 * *Shapes*: (n k) x p, row i k + c is output c of sample i; columns in the order of the parameter vector. *Cost*: O(n k p)
 * time and memory: 38 MB for the seed document's largest network on 800 samples. *Throws* SHAPE_MISMATCH.
 */
export function jacobian(model: Mlp, theta: Float64Array, x: Float64Array, n: number): DenseMatrix {
  const k = model.widths.at(-1)!;
  const p = model.parameterCount;
  const tangents = layerTangents(model, theta, x, n);
  const values = new Float64Array(n * k * p);
  for (const tangent of tangents) {
    const block = layerBlock(tangent);
    for (let row = 0; row < n * k; row++)
      values.set(block.values.subarray(row * block.cols, (row + 1) * block.cols), row * p + tangent.layer.weights);
  }
  return { rows: n * k, cols: p, values };
}
