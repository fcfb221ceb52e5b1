/**
 * Losses: how far the outputs of a network for one sample are from its targets. Targets are dense, one number for each
 * output: a one-hot or smoothed class, or real values. The built-in losses are plain data; `lossOf` gives the functions.
 */

/** Classes only, or anything with real targets: a one-hot row is one of these, too. */
export type LossTargets = 'classes' | 'values';

/** Cross-entropy of softmax(z), in nats. Targets are probabilities: a row sums to 1. */
export interface SoftmaxCrossEntropy {
  readonly name: 'softmaxCrossEntropy';
  readonly targets: 'classes';
}

/** Mean over the outputs of (z - t)^2. */
export interface Mse {
  readonly name: 'mse';
  readonly targets: 'values';
}

/** Mean over the outputs of (z - t)^2 / 2 where |z - t| <= delta, and of delta (|z - t| - delta/2) beyond. */
export interface Huber {
  readonly name: 'huber';
  readonly targets: 'values';
  readonly delta: number;
}

/** The sum over the outputs j other than the class c of max(0, margin - z_c + z_j), divided by the number of outputs. */
export interface Hinge {
  readonly name: 'hinge';
  readonly targets: 'classes';
  readonly margin: number;
}

/** The losses that every back end knows. Plain data. */
export type BuiltInLoss = SoftmaxCrossEntropy | Mse | Huber | Hinge;

/** A loss as functions of one row of outputs and one of targets, which are lent for the call. */
export interface Loss<T extends LossTargets = LossTargets> {
  readonly name: string;
  readonly targets: T;
  /** The loss of one sample. */
  value(z: Float64Array, t: Float64Array): number;
  /** Its gradient by z, written into `out`. */
  gradient(z: Float64Array, t: Float64Array, out: Float64Array): void;
}

/** A built-in loss as data, or one of the user's as functions. */
export type LossSpec = BuiltInLoss | Loss;

const { abs, exp, log, max } = Math;

/** The functions of a loss. *Cost* of a row: O(outputs); of hinge with smoothed targets O(outputs^2). */
export function lossOf(spec: LossSpec): Loss {
  if ('value' in spec) return spec;
  switch (spec.name) {
    case 'softmaxCrossEntropy':
      return SOFTMAX_CROSS_ENTROPY;
    case 'mse':
      return MSE;
    case 'huber':
      return huberRows(spec.delta);
    case 'hinge':
      return hingeRows(spec.margin);
  }
}

const SOFTMAX_CROSS_ENTROPY: Loss = {
  name: 'softmaxCrossEntropy',
  targets: 'classes',
  value: (z, t) => {
    const top = largest(z);
    const logTotal = log(shiftedTotal(z, top));
    let loss = 0;
    // what has no share counts for nothing, even where its logit is infinitely far away
    for (let j = 0; j < z.length; j++) if (t[j] !== 0) loss += t[j]! * (logTotal + top - z[j]!);
    return loss;
  },
  gradient: (z, t, out) => {
    const top = largest(z);
    const total = shiftedTotal(z, top);
    for (let j = 0; j < z.length; j++) out[j] = exp(z[j]! - top) / total - t[j]!;
  },
};

/** The largest logit: subtracted, it keeps exp from overflowing. NaN if one is. */
function largest(z: Float64Array): number {
  let top = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < z.length; j++) top = max(top, z[j]!);
  return top;
}

function shiftedTotal(z: Float64Array, top: number): number {
  let total = 0;
  for (let j = 0; j < z.length; j++) total += exp(z[j]! - top);
  return total;
}

const MSE: Loss = {
  name: 'mse',
  targets: 'values',
  value: (z, t) => {
    let sum = 0;
    for (let j = 0; j < z.length; j++) sum += (z[j]! - t[j]!) ** 2;
    return sum / z.length;
  },
  gradient: (z, t, out) => {
    for (let j = 0; j < z.length; j++) out[j] = (2 * (z[j]! - t[j]!)) / z.length;
  },
};

function huberRows(delta: number): Loss {
  return {
    name: 'huber',
    targets: 'values',
    value: (z, t) => {
      let sum = 0;
      for (let j = 0; j < z.length; j++) {
        const d = abs(z[j]! - t[j]!);
        sum += d > delta ? delta * (d - 0.5 * delta) : 0.5 * d * d;
      }
      return sum / z.length;
    },
    gradient: (z, t, out) => {
      for (let j = 0; j < z.length; j++) {
        const d = z[j]! - t[j]!;
        out[j] = (d > delta ? delta : d < -delta ? -delta : d) / z.length;
      }
    },
  };
}

/** Targets between the corners of the simplex count as their share of every class: the expected loss. */
function hingeRows(margin: number): Loss {
  return {
    name: 'hinge',
    targets: 'classes',
    value: (z, t) => {
      const k = z.length;
      let sum = 0;
      for (let c = 0; c < k; c++) {
        if (t[c] === 0) continue;
        for (let j = 0; j < k; j++) if (j !== c) sum += t[c]! * Math.max(0, margin - z[c]! + z[j]!);
      }
      return sum / k;
    },
    gradient: (z, t, out) => {
      const k = z.length;
      out.fill(0);
      for (let c = 0; c < k; c++) {
        if (t[c] === 0) continue;
        for (let j = 0; j < k; j++) {
          const slack = margin - z[c]! + z[j]!;
          if (j === c || slack <= 0) continue;
          const share = Number.isNaN(slack) ? slack : t[c]! / k;
          out[j]! += share;
          out[c]! -= share;
        }
      }
    },
  };
}
