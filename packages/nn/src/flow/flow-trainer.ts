/**
 * Gradient flow as a BackendTrainer: an epoch is a stretch of time. It computes in f64 on the host, since an adaptive
 * integrator asks for slopes one after the other and trusts their last digits.
 */
import { ShapeError } from '@tangentlab/core';
import type { BackendTrainer, EpochReport, LossSpec, RegressionTable, TrainerState } from '@tangentlab/tensor';
import { predict } from '../model/forward.js';
import { layersOf } from '../model/layers.js';
import { lossGradient } from '../model/loss-gradient.js';
import type { Mlp } from '../model/mlp.js';
import { type FlowState, integrate } from './dormand-prince.js';

/** The loss that flow descends, penalties included. */
export interface FlowObjective {
  readonly loss: LossSpec;
  /** Penalty l2/2 |theta|^2. */
  readonly l2: number;
  readonly regulariseBiases: boolean;
}

/** How far, and how exactly. */
export interface FlowOptions {
  readonly time: number;
  readonly tolerance: number;
  readonly signal?: AbortSignal;
}

/** The direction of flow, -rate times the gradient of the loss and its penalty: one entry for each parameter. */
export function flowDirection(
  model: Mlp,
  table: RegressionTable,
  objective: FlowObjective,
): (theta: Float64Array) => Float64Array {
  const [rates, decays] = [new Float64Array(model.parameterCount), new Float64Array(model.parameterCount)];
  for (const [l, { weights, biases, end }] of layersOf(model.widths).entries()) {
    const { sgd } = model.layers[l]!.rates;
    rates.fill(sgd.weights, weights, biases).fill(sgd.biases, biases, end);
    decays.fill(objective.l2, weights, objective.regulariseBiases ? end : biases);
  }
  return (theta) => {
    const { gradient } = lossGradient(model, theta, table, objective.loss);
    for (let i = 0; i < gradient.length; i++) gradient[i] = -rates[i]! * (gradient[i]! + decays[i]! * theta[i]!);
    return gradient;
  };
}

export class FlowTrainer implements BackendTrainer {
  readonly #model: Mlp;
  readonly #table: RegressionTable;
  readonly #loss: LossSpec;
  readonly #direction: (theta: Float64Array) => Float64Array;
  readonly #options: FlowOptions;
  #state: FlowState | { readonly y: Float64Array };
  #epochs = 0;

  constructor(
    model: Mlp,
    table: RegressionTable,
    objective: FlowObjective,
    initial: Float64Array,
    options: FlowOptions,
  ) {
    this.#model = model;
    this.#table = table;
    this.#loss = objective.loss;
    this.#direction = flowDirection(model, table, objective);
    this.#options = options;
    this.#state = { y: initial };
  }

  async runEpoch(_order: Int32Array, _seed: number, _rates: Float64Array, signal?: AbortSignal): Promise<EpochReport> {
    const options = signal === undefined ? this.#options : { ...this.#options, signal };
    this.#state = await integrate(this.#direction, this.#state, options);
    this.#epochs++;
    const { loss } = lossGradient(this.#model, this.#state.y, this.#table, this.#loss);
    return { loss, gradientNorms: new Float64Array(0), activationNorms: new Float64Array(0) };
  }

  async outputs(x: Float64Array, rows: number): Promise<Float64Array> {
    return predict(this.#model, this.#state.y, x, rows);
  }

  async parameters(): Promise<Float64Array> {
    return this.#state.y.slice();
  }

  async state(): Promise<TrainerState> {
    const step = 'step' in this.#state ? [Float64Array.of(this.#state.step)] : [];
    return { parameters: this.#state.y.slice(), optimizer: step, steps: this.#epochs };
  }

  restore({ parameters, optimizer, steps }: TrainerState): void {
    if (parameters.length !== this.#model.parameterCount) {
      throw new ShapeError('SHAPE_MISMATCH', {
        where: 'restore into a gradient flow',
        expected: `${this.#model.parameterCount} parameters are needed`,
        got: String(parameters.length),
        todo: 'restore a state of the same model',
      });
    }
    const step = optimizer[0]?.[0];
    this.#state = { y: parameters.slice(), ...(step === undefined ? {} : { step }) };
    this.#epochs = steps;
  }

  async dispose(): Promise<void> {}
}
