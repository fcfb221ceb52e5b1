/**
 * Products with the curvature of the mean loss, without forming a matrix: the Hessian by Pearlmutter's operator, the
 * Gauss-Newton matrix J' H J as forward and reverse mode in turn.
 */
// n samples, k outputs, p parameters
import { addLayerGradient, checkTargets, layersOf, type Mlp } from '@tangentlab/nn';
import { type Activation, type LossSpec, lossOf, type RegressionTable } from '@tangentlab/tensor';
import { gradientsOf, sensitivities, throughWeights } from './backward-pass.js';
import { type ForwardTangent, forwardTangent } from './forward-tangent.js';
import { outputCurvature } from './loss-curvature.js';

/** Step of the central difference for slopes that have no derivative of their own. */
const STEP = 6e-6;

/**
 * H v, H being the Hessian of the mean loss by the parameters.
 *
 * *Shapes*: p in, p out. *Cost*: about eight forward passes. *Error*: rounding; about 1e-9 relative where an activation or
 * a loss of the user's gives no second derivative and is differenced. At a kink of ReLU the side is that of its slope.
 * *Throws* SHAPE_MISMATCH. *Source*: Pearlmutter (1994).
 *
 * @example
 * const line = mlp({ widths: [1, 1] });
 * const table = { x: Float64Array.of(2), targets: Float64Array.of(0), samples: 1, features: 1, outputs: 1 };
 * hvp(line, Float64Array.of(3, 0), table, mse(), Float64Array.of(1, 0)) // => Float64Array.of(8, 4)
 */
export function hvp(
  model: Mlp,
  theta: Float64Array,
  table: RegressionTable,
  loss: LossSpec,
  v: Float64Array,
): Float64Array {
  checkTargets('hvp', model, table);
  const { x, samples: n } = table;
  const tangent = forwardTangent(model, theta, x, n, v);
  const { pass } = tangent;
  const deltas = sensitivities(model, theta, pass, outputGradient(tangent, table, loss), n);
  const product = new Float64Array(model.parameterCount);
  const curvature = curvatureOf(model.activation);
  const layers = layersOf(model.widths);
  let moved = curved(tangent, table, loss); // change of the sensitivities, n x outputs
  for (let l = layers.length - 1; ; l--) {
    const [layer, scales, delta] = [layers[l]!, model.layers[l]!, deltas[l]!];
    addLayerGradient(product, layer, pass.inputs[l]!, moved, n, scales.weightScale, scales.biasScale);
    // the biases read 1, which does not change
    addLayerGradient(product, layer, tangent.inputs[l]!, delta, n, scales.weightScale, 0);
    if (l === 0) return product;
    const [z, dz] = [pass.preActivations[l - 1]!, tangent.preActivations[l - 1]!];
    const pulled = throughWeights(theta, layer, delta, n);
    const carried = throughWeights(theta, layer, moved, n);
    const turned = throughWeights(v, layer, delta, n);
    moved = z.map((value, at) => {
      const slope = model.activation.derivative(value);
      const bent = pulled[at]! * curvature(value) * dz[at]!;
      return scales.weightScale * ((carried[at]! + turned[at]!) * slope + bent);
    });
  }
}

/**
 * G v, G = J' H J being the Gauss-Newton matrix of the mean loss, H its Hessian by the outputs: the Fisher matrix for
 * cross-entropy. Positive semidefinite for a loss that is convex in the outputs.
 *
 * *Shapes*: p in, p out. *Cost*: five forward passes. *Throws* SHAPE_MISMATCH. *Source*: Schraudolph (2002).
 */
export function gaussNewtonProduct(
  model: Mlp,
  theta: Float64Array,
  table: RegressionTable,
  loss: LossSpec,
  v: Float64Array,
): Float64Array {
  checkTargets('gaussNewtonProduct', model, table);
  const { x, samples: n } = table;
  const tangent = forwardTangent(model, theta, x, n, v);
  const deltas = sensitivities(model, theta, tangent.pass, curved(tangent, table, loss), n);
  return gradientsOf(model, tangent.pass, deltas, n);
}

/** The gradient of the mean loss by the outputs, n x k. */
function outputGradient({ pass }: ForwardTangent, { targets, samples, outputs }: RegressionTable, loss: LossSpec) {
  const { gradient } = lossOf(loss);
  const z = pass.preActivations.at(-1)!;
  const slopes = new Float64Array(z.length);
  for (let i = 0; i < samples; i++) {
    const [from, to] = [i * outputs, (i + 1) * outputs];
    gradient(z.subarray(from, to), targets.subarray(from, to), slopes.subarray(from, to));
  }
  return slopes.map((slope) => slope / samples);
}

/** H J v, n x k, H that of the mean loss. */
function curved(tangent: ForwardTangent, { targets, samples, outputs }: RegressionTable, loss: LossSpec): Float64Array {
  const curvature = outputCurvature(loss);
  const [z, dz] = [tangent.pass.preActivations.at(-1)!, tangent.preActivations.at(-1)!];
  const product = new Float64Array(z.length);
  for (let i = 0; i < samples; i++) {
    const [from, to] = [i * outputs, (i + 1) * outputs];
    const row = (values: Float64Array) => values.subarray(from, to);
    curvature(row(z), row(targets), row(dz), row(product));
  }
  return product.map((value) => value / samples);
}

/** f'', by a central difference of f' where the activation does not give it. */
function curvatureOf({ secondDerivative, derivative }: Activation): (z: number) => number {
  if (secondDerivative !== undefined) return secondDerivative;
  return (z) => {
    const step = STEP * (1 + Math.abs(z));
    return (derivative(z + step) - derivative(z - step)) / (2 * step);
  };
}
