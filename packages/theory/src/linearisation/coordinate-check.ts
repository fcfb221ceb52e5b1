/**
 * The coordinate check of a parametrisation: how much the activations of each layer move in a few steps, against the width.
 */
import { ConfigError, type Rng } from '@tangentlab/core';
import { initialParameters, layerOutputs, layersOf, lossGradient, type Mlp } from '@tangentlab/nn';
import { type LossSpec, mse, type RegressionTable } from '@tangentlab/tensor';

/** What `coordinateCheck` takes. */
export interface CoordinateCheckOptions {
  /** At least two. */
  readonly widths: readonly number[];
  /** The network of a width. */
  readonly model: (width: number) => Mlp;
  readonly data: RegressionTable;
  readonly learningRate: number;
  /** Steps of gradient descent over all samples; 3 unless given. */
  readonly steps?: number;
  /** Networks of each width; 3 unless given. */
  readonly repeats?: number;
  readonly loss?: LossSpec;
  readonly rng: Rng;
}

/** How one layer's activations depend on the width. */
export interface LayerScaling {
  /** 1, 2, ..., the last one being the outputs. */
  readonly layer: number;
  /** For each width the root mean square of the activations at the start, and of their change. */
  readonly start: Float64Array;
  readonly change: Float64Array;
  /** Exponents of the width, by least squares on logarithms. A change that neither grows nor vanishes has slope 0. */
  readonly startSlope: number;
  readonly changeSlope: number;
}

/**
 * Trains networks of several widths for a few steps and fits how the activations' size and change scale.
 *
 * In muP and mean field the change of every layer has slope 0; in the NTK parametrisation that of hidden layers falls like
 * width^(-1/2); in the standard one with a fixed learning rate it grows. *Cost*: repeats x steps gradients of each width.
 * *Throws* CONFIG_INVALID for fewer than two widths. *Determinism*: draws from `rng`, by width and repetition. *Source*:
 * Yang et al. (2022), appendix D.1.
 */
export function coordinateCheck(options: CoordinateCheckOptions): readonly LayerScaling[] {
  const { widths, model, data, learningRate, steps = 3, repeats = 3, loss = mse(), rng } = options;
  if (new Set(widths).size < 2) {
    throw new ConfigError('CONFIG_INVALID', {
      where: 'coordinateCheck',
      expected: 'two different widths at least are needed',
      got: `[${widths.join(', ')}]`,
      todo: 'give for instance [64, 128, 256]',
    });
  }
  const measured = widths.map((width) => {
    const network = model(width);
    const depth = network.widths.length - 1;
    const [start, change] = [new Float64Array(depth), new Float64Array(depth)];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const theta = initialParameters(network, rng.split(width, repeat));
      const before = layerOutputs(network, theta, data.x, data.samples).slice(1);
      const after = layerOutputs(
        network,
        trained(network, theta, data, learningRate, steps, loss),
        data.x,
        data.samples,
      );
      for (let l = 0; l < depth; l++) {
        start[l]! += meanSquare(before[l]!) / repeats;
        change[l]! += meanSquare(after[l + 1]!.map((value, i) => value - before[l]![i]!)) / repeats;
      }
    }
    return { start: start.map(Math.sqrt), change: change.map(Math.sqrt) };
  });
  const layers = measured[0]!.start.length;
  return Array.from({ length: layers }, (_, l) => {
    const start = Float64Array.from(measured, (at) => at.start[l]!);
    const change = Float64Array.from(measured, (at) => at.change[l]!);
    return { layer: l + 1, start, change, startSlope: slopeOf(widths, start), changeSlope: slopeOf(widths, change) };
  });
}

/** Gradient descent at the learning rates that the parametrisation gives each layer. */
function trained(
  model: Mlp,
  theta0: Float64Array,
  data: RegressionTable,
  learningRate: number,
  steps: number,
  loss: LossSpec,
): Float64Array {
  const theta = theta0.slice();
  for (let step = 0; step < steps; step++) {
    const { gradient } = lossGradient(model, theta, data, loss);
    for (const [l, { weights, biases, end }] of layersOf(model.widths).entries()) {
      const { sgd } = model.layers[l]!.rates;
      for (let i = weights; i < biases; i++) theta[i]! -= learningRate * sgd.weights * gradient[i]!;
      for (let i = biases; i < end; i++) theta[i]! -= learningRate * sgd.biases * gradient[i]!;
    }
  }
  return theta;
}

function meanSquare(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0) / values.length;
}

function slopeOf(widths: readonly number[], values: Float64Array): number {
  const x = widths.map(Math.log);
  const y = Array.from(values, Math.log);
  const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
  const [cx, cy] = [mean(x), mean(y)];
  const across = x.reduce((sum, value) => sum + (value - cx) ** 2, 0);
  return x.reduce((sum, value, i) => sum + (value - cx) * (y[i]! - cy), 0) / across;
}
