/**
 * The Taylor expansion of a network in its parameters, of any order: the linearisation and what lies beyond it.
 */
// n samples, k outputs, p parameters
import { ConfigError } from '@tangentlab/core';
import { layersOf, type Mlp, predict } from '@tangentlab/nn';
import { checkLength } from '../check-length.js';
import { activationSeries } from './power-series.js';

/** The terms of an expansion along one step: entry j, n x k, is the j-th derivative along it divided by j!. */
export type TaylorTerms = readonly Float64Array[];

/**
 * The terms of Z(theta0 + s step) as a series in s, up to an order.
 *
 * Their sum up to order 1 is the linearisation at theta0 + step. ReLU networks are polynomials of degree L + 1 as long as no
 * sign changes. *Shapes*: x is n x features; order + 1 terms of n x k. *Cost*: O(order^2) forward passes. *Throws*
 * SHAPE_MISMATCH; CONFIG_INVALID for an order that is not 0, 1, 2, ..., or beyond what is known of an activation of the
 * user's. *Source*: Taylor mode of automatic differentiation, Griewank and Walther (2008), section 13.
 *
 * @example
 * const line = mlp({ widths: [1, 1] }); // z = w x + b
 * taylorTerms(line, Float64Array.of(3, 0), Float64Array.of(2), 1, Float64Array.of(1, 10), 2).map(([z]) => z) // => [6, 12, 0]
 */
export function taylorTerms(
  model: Mlp,
  theta0: Float64Array,
  x: Float64Array,
  n: number,
  step: Float64Array,
  order: number,
): TaylorTerms {
  if (!(Number.isInteger(order) && order >= 0)) {
    throw new ConfigError('CONFIG_INVALID', {
      where: 'taylorTerms',
      expected: 'an order of 0, 1, 2, ... is needed',
      got: String(order),
      todo: 'give 1 for the linearisation',
    });
  }
  checkLength('taylorTerms', step, model.parameterCount, 'parameter');
  const start = predict(model, theta0, x, n);
  if (order === 0) return [start];
  const layers = layersOf(model.widths);
  const k = model.widths.at(-1)!;
  const terms: Float64Array[] = Array.from({ length: order + 1 }, () => new Float64Array(n * k));
  for (let i = 0; i < n; i++) {
    let h = Array.from(x.subarray(i * model.widths[0]!, (i + 1) * model.widths[0]!), (value) => constant(value, order));
    for (const [l, { inputs, outputs, weights, biases }] of layers.entries()) {
      const { weightScale, biasScale } = model.layers[l]!;
      const z = Array.from({ length: outputs }, (_, o) => {
        const sum = new Float64Array(order + 1);
        for (let j = 0; j < inputs; j++) {
          const at = weights + o * inputs + j;
          addProduct(sum, weightScale * theta0[at]!, weightScale * step[at]!, h[j]!);
        }
        sum[0]! += biasScale * theta0[biases + o]!;
        sum[1]! += biasScale * step[biases + o]!;
        return sum;
      });
      h = l === layers.length - 1 ? z : z.map((series) => activationSeries(model.activation, series));
    }
    for (const [c, series] of h.entries()) for (let j = 0; j <= order; j++) terms[j]![i * k + c] = series[j]!;
  }
  terms[0] = start;
  return terms;
}

/** sum += (value + slope s) h(s). */
function addProduct(sum: Float64Array, value: number, slope: number, h: Float64Array): void {
  sum[0]! += value * h[0]!;
  for (let j = 1; j < sum.length; j++) sum[j]! += value * h[j]! + slope * h[j - 1]!;
}

function constant(value: number, order: number): Float64Array {
  const series = new Float64Array(order + 1);
  series[0] = value;
  return series;
}
