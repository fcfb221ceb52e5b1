/**
 * Training as data: what a back end needs to know to train a multilayer perceptron by itself, and what it then offers.
 * A back end may fuse all of it into one call an epoch; `nn` composes the same from the primitives where none does.
 */
import type { ActivationName } from './activation.js';

/** Adam's constants. */
export interface AdamSpec {
  readonly name: 'adam';
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** A multilayer perceptron and the way it is trained. Plain data. */
export interface TrainerSpec {
  /** features, hidden widths, classes. */
  readonly widths: readonly number[];
  readonly activation: ActivationName;
  /** Rate of dropout on the output of every hidden layer, in [0, 1). */
  readonly dropout: number;
  readonly loss: 'softmaxCrossEntropy';
  readonly optimizer: AdamSpec;
  /** Rows per step; the last batch of an epoch may be smaller. */
  readonly batchSize: number;
}

/**
 * A model in training. Parameters are one flat vector: for each layer the weights, out x in, row-major, then the biases.
 */
export interface BackendTrainer {
  /**
   * Trains one epoch over the rows in this order, `batchSize` at a time; returns the mean of the batch losses, weighted
   * by their sizes.
   *
   * Gives way to the event loop now and then in a long epoch; rejects with the signal's reason when it is aborted.
   * *Determinism*: the mask of hidden layer l at step s of the epoch is `dropoutMask(..., maskSeed(dropoutSeed, s, l))`.
   */
  runEpoch(order: Int32Array, dropoutSeed: number, signal?: AbortSignal): Promise<number>;
  /** Logits of rows x features inputs, without dropout: rows x classes. */
  logits(x: Float64Array, rows: number): Promise<Float64Array>;
  /** A copy of the parameters. */
  parameters(): Promise<Float64Array>;
  dispose(): Promise<void>;
}

/** How many parameters a perceptron of these widths has. */
export function parameterCount(widths: readonly number[]): number {
  let count = 0;
  for (let l = 1; l < widths.length; l++) count += ((widths[l - 1] as number) + 1) * (widths[l] as number);
  return count;
}
