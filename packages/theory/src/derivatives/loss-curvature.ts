/**
 * Second derivatives of losses by the outputs, as products with a vector: what curvature in parameters is made of.
 */
import { type LossSpec, lossOf } from '@tangentlab/tensor';

/** Writes H v into `out`, H being the Hessian of the loss of one sample by its outputs. */
export type OutputCurvature = (z: Float64Array, t: Float64Array, v: Float64Array, out: Float64Array) => void;

/** Step of the central difference for losses of the user's: the cube root of eps, where both errors are alike. */
const STEP = 6e-6;

/**
 * The curvature of a loss. *Error*: rounding for the built-in ones; about 1e-10 of the loss's own scale for others, whose
 * gradients are differenced. Huber's and hinge's jump at their kinks.
 */
export function outputCurvature(loss: LossSpec): OutputCurvature {
  if ('value' in loss) return differenced(loss);
  switch (loss.name) {
    case 'softmaxCrossEntropy':
      return softmaxCurvature;
    case 'mse':
      return (_z, _t, v, out) => {
        for (let j = 0; j < v.length; j++) out[j] = (2 * v[j]!) / v.length;
      };
    case 'huber':
      return (z, t, v, out) => {
        for (let j = 0; j < v.length; j++) out[j] = Math.abs(z[j]! - t[j]!) > loss.delta ? 0 : v[j]! / v.length;
      };
    case 'hinge':
      return (_z, _t, _v, out) => void out.fill(0);
  }
}

/** (diag(p) - p p') v. */
const softmaxCurvature: OutputCurvature = (z, _t, v, out) => {
  const top = z.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  let total = 0;
  for (let j = 0; j < z.length; j++) {
    out[j] = Math.exp(z[j]! - top);
    total += out[j]!;
  }
  let mean = 0;
  for (let j = 0; j < z.length; j++) {
    out[j]! /= total;
    mean += out[j]! * v[j]!;
  }
  for (let j = 0; j < z.length; j++) out[j]! *= v[j]! - mean;
};

function differenced(loss: LossSpec): OutputCurvature {
  const { gradient } = lossOf(loss);
  return (z, t, v, out) => {
    const size = Math.sqrt(v.reduce((sum, value) => sum + value * value, 0));
    if (size === 0) return void out.fill(0);
    const scale = STEP * (1 + Math.sqrt(z.reduce((sum, value) => sum + value * value, 0)));
    const at = (sign: number) => {
      const slope = new Float64Array(z.length);
      gradient(
        z.map((value, j) => value + (sign * scale * v[j]!) / size),
        t,
        slope,
      );
      return slope;
    };
    const [up, down] = [at(1), at(-1)];
    for (let j = 0; j < z.length; j++) out[j] = (size * (up[j]! - down[j]!)) / (2 * scale);
  };
}
