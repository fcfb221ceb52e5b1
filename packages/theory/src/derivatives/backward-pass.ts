/**
 * Reverse mode on one cotangent for each output: J' u in one sweep, and what curvature needs of it.
 */
// n samples, k outputs, p parameters
import { addLayerGradient, type ForwardPass, forwardPass, type Layer, layersOf, type Mlp } from '@tangentlab/nn';
import { checkLength } from '../check-length.js';

/**
 * J' u: the gradient of the outputs weighted by u.
 *
 * *Shapes*: n k in, p out. *Cost*: three forward passes. *Throws* SHAPE_MISMATCH.
 *
 * @example
 * const line = mlp({ widths: [1, 1] }); // z = w x + b
 * vjp(line, Float64Array.of(3, 0), Float64Array.of(2), 1, Float64Array.of(5)) // => Float64Array.of(10, 5)
 */
export function vjp(model: Mlp, theta: Float64Array, x: Float64Array, n: number, u: Float64Array): Float64Array {
  checkLength('vjp', u, n * model.widths.at(-1)!, 'output of every sample');
  const pass = forwardPass(model, theta, x, n);
  return gradientsOf(model, pass, sensitivities(model, theta, pass, u, n), n);
}

/** Entry l, n x widths[l+1]: the gradient by the pre-activations of layer l, from that by the outputs. */
export function sensitivities(
  model: Mlp,
  theta: Float64Array,
  pass: ForwardPass,
  u: Float64Array,
  n: number,
): readonly Float64Array[] {
  const layers = layersOf(model.widths);
  const deltas = Array<Float64Array>(layers.length);
  let delta = u;
  for (let l = layers.length - 1; l >= 0; l--) {
    deltas[l] = delta;
    if (l === 0) break;
    const z = pass.preActivations[l - 1]!;
    const { weightScale } = model.layers[l]!;
    const pulled = throughWeights(theta, layers[l]!, delta, n);
    delta = pulled.map((d, at) => d * weightScale * model.activation.derivative(z[at]!));
  }
  return deltas;
}

/** W' delta for each row of delta: rows x layer.inputs. */
export function throughWeights(weights: Float64Array, layer: Layer, delta: Float64Array, rows: number): Float64Array {
  const below = new Float64Array(rows * layer.inputs);
  for (let row = 0; row < rows; row++) {
    const to = row * layer.inputs;
    for (let o = 0; o < layer.outputs; o++) {
      const d = delta[row * layer.outputs + o]!;
      if (d === 0) continue;
      const from = layer.weights + o * layer.inputs;
      for (let j = 0; j < layer.inputs; j++) below[to + j]! += d * weights[from + j]!;
    }
  }
  return below;
}

/** The gradient by all parameters, summed over the samples. */
export function gradientsOf(
  model: Mlp,
  { inputs }: Pick<ForwardPass, 'inputs'>,
  deltas: readonly Float64Array[],
  n: number,
): Float64Array {
  const gradient = new Float64Array(model.parameterCount);
  for (const [l, layer] of layersOf(model.widths).entries())
    addLayerGradient(
      gradient,
      layer,
      inputs[l]!,
      deltas[l]!,
      n,
      model.layers[l]!.weightScale,
      model.layers[l]!.biasScale,
    );
  return gradient;
}
