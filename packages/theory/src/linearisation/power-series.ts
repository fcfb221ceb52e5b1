/**
 * Activations of power series: f(z(s)) up to an order, from z(s), by the differential equations that the functions obey.
 * Coefficient j multiplies s^j.
 */
import { ConfigError } from '@tangentlab/core';
import type { Activation } from '@tangentlab/tensor';

const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);
const ONE_OVER_ROOT_TWO_PI = 1 / Math.sqrt(2 * Math.PI);

/** Coefficient j of a product of two series. */
export function coefficientOf(a: ArrayLike<number>, b: ArrayLike<number>, j: number): number {
  let sum = 0;
  for (let i = 0; i <= j; i++) sum += a[i]! * b[j - i]!;
  return sum;
}

/**
 * f(z(s)) as a series of the same order.
 *
 * *Cost*: O(order^2). *Throws* CONFIG_INVALID for an order above 1, or 2 where there is a second derivative, of an
 * activation of the user's. ReLU and leaky ReLU are linear on their side of the kink. *Source*: Griewank and Walther
 * (2008), section 13.
 */
export function activationSeries(activation: Activation, z: Float64Array): Float64Array {
  const { name, value, derivative, secondDerivative } = activation;
  const order = z.length - 1;
  switch (name) {
    case 'identity':
      return z.slice();
    case 'relu':
    case 'leakyRelu':
      return z.map((coefficient, j) => (j === 0 ? value(coefficient) : derivative(z[0]!) * coefficient));
    case 'tanh':
      return solved(value(z[0]!), z, (y, j) => (j === 0 ? 1 : 0) - coefficientOf(y, y, j));
    case 'sigmoid':
      return solved(value(z[0]!), z, (y, j) => y[j]! - coefficientOf(y, y, j));
    case 'softplus': {
      const slope = activationSeriesOfSigmoid(z);
      return solved(value(z[0]!), z, (_, j) => slope[j]!);
    }
    case 'sine':
      return sineSeries(z);
    case 'erf': {
      const density = bellSeries(z, 1, TWO_OVER_ROOT_PI);
      return solved(value(z[0]!), z, (_, j) => density[j]!);
    }
    case 'gelu': {
      const density = bellSeries(z, 0.5, ONE_OVER_ROOT_TWO_PI);
      const share = z[0] === 0 ? 0.5 : value(z[0]!) / z[0]!;
      const phi = solved(share, z, (_, j) => density[j]!);
      return z.map((_, j) => coefficientOf(z, phi, j));
    }
    default:
      break;
  }
  if (order > 2 || (order === 2 && secondDerivative === undefined)) {
    throw new ConfigError('CONFIG_INVALID', {
      where: `Taylor expansion of order ${order}`,
      expected: `the derivatives of ${name} up to that order are needed`,
      got: secondDerivative === undefined ? 'the first' : 'the first two',
      todo: 'lower the order, or use a built-in activation',
    });
  }
  const slope = derivative(z[0]!);
  const bend = order === 2 ? secondDerivative!(z[0]!) : 0;
  return z.map((coefficient, j) =>
    j === 0 ? value(coefficient) : slope * coefficient + (j === 2 ? (bend * z[1]! * z[1]!) / 2 : 0),
  );
}

/** y with y(0) given and y' = g z', where coefficient j of g needs y up to j alone. */
function solved(start: number, z: Float64Array, g: (y: Float64Array, j: number) => number): Float64Array {
  const y = new Float64Array(z.length);
  const slopes = new Float64Array(z.length);
  y[0] = start;
  for (let j = 1; j < z.length; j++) {
    slopes[j - 1] = g(y, j - 1);
    let sum = 0;
    for (let i = 1; i <= j; i++) sum += i * z[i]! * slopes[j - i]!;
    y[j] = sum / j;
  }
  return y;
}

function activationSeriesOfSigmoid(z: Float64Array): Float64Array {
  const e = Math.exp(-Math.abs(z[0]!));
  const start = (z[0]! < 0 ? e : 1) / (1 + e);
  return solved(start, z, (y, j) => y[j]! - coefficientOf(y, y, j));
}

/** factor exp(-share z^2): w' = -2 share z z' w. */
function bellSeries(z: Float64Array, share: number, factor: number): Float64Array {
  return solved(factor * Math.exp(-share * z[0]! * z[0]!), z, (w, j) => -2 * share * coefficientOf(z, w, j));
}

function sineSeries(z: Float64Array): Float64Array {
  const [s, c] = [new Float64Array(z.length), new Float64Array(z.length)];
  s[0] = Math.sin(z[0]!);
  c[0] = Math.cos(z[0]!);
  for (let j = 1; j < z.length; j++) {
    let [ds, dc] = [0, 0];
    for (let i = 1; i <= j; i++) {
      ds += i * z[i]! * c[j - i]!;
      dc -= i * z[i]! * s[j - i]!;
    }
    s[j] = ds / j;
    c[j] = dc / j;
  }
  return s;
}
