/**
 * The parameters of a model in training, resident in a back end with what the optimizer keeps of each: how a step changes
 * them - clipping, penalties, the optimizer, the proximal step - and how they are read and set as flat vectors.
 */
import {
  checkTrainerState,
  initialState,
  type Matrix,
  type MatrixBackend,
  type OptimizerSpec,
  type TrainerSpec,
  type TrainerState,
} from '@tangentlab/tensor';
import { layersOf } from '../model/layers.js';

/** The gradients of one layer, shaped like its parameters. */
export interface Gradient {
  readonly weights: Matrix;
  readonly biases: Matrix;
}

/** A parameter matrix with what the optimizer keeps. */
interface Trained {
  /** Where it stands in the flat vector. */
  readonly from: number;
  /** What the learning rate is multiplied by. */
  readonly rate: number;
  readonly penalised: boolean;
  readonly optimizer: OptimizerSpec;
  value: Matrix;
  state: readonly Matrix[];
}

export class ResidentParameters {
  readonly #backend: MatrixBackend;
  readonly #spec: TrainerSpec;
  readonly #count: number;
  readonly #weights: readonly Trained[]; // layer l: widths[l+1] x widths[l]
  readonly #biases: readonly Trained[]; // layer l: 1 x widths[l+1]
  #steps = 0;

  constructor(backend: MatrixBackend, spec: TrainerSpec, initial: Float64Array) {
    this.#backend = backend;
    this.#spec = spec;
    this.#count = initial.length;
    const { optimizer, regulariser } = spec;
    const fills = initialState(optimizer);
    const trained = (from: number, rows: number, cols: number, rate: number, penalised: boolean): Trained => ({
      from,
      rate,
      penalised,
      optimizer: optimizer.name === 'adamW' && !penalised ? { ...optimizer, weightDecay: 0 } : optimizer,
      value: backend.upload(initial.subarray(from, from + rows * cols), rows, cols),
      state: fills.map((fill) => backend.upload(new Float64Array(rows * cols).fill(fill), rows, cols)),
    });
    const layers = layersOf(spec.widths);
    this.#weights = layers.map(({ weights, inputs, outputs }, l) =>
      trained(weights, outputs, inputs, spec.layers[l]!.weightRate, true),
    );
    this.#biases = layers.map(({ biases, outputs }, l) =>
      trained(biases, 1, outputs, spec.layers[l]!.biasRate, regulariser.biases),
    );
  }

  /** The matrices of a layer, as they are now. */
  layer(l: number): { readonly weights: Matrix; readonly biases: Matrix } {
    return { weights: this.#weights[l]!.value, biases: this.#biases[l]!.value };
  }

  /** One step along the gradients of the loss, which are used up. */
  update(gradients: readonly Gradient[], lr: number): void {
    this.#steps++;
    this.#clip(gradients);
    for (const [l, { weights, biases }] of gradients.entries()) {
      this.#updateOne(this.#weights[l]!, weights, lr);
      this.#updateOne(this.#biases[l]!, biases, lr);
    }
  }

  async read(): Promise<Float64Array> {
    return this.#gathered(({ value }) => value);
  }

  async state(): Promise<TrainerState> {
    const kept = initialState(this.#spec.optimizer);
    const optimizer = kept.map((_, k) => this.#gathered(({ state }) => state[k]!));
    const [steps, parameters] = [this.#steps, this.read()];
    return { parameters: await parameters, optimizer: await Promise.all(optimizer), steps };
  }

  restore(state: TrainerState): void {
    checkTrainerState(this.#spec, state);
    const { parameters, optimizer, steps } = state;
    for (const trained of this.#all()) {
      const { rows, cols } = trained.value;
      const part = (flat: Float64Array) =>
        this.#backend.upload(flat.subarray(trained.from, trained.from + rows * cols), rows, cols);
      for (const old of [trained.value, ...trained.state]) this.#backend.free(old);
      trained.value = part(parameters);
      trained.state = optimizer.map(part);
    }
    this.#steps = steps;
  }

  free(): void {
    for (const { value, state } of this.#all()) for (const matrix of [value, ...state]) this.#backend.free(matrix);
  }

  #clip(gradients: readonly Gradient[]): void {
    const { clip } = this.#spec;
    if (clip === undefined) return;
    const all = gradients.flatMap(({ weights, biases }) => [weights, biases]);
    if ('norm' in clip) this.#backend.clipByNorm(all, clip.norm);
    else for (const gradient of all) this.#backend.clamp(gradient, clip.value);
  }

  #updateOne({ value, state, rate, penalised, optimizer }: Trained, gradient: Matrix, lr: number): void {
    const { l1, l2, proximal } = this.#spec.regulariser;
    const step = { step: this.#steps, lr: lr * rate };
    if (penalised && l2 > 0) this.#backend.accumulate(gradient, value, l2);
    if (penalised && l1 > 0 && !proximal) this.#backend.accumulateSign(gradient, value, l1);
    this.#backend.optimizerStep(value, gradient, state, optimizer, step);
    if (penalised && l1 > 0 && proximal) this.#backend.softThreshold(value, step.lr * l1);
  }

  #all(): readonly Trained[] {
    return [...this.#weights, ...this.#biases];
  }

  /** One flat vector of a matrix of each parameter; all are read at the call. */
  async #gathered(pick: (trained: Trained) => Matrix): Promise<Float64Array> {
    const flat = new Float64Array(this.#count);
    const reading = this.#all().map((trained) => ({ from: trained.from, values: this.#backend.read(pick(trained)) }));
    for (const { from, values } of reading) flat.set(await values, from);
    return flat;
  }
}
