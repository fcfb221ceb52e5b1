/**
 * Products with the Jacobian from its factored form, without forming it.
 */
// n samples, k outputs, p parameters; J is (n k) x p, rows sample by sample
import { dot } from '@tangentlab/tensor';
import { checkLength } from '../check-length.js';
import type { LayerTangents } from './layer-tangents.js';

/**
 * J v: the change of all outputs along a direction in parameter space.
 *
 * *Shapes*: p in, n k out. *Cost*: O(n p + n k sum of widths). *Throws* SHAPE_MISMATCH.
 */
export function timesDirection(tangents: readonly LayerTangents[], k: number, v: Float64Array): Float64Array {
  checkLength('timesDirection', v, parametersOf(tangents), 'parameter');
  const product = new Float64Array(rowsOf(tangents)); // n k
  for (const { layer, h, bias, delta } of tangents) {
    const { inputs, outputs, weights, biases } = layer;
    const dz = new Float64Array(outputs); // change of the layer's pre-activations for one sample
    for (let i = 0; i * k < product.length; i++) {
      for (let o = 0; o < outputs; o++)
        dz[o] = bias * v[biases + o]! + dot(v, weights + o * inputs, h, i * inputs, inputs);
      for (let c = 0; c < k; c++) product[i * k + c]! += dot(delta, (i * k + c) * outputs, dz, 0, outputs);
    }
  }
  return product;
}

/**
 * J' u: the gradient of the outputs weighted by u.
 *
 * *Shapes*: n k in, p out. *Cost*: O(n p + n k sum of widths). *Throws* SHAPE_MISMATCH.
 */
export function timesOutputs(tangents: readonly LayerTangents[], k: number, u: Float64Array): Float64Array {
  checkLength('timesOutputs', u, rowsOf(tangents), 'output of every sample');
  const product = new Float64Array(parametersOf(tangents)); // p
  for (const { layer, h, bias, delta } of tangents) {
    const { inputs, outputs, weights, biases } = layer;
    for (let i = 0; i * k < u.length; i++) {
      for (let o = 0; o < outputs; o++) {
        let d = 0;
        for (let c = 0; c < k; c++) d += u[i * k + c]! * delta[(i * k + c) * outputs + o]!;
        if (d === 0) continue;
        product[biases + o]! += bias * d;
        for (let j = 0; j < inputs; j++) product[weights + o * inputs + j]! += d * h[i * inputs + j]!;
      }
    }
  }
  return product;
}

/** n k: how many rows J has. */
export function rowsOf(tangents: readonly LayerTangents[]): number {
  const first = tangents[0]!;
  return first.delta.length / first.layer.outputs;
}

/** p: how many columns J has. */
export function parametersOf(tangents: readonly LayerTangents[]): number {
  return tangents.at(-1)!.layer.end;
}
