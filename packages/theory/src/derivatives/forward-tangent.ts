/**
 * Forward mode: how all layers change as the parameters move along a direction. J v in one sweep, without a Jacobian.
 */
// n samples, k outputs, p parameters
import { type ForwardPass, forwardPass, layersOf, type Mlp } from '@tangentlab/nn';
import { dot } from '@tangentlab/tensor';
import { checkLength } from '../check-length.js';

/** A forward pass, and its derivative along a direction. */
export interface ForwardTangent {
  readonly pass: ForwardPass;
  /** Entry l, n x widths[l]: the change of what layer l reads; 0 for the inputs. */
  readonly inputs: readonly Float64Array[];
  /** Entry l, n x widths[l+1]: the change of its pre-activations. The last is J v. */
  readonly preActivations: readonly Float64Array[];
}

/**
 * The derivative of every layer along v.
 *
 * *Shapes*: v has p entries. *Cost*: two forward passes. *Throws* SHAPE_MISMATCH. *Source*: Pearlmutter (1994).
 */
export function forwardTangent(
  model: Mlp,
  theta: Float64Array,
  x: Float64Array,
  n: number,
  v: Float64Array,
): ForwardTangent {
  checkLength('jvp', v, model.parameterCount, 'parameter');
  const pass = forwardPass(model, theta, x, n);
  const inputs = [new Float64Array(x.length)];
  const preActivations: Float64Array[] = [];
  for (const [l, layer] of layersOf(model.widths).entries()) {
    const { weightScale, biasScale } = model.layers[l]!;
    const [h, dh] = [pass.inputs[l]!, inputs[l]!];
    const dz = new Float64Array(n * layer.outputs); // n x outputs
    for (let i = 0; i < n; i++) {
      for (let o = 0; o < layer.outputs; o++) {
        const w = layer.weights + o * layer.inputs;
        const moved = dot(v, w, h, i * layer.inputs, layer.inputs);
        const carried = l === 0 ? 0 : dot(theta, w, dh, i * layer.inputs, layer.inputs);
        dz[i * layer.outputs + o] = weightScale * (moved + carried) + biasScale * v[layer.biases + o]!;
      }
    }
    preActivations.push(dz);
    const z = pass.preActivations[l]!;
    if (l < model.layers.length - 1) inputs.push(dz.map((d, at) => d * model.activation.derivative(z[at]!)));
  }
  return { pass, inputs, preActivations };
}

/**
 * J v: the change of all outputs as the parameters move along v.
 *
 * *Shapes*: p in, n k out. *Cost*: two forward passes. *Throws* SHAPE_MISMATCH.
 *
 * @example
 * const line = mlp({ widths: [1, 1] }); // z = w x + b
 * jvp(line, Float64Array.of(3, 0), Float64Array.of(2), 1, Float64Array.of(1, 10)) // => Float64Array.of(12)
 */
export function jvp(model: Mlp, theta: Float64Array, x: Float64Array, n: number, v: Float64Array): Float64Array {
  return forwardTangent(model, theta, x, n, v).preActivations.at(-1)!;
}
