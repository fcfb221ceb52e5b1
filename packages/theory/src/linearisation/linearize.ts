/**
 * The linearisation of a network in its parameters: Zlin(theta) = Z(theta0) + J(theta0) (theta - theta0).
 */
import { type Mlp, predict } from '@tangentlab/nn';
import { checkLength } from '../check-length.js';
import { jacobian } from '../derivatives/jacobian.js';

/** A network on fixed samples, linear in its parameters. */
export type LinearizedNetwork = (theta: Float64Array) => Float64Array;

/**
 * The first-order Taylor expansion of a network's logits at theta0, on the samples x.
 *
 * *Shapes*: x is n x features; the function maps p parameters to n x k logits, row-major. Zlin(theta0) equals Z(theta0)
 * bit for bit. *Cost*: O(n k p) to build and per call. *Throws* SHAPE_MISMATCH, and so does the function. *Source*: Lee et al.
 * (2019), eq. 3; the seed document, section 12.
 */
export function linearize(model: Mlp, theta0: Float64Array, x: Float64Array, n: number): LinearizedNetwork {
  const z0 = predict(model, theta0, x, n);
  const j = jacobian(model, theta0, x, n);
  const start = theta0.slice();
  return (theta) => {
    checkLength('linearize', theta, j.cols, 'parameter');
    const step = theta.map((value, i) => value - start[i]!);
    return z0.map((value, row) => {
      let sum = 0;
      for (let c = 0; c < j.cols; c++) sum += j.values[row * j.cols + c]! * step[c]!;
      return value + sum;
    });
  };
}
