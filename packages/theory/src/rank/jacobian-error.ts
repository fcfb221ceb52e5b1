/**
 * How far the computed Jacobian may be from the true one: a running error analysis in standard double precision, so that a
 * rank can be certified.
 */
// n samples, k outputs
import { forwardPass, layersOf, type Mlp } from '@tangentlab/nn';

/** What is known of an activation: bounds that hold for all arguments, and the error of evaluating it. */
interface ActivationFacts {
  /** max |f'| and max |f''|; no second one where there is a kink. */
  readonly slope: number;
  readonly curvature: number | undefined;
  /** Units in the last place by which f and f' may be off, relative to 1 + |z|. */
  readonly evaluation: number;
}

const FACTS: Readonly<Record<string, ActivationFacts>> = {
  identity: { slope: 1, curvature: 0, evaluation: 0 },
  relu: { slope: 1, curvature: undefined, evaluation: 0 },
  leakyRelu: { slope: 1, curvature: undefined, evaluation: 1 },
  tanh: { slope: 1, curvature: 0.77, evaluation: 8 },
  sigmoid: { slope: 0.25, curvature: 0.097, evaluation: 8 },
  softplus: { slope: 1, curvature: 0.25, evaluation: 8 },
  sine: { slope: 1, curvature: 1, evaluation: 4 },
  erf: { slope: 1.129, curvature: 0.969, evaluation: 16 },
  gelu: { slope: 1.13, curvature: 0.8, evaluation: 16 },
};

const EPS = Number.EPSILON;

/** A bound on an error, or why there is none. */
export type JacobianError = { readonly bound: number } | { readonly unknown: string };

/**
 * A bound on the Frobenius norm of the error of `jacobian`, or the reason why none is known.
 *
 * Every sum of m products is off by at most m eps times the sum of their sizes, every activation by its slope times the
 * error of its argument and some units in the last place; ReLU's pattern of signs counts as known where pre-activations
 * are further from 0 than their error. *Cost*: twice that of the Jacobian in factored form. *Source*: Higham (2002),
 * section 3.3, running error analysis.
 */
export function jacobianError(model: Mlp, theta: Float64Array, x: Float64Array, n: number): JacobianError {
  const facts = FACTS[model.activation.name];
  if (facts === undefined) return { unknown: `nothing is known of the slope of ${model.activation.name}` };
  const pass = forwardPass(model, theta, x, n);
  const layers = layersOf(model.widths);
  const k = model.widths.at(-1)!;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const sample = sampleErrors(model, theta, pass, facts, i);
    if ('unknown' in sample) return sample;
    const { read, slopes, slopeErrors } = sample;
    for (let c = 0; c < k; c++) {
      let delta = new Float64Array(k);
      let error = new Float64Array(k);
      delta[c] = 1;
      for (let l = layers.length - 1; ; l--) {
        const { weightScale, biasScale } = model.layers[l]!;
        const h = pass.inputs[l]!.subarray(i * layers[l]!.inputs, (i + 1) * layers[l]!.inputs);
        squares += blockError(delta, error, h, read[l]!, Math.abs(weightScale), Math.abs(biasScale));
        if (l === 0) break;
        [delta, error] = pulledBack(theta, layers[l]!, weightScale, delta, error, slopes[l - 1]!, slopeErrors[l - 1]!);
      }
    }
  }
  return { bound: Math.sqrt(squares) };
}

interface SampleErrors {
  /** Entry l: how far what layer l reads may be off. */
  readonly read: readonly Float64Array[];
  /** f' of the pre-activations of each hidden layer, and how far it may be off. */
  readonly slopes: readonly Float64Array[];
  readonly slopeErrors: readonly Float64Array[];
}

function sampleErrors(
  model: Mlp,
  theta: Float64Array,
  pass: ReturnType<typeof forwardPass>,
  facts: ActivationFacts,
  i: number,
): SampleErrors | { readonly unknown: string } {
  const layers = layersOf(model.widths);
  const read = [new Float64Array(model.widths[0]!)];
  const slopes: Float64Array[] = [];
  const slopeErrors: Float64Array[] = [];
  for (let l = 0; l < layers.length - 1; l++) {
    const { inputs, outputs, weights, biases } = layers[l]!;
    const { weightScale, biasScale } = model.layers[l]!;
    const [own, slope, slopeError] = [new Float64Array(outputs), new Float64Array(outputs), new Float64Array(outputs)];
    for (let o = 0; o < outputs; o++) {
      let [sizes, carried] = [0, 0];
      for (let j = 0; j < inputs; j++) {
        const w = Math.abs(theta[weights + o * inputs + j]!);
        sizes += w * Math.abs(pass.inputs[l]![i * inputs + j]!);
        carried += w * read[l]![j]!;
      }
      const bias = Math.abs(biasScale * theta[biases + o]!);
      const off = Math.abs(weightScale) * ((inputs + 3) * EPS * sizes + carried) + 2 * EPS * bias;
      const z = pass.preActivations[l]![i * outputs + o]!;
      if (facts.curvature === undefined && Math.abs(z) <= off)
        return { unknown: `neuron ${o} of layer ${l + 1} is too near its kink on sample ${i}` };
      const evaluation = facts.evaluation * EPS * (1 + Math.abs(z));
      own[o] = facts.slope * off + evaluation;
      slope[o] = model.activation.derivative(z);
      slopeError[o] = (facts.curvature ?? 0) * off + evaluation;
    }
    read.push(own);
    slopes.push(slope);
    slopeErrors.push(slopeError);
  }
  return { read, slopes, slopeErrors };
}

/** The squared error of the entries delta h scale and delta bias. */
function blockError(
  delta: Float64Array,
  error: Float64Array,
  h: Float64Array,
  read: Float64Array,
  scale: number,
  bias: number,
): number {
  let squares = 0;
  for (let o = 0; o < delta.length; o++) {
    const [d, off] = [Math.abs(delta[o]!), error[o]!];
    for (let j = 0; j < h.length; j++) {
      const value = Math.abs(h[j]!);
      squares += (scale * (d * read[j]! + off * (value + read[j]!) + 3 * EPS * d * value)) ** 2;
    }
    squares += (bias * (off + 2 * EPS * d)) ** 2;
  }
  return squares;
}

/** delta and its error, one layer below. */
function pulledBack(
  theta: Float64Array,
  { inputs, outputs, weights }: { readonly inputs: number; readonly outputs: number; readonly weights: number },
  scale: number,
  delta: Float64Array,
  error: Float64Array,
  slopes: Float64Array,
  slopeErrors: Float64Array,
): [Float64Array<ArrayBuffer>, Float64Array<ArrayBuffer>] {
  const below = new Float64Array(inputs);
  const errors = new Float64Array(inputs);
  for (let j = 0; j < inputs; j++) {
    let [sum, sizes, carried] = [0, 0, 0];
    for (let o = 0; o < outputs; o++) {
      const w = theta[weights + o * inputs + j]!;
      sum += w * delta[o]!;
      sizes += Math.abs(w * delta[o]!);
      carried += Math.abs(w) * error[o]!;
    }
    const slope = Math.abs(slopes[j]!);
    const pulled = Math.abs(scale * sum);
    const off = Math.abs(scale) * ((outputs + 4) * EPS * sizes + carried);
    below[j] = scale * sum * slopes[j]!;
    errors[j] = off * (slope + slopeErrors[j]!) + (pulled + off) * slopeErrors[j]! + 2 * EPS * pulled * slope;
  }
  return [below, errors];
}
