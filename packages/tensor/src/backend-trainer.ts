/**
 * Training as data: what a back end needs to know to train a multilayer perceptron by itself, and what it then offers.
 * A back end may fuse all of it into one call an epoch; `nn` composes the same from the primitives where none does.
 * Everything that an epoch needs is known before it begins.
 */
import { ShapeError } from '@tangentlab/core';
import type { ActivationSpec } from './activation.js';
import type { LossSpec } from './loss.js';
import { initialState, type OptimizerSpec } from './optimizer.js';
import type { RegressionTable } from './table.js';

/** One layer's multipliers: z = weightScale W h + biasScale b, and what the learning rate is multiplied by. */
export interface LayerScales {
  readonly weightScale: number;
  readonly biasScale: number;
  readonly weightRate: number;
  readonly biasRate: number;
}

/** Penalties on the parameters. They are no part of the losses that are reported. */
export interface Regulariser {
  /** l1 times the sum of |theta|. */
  readonly l1: number;
  /** l2 times half the sum of theta^2: l2 theta is added to the gradient. */
  readonly l2: number;
  /** Whether biases are penalised, too; that goes for AdamW's decay as well. */
  readonly biases: boolean;
  /**
   * How l1 acts: true shrinks parameters by lr l1 towards 0 after each step, and so makes exact zeros; false adds the
   * subgradient l1 sign(theta), with sign(0) = 0.
   */
  readonly proximal: boolean;
}

/** A bound on the gradient of the loss, before penalties are added: on the norm of all of it, or on each entry. */
export type Clip = { readonly norm: number } | { readonly value: number };

/** A multilayer perceptron and the way it is trained. Plain data, where activation and loss are built-in ones. */
export interface TrainerSpec {
  /** features, hidden widths, outputs. */
  readonly widths: readonly number[];
  /** One for each layer. */
  readonly layers: readonly LayerScales[];
  readonly activation: ActivationSpec;
  /** Rate of dropout on the output of each hidden layer, in [0, 1). */
  readonly dropout: readonly number[];
  readonly loss: LossSpec;
  readonly optimizer: OptimizerSpec;
  readonly regulariser: Regulariser;
  readonly clip?: Clip;
  /** Rows per step; the last batch of an epoch may be smaller. */
  readonly batchSize: number;
  /** Whether `runEpoch` reports norms. */
  readonly norms: boolean;
}

/** What an epoch came to. */
export interface EpochReport {
  /** The mean of the batch losses, weighted by their sizes. */
  readonly loss: number;
  /** For each layer the root mean square, over the steps, of the norm of its gradient before clipping. Empty without norms. */
  readonly gradientNorms: Float64Array;
  /** For each layer the root mean square, over the rows, of the norm of its output before dropout. Empty without norms. */
  readonly activationNorms: Float64Array;
}

/** Everything that training goes on from. Plain data. */
export interface TrainerState {
  readonly parameters: Float64Array;
  /** What the optimizer keeps, each in the order of the parameters. */
  readonly optimizer: readonly Float64Array[];
  /** Steps taken so far. */
  readonly steps: number;
}

/**
 * A model in training. Parameters are one flat vector: for each layer the weights, out x in, row-major, then the biases.
 */
export interface BackendTrainer {
  /**
   * Trains one epoch over the rows in this order, `batchSize` at a time, step s at the learning rate `rates[s]`.
   *
   * Gives way to the event loop now and then in a long epoch; rejects with the signal's reason when it is aborted.
   * *Determinism*: the mask of hidden layer l at step s of the epoch is `dropoutMask(..., maskSeed(dropoutSeed, s, l))`.
   */
  runEpoch(order: Int32Array, dropoutSeed: number, rates: Float64Array, signal?: AbortSignal): Promise<EpochReport>;
  /** Outputs for rows x features inputs, without dropout: rows x outputs. */
  outputs(x: Float64Array, rows: number): Promise<Float64Array>;
  /** A copy of the parameters. */
  parameters(): Promise<Float64Array>;
  /** A copy of everything that training goes on from. */
  state(): Promise<TrainerState>;
  /** Goes back to a state of a trainer of the same spec; what follows is the same, bit for bit. *Throws* SHAPE_MISMATCH. */
  restore(state: TrainerState): void;
  dispose(): Promise<void>;
}

/** Why a back end does not train something by itself, so that it is trained operation by operation. */
export interface NotFused {
  /** In words, as part of a sentence: `the activation swish is the user's`. */
  readonly notFused: string;
}

/** How many parameters a perceptron of these widths has. */
export function parameterCount(widths: readonly number[]): number {
  let count = 0;
  for (let l = 1; l < widths.length; l++) count += ((widths[l - 1] as number) + 1) * (widths[l] as number);
  return count;
}

/** Throws SHAPE_MISMATCH unless spec, data and initial parameters fit together. */
export function checkTrainer(spec: TrainerSpec, data: RegressionTable, initial: Float64Array): void {
  const { widths, layers, dropout } = spec;
  const fits =
    initial.length === parameterCount(widths) &&
    data.features === widths[0] &&
    data.outputs === widths.at(-1) &&
    layers.length === widths.length - 1 &&
    dropout.length === widths.length - 2;
  if (fits) return;
  throw new ShapeError('SHAPE_MISMATCH', {
    where: `trainer of widths ${widths.join('-')}`,
    expected: `${parameterCount(widths)} parameters, ${widths[0]} features, ${widths.at(-1)} outputs, ${widths.length - 1} layers and ${widths.length - 2} dropout rates are needed`,
    got: `${initial.length}, ${data.features}, ${data.outputs}, ${layers.length} and ${dropout.length}`,
    todo: 'take the first width from data.features and the last from data.classes or data.outputs',
  });
}

/** Throws SHAPE_MISMATCH unless the state is one of a trainer of this spec. */
export function checkTrainerState({ widths, optimizer }: TrainerSpec, state: TrainerState): void {
  const [count, kept] = [parameterCount(widths), initialState(optimizer).length];
  const vectors = [state.parameters, ...state.optimizer];
  if (state.optimizer.length === kept && vectors.every(({ length }) => length === count)) return;
  throw new ShapeError('SHAPE_MISMATCH', {
    where: `restore into a trainer of widths ${widths.join('-')}`,
    expected: `${count} parameters and ${kept} vectors of the optimizer ${optimizer.name} are needed`,
    got: `${state.parameters.length} and ${state.optimizer.length}`,
    todo: 'restore a state of the same model and optimizer',
  });
}
