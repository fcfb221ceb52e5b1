/**
 * On which side of its kink each hidden neuron is, proven by interval arithmetic: every result is widened by more than its
 * rounding, so that a sign which holds for the interval holds for the network in exact arithmetic.
 */
// n samples
import { layersOf, type Mlp } from '@tangentlab/nn';

/** The slope of each neuron on each sample, or why one is not known. */
export type ActivationPattern =
  /** Entry l, n x widths[l+1]: f' at the pre-activations of hidden layer l. */
  { readonly slopes: readonly Float64Array[] } | { readonly unknown: string };

/** Activations that are linear on both sides of 0. */
const PIECEWISE_LINEAR: ReadonlySet<string> = new Set(['identity', 'relu', 'leakyRelu']);
const [EPS, LEAST] = [Number.EPSILON, Number.MIN_VALUE];
const { abs } = Math;

/**
 * The slopes of a network that is linear piece by piece.
 *
 * *Cost*: some ten forward passes. *Throws* nothing: a pre-activation whose interval holds 0, or overflows, makes the pattern
 * unknown, and so does an activation that bends. *Source*: Moore (1966), Interval Analysis.
 */
export function activationPattern(model: Mlp, theta: Float64Array, x: Float64Array, n: number): ActivationPattern {
  const { activation, widths } = model;
  if (!PIECEWISE_LINEAR.has(activation.name))
    return { unknown: `${activation.name} is not linear on both sides of a kink at 0` };
  const [below, above] = [activation.derivative(-1), activation.derivative(1)];
  const slopes: Float64Array[] = [];
  let read: Intervals = { low: x, high: x };
  for (const [l, { inputs, outputs, weights, biases }] of layersOf(widths).slice(0, -1).entries()) {
    const { weightScale, biasScale } = model.layers[l]!;
    const slope = new Float64Array(n * outputs);
    const made = { low: new Float64Array(n * outputs), high: new Float64Array(n * outputs) };
    for (let i = 0; i < n; i++) {
      for (let o = 0; o < outputs; o++) {
        const at = i * outputs + o;
        const sum = product(theta, weights + o * inputs, read, i * inputs, inputs);
        const [scaled, bias] = [scaledBy(weightScale, sum), biasScale * theta[biases + o]!];
        const low = down(scaled.low + down(bias));
        const high = up(scaled.high + up(bias));
        if (!(Number.isFinite(low) && Number.isFinite(high)))
          return { unknown: `neuron ${o} of layer ${l + 1} is beyond the range of doubles on sample ${i}` };
        const positive = low > 0;
        if (below !== above && !positive && high >= 0)
          return { unknown: `neuron ${o} of layer ${l + 1} is too near its kink on sample ${i}` };
        slope[at] = positive ? above : below;
        const value = scaledBy(slope[at]!, { low, high });
        made.low[at] = value.low;
        made.high[at] = value.high;
      }
    }
    slopes.push(slope);
    read = made;
  }
  return { slopes };
}

interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Intervals beside each other. */
interface Intervals {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** The inner product of numbers and intervals, widened at each step. */
function product(w: Float64Array, fromW: number, h: Intervals, fromH: number, length: number): Interval {
  let [low, high] = [0, 0];
  for (let j = 0; j < length; j++) {
    const weight = w[fromW + j]!;
    const [a, b] = [weight * h.low[fromH + j]!, weight * h.high[fromH + j]!];
    low = down(low + down(weight < 0 ? b : a));
    high = up(high + up(weight < 0 ? a : b));
  }
  return { low, high };
}

/** A multiple; by 0 and 1 without any widening. */
function scaledBy(factor: number, { low, high }: Interval): Interval {
  if (factor === 0) return { low: 0, high: 0 };
  if (factor === 1) return { low, high };
  const [a, b] = [factor * low, factor * high];
  return factor < 0 ? { low: down(b), high: up(a) } : { low: down(a), high: up(b) };
}

/** Below whatever number rounds to this one: eps |v| is one unit in the last place at least, rounding half of one. */
function down(v: number): number {
  return v - (EPS * abs(v) + LEAST);
}

function up(v: number): number {
  return v + (EPS * abs(v) + LEAST);
}
