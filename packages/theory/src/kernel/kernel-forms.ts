/**
 * Forms of the tangent kernel that are smaller than all of it: products with a vector, one output alone, the mean over the
 * outputs.
 */
// n samples, k outputs; Theta is (n k) x (n k)
import { ConfigError } from '@tangentlab/core';
import type { DenseMatrix, LinearAlgebra } from '@tangentlab/tensor';
import { rowsOf, timesDirection, timesOutputs } from '../derivatives/jacobian-products.js';
import type { LayerTangents } from '../derivatives/layer-tangents.js';

/**
 * Theta u = J (J' u), without Theta or J: for kernels that fit nowhere, and for `lanczos`.
 *
 * *Shapes*: n k in, n k out. *Cost*: O(n P + n k sum of widths) a product, P numbers of memory. *Throws* SHAPE_MISMATCH.
 */
export function kernelOperator(tangents: readonly LayerTangents[], k: number): (u: Float64Array) => Float64Array {
  return (u) => timesDirection(tangents, k, timesOutputs(tangents, k, u));
}

/**
 * The kernel of one output alone, n x n: how samples move each other's output c.
 *
 * *Cost*: O(n^2 sum of widths). *Throws* CONFIG_INVALID for an output that is not there.
 */
export function outputKernel(
  tangents: readonly LayerTangents[],
  k: number,
  output: number,
  { linearAlgebra }: { readonly linearAlgebra: LinearAlgebra },
): DenseMatrix {
  if (!(Number.isInteger(output) && output >= 0 && output < k)) {
    throw new ConfigError('CONFIG_INVALID', {
      where: 'outputKernel',
      expected: `an output in 0..${k - 1} is needed`,
      got: String(output),
      todo: 'count outputs from 0',
    });
  }
  return summedKernel(tangents, k, [output], linearAlgebra);
}

/**
 * The mean over the outputs of their own kernels, n x n: the trace form. Equal to each of them in the limit of infinite
 * width, where outputs do not move each other.
 *
 * *Cost*: O(k n^2 sum of widths). *Source*: Novak et al. (2022), `trace_axes`.
 */
export function traceKernel(
  tangents: readonly LayerTangents[],
  k: number,
  { linearAlgebra }: { readonly linearAlgebra: LinearAlgebra },
): DenseMatrix {
  const outputs = Array.from({ length: k }, (_, c) => c);
  const { values, ...shape } = summedKernel(tangents, k, outputs, linearAlgebra);
  return { ...shape, values: values.map((value) => value / k) };
}

/** The sum of the kernels of some outputs: layer by layer (h h' + bias^2) times the sum of delta_c delta_c'. */
function summedKernel(
  tangents: readonly LayerTangents[],
  k: number,
  chosen: readonly number[],
  linearAlgebra: LinearAlgebra,
): DenseMatrix {
  const n = rowsOf(tangents) / k;
  const theta = new Float64Array(n * n);
  for (const { layer, h, bias, delta } of tangents) {
    const { inputs, outputs } = layer;
    const alike = linearAlgebra.syrk({ rows: n, cols: inputs, values: h }); // n x n
    // the sensitivities of all chosen outputs beside each other, n x (chosen outputs)
    const cols = chosen.length * outputs;
    const beside = new Float64Array(n * cols);
    for (let i = 0; i < n; i++) {
      for (const [place, c] of chosen.entries()) {
        const from = (i * k + c) * outputs;
        beside.set(delta.subarray(from, from + outputs), i * cols + place * outputs);
      }
    }
    const sensitive = linearAlgebra.syrk({ rows: n, cols, values: beside });
    for (let at = 0; at < theta.length; at++) theta[at]! += (alike.values[at]! + bias * bias) * sensitive.values[at]!;
  }
  return { rows: n, cols: n, values: theta };
}
