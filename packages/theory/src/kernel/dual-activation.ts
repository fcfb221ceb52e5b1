/**
 * Dual activations: expectations of an activation over two correlated Gaussians, from which the kernels of infinitely wide
 * networks are made layer by layer. In closed form where one is known, by quadrature else.
 */
import type { Activation } from '@tangentlab/tensor';
import { type DualActivation, type GaussianPair, pairOf } from './gaussian-pair.js';
import { quadratureDual } from './gaussian-quadrature.js';

/** Slope of leaky ReLU left of 0; that of `tensor`. */
const LEAK = 0.01;
const { asin, atan2, exp, PI, sqrt } = Math;

/**
 * The dual of an activation.
 *
 * *Error*: rounding for identity, ReLU, leaky ReLU, sine, erf; 1e-9 relative for GELU at worst; that of the quadrature, about
 * 1e-13, for tanh, sigmoid, softplus and those of the user's, if they are smooth. *Source*: Cho and Saul (2009) for ReLU,
 * Williams (1997) for erf, Pearce et al. (2020) for sine, Tsuchida et al. (2021) for GELU.
 */
export function dualOf(activation: Activation): DualActivation {
  switch (activation.name) {
    case 'identity':
      return (pair) => ({ out: pair, slopes: 1 });
    case 'relu':
      return piecewiseLinearDual(0, 1);
    case 'leakyRelu':
      return piecewiseLinearDual(LEAK, 1);
    case 'erf':
      return erfDual;
    case 'sine':
      return sineDual;
    case 'gelu':
      return geluDual;
    default:
      return quadratureDual(activation);
  }
}

/**
 * The dual of left z for z < 0 and right z for z > 0: ReLU is (0, 1), the absolute value (-1, 1).
 *
 * *Error*: rounding, also where both Gaussians are nearly the same, since it is their difference that is propagated.
 */
export function piecewiseLinearDual(left: number, right: number): DualActivation {
  const [squares, product] = [left * left + right * right, left * right];
  return ({ a, b, loss: given }) => {
    const scale = sqrt(a * b);
    const loss = Math.min(2, Math.max(0, given));
    const angle = 2 * asin(sqrt(loss / 2));
    const opposite = sinMinusTCos(angle, loss); // pi E relu(u) relu(-v), in units of sqrt(a b)/2
    // in these units E f(u) f(v) is what it is at correlation 1 less this, without cancellation near there
    const lost = (squares * (PI * loss - opposite) + 2 * product * opposite) / PI;
    const c = (scale / 2) * (squares - lost);
    const slopes = (squares * (PI - angle) + 2 * product * angle) / (2 * PI);
    const power = (squares * scale) / 2;
    return { out: { a: (squares * a) / 2, b: (squares * b) / 2, c, loss: power === 0 ? 1 : lost / squares }, slopes };
  };
}

/** sin t - t cos t, with cos t = 1 - loss. */
function sinMinusTCos(t: number, loss: number): number {
  if (t > 0.3) return sqrt(loss * (2 - loss)) - (1 - loss) * t;
  const t2 = t * t;
  return t * t2 * (1 / 3 - t2 * (1 / 30 - t2 * (1 / 840 - t2 * (1 / 45360 - t2 / 3991680))));
}

const erfDual: DualActivation = (pair) => {
  const { a, b, c } = pair;
  const square = (q: number) => (2 / PI) * asin((2 * q) / (1 + 2 * q));
  const value = (2 / PI) * asin((2 * c) / sqrt((1 + 2 * a) * (1 + 2 * b)));
  // (1 + 2 a)(1 + 2 b) - 4 c^2
  const determinant = 1 + 2 * (a + b) + 4 * gram(pair);
  return { out: pairOf(square(a), square(b), value), slopes: 4 / (PI * sqrt(determinant)) };
};

const sineDual: DualActivation = ({ a, b, c }) => {
  const square = (q: number) => (1 - exp(-2 * q)) / 2;
  // e^{-(a+b)/2} sinh c, which overflows as it stands
  const [near, far] = [exp(c - (a + b) / 2), exp(-c - (a + b) / 2)];
  return { out: pairOf(square(a), square(b), (near - far) / 2), slopes: (near + far) / 2 };
};

const geluDual: DualActivation = (pair) => {
  const { a, b, c } = pair;
  const delta2 = 1 + a + b + gram(pair);
  const delta = sqrt(delta2);
  const both = (1 + a) * (1 + b);
  const first = ((1 / delta2 + (1 - a * b) / both + 1) * c) / (delta * 2 * PI);
  const square = (q: number) => geluProduct({ a: q, b: q, c: q, loss: 0 });
  return {
    out: pairOf(square(a), square(b), geluProduct(pair)),
    slopes: first + 0.25 + atan2(c, delta) / (2 * PI),
  };
};

function geluProduct(pair: GaussianPair): number {
  const { a, b, c } = pair;
  const delta2 = 1 + a + b + gram(pair);
  const delta = sqrt(delta2);
  const inner = (c * c + a * b * delta2) / ((1 + a) * (1 + b) * delta) + c * atan2(c, delta);
  return c / 4 + inner / (2 * PI);
}

/** a b - c^2 = a b (1 - rho)(1 + rho). */
function gram({ a, b, loss }: GaussianPair): number {
  return a * b * loss * (2 - loss);
}
