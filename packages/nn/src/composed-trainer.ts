/**
 * Training composed from the primitives of a matrix core: the way of every back end that has no fused trainer, and the
 * oracle of those that have one.
 */
import { nextTurn, ShapeError } from '@tangentlab/core';
import {
  type BackendTrainer,
  type Matrix,
  type MatrixBackend,
  maskSeed,
  parameterCount,
  type Table,
  type TrainerSpec,
} from '@tangentlab/tensor';
import { layersOf } from './layers.js';

/** Products of a sample and a parameter between two turns of the event loop: some 50 ms of work in plain TypeScript. */
const SLICE = 2 ** 24;

/** A parameter matrix with its gradient's moments, resident in the back end. */
interface Trained {
  readonly value: Matrix;
  readonly m: Matrix;
  readonly v: Matrix;
}

/** What a hidden layer leaves for the way back. */
interface HiddenLayer {
  /** The output of the activation, before dropout. */
  readonly h: Matrix;
  readonly mask: Matrix | undefined;
  /** What the next layer reads: h times the mask. */
  readonly output: Matrix;
}

interface ForwardPass {
  readonly x: Matrix;
  readonly hidden: readonly HiddenLayer[];
  readonly logits: Matrix;
}

/**
 * A trainer of `spec` on `data`, starting from the flat vector `initial`.
 *
 * *Shapes*: `initial` has parameterCount(spec.widths) values, in the order of BackendTrainer. *Throws* SHAPE_MISMATCH.
 * *Determinism*: that of the back end; all randomness comes in through the order and the dropout seed of each epoch.
 */
export function composeTrainer(
  backend: MatrixBackend,
  spec: TrainerSpec,
  data: Table,
  initial: Float64Array,
): BackendTrainer {
  if (
    initial.length !== parameterCount(spec.widths) ||
    data.features !== spec.widths[0] ||
    data.classes !== spec.widths.at(-1)
  ) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: `trainer of widths ${spec.widths.join('-')}`,
      expected: `${parameterCount(spec.widths)} parameters, ${spec.widths[0]} features and ${spec.widths.at(-1)} classes are needed`,
      got: `${initial.length}, ${data.features} and ${data.classes}`,
      todo: 'take the first width from data.features and the last from data.classes',
    });
  }
  return new ComposedTrainer(backend, spec, data, initial);
}

class ComposedTrainer implements BackendTrainer {
  readonly #backend: MatrixBackend;
  readonly #spec: TrainerSpec;
  readonly #x: Matrix; // samples x features
  readonly #y: Matrix; // samples x 1
  readonly #weights: readonly Trained[]; // layer l: widths[l+1] x widths[l]
  readonly #biases: readonly Trained[]; // layer l: 1 x widths[l+1]
  #steps = 0;

  constructor(backend: MatrixBackend, spec: TrainerSpec, data: Table, initial: Float64Array) {
    this.#backend = backend;
    this.#spec = spec;
    this.#x = backend.upload(data.x, data.samples, data.features);
    this.#y = backend.upload(data.y, data.samples, 1);
    const layers = layersOf(spec.widths);
    const trained = (from: number, rows: number, cols: number): Trained => ({
      value: backend.upload(initial.subarray(from, from + rows * cols), rows, cols),
      m: backend.upload(new Float64Array(rows * cols), rows, cols),
      v: backend.upload(new Float64Array(rows * cols), rows, cols),
    });
    this.#weights = layers.map((layer) => trained(layer.weights, layer.outputs, layer.inputs));
    this.#biases = layers.map((layer) => trained(layer.biases, 1, layer.outputs));
  }

  async runEpoch(order: Int32Array, dropoutSeed: number, signal?: AbortSignal): Promise<number> {
    const { batchSize, widths } = this.#spec;
    const total = this.#backend.upload([0], 1, 1);
    const stepsPerSlice = Math.ceil(SLICE / (batchSize * parameterCount(widths)));
    try {
      for (let from = 0, step = 0; from < order.length; from += batchSize, step++) {
        if (step > 0 && step % stepsPerSlice === 0) {
          await nextTurn();
          signal?.throwIfAborted();
        }
        this.#step(order.subarray(from, from + batchSize), total, (layer) => maskSeed(dropoutSeed, step, layer));
      }
      const sum = this.#backend.read(total);
      return (await sum)[0]! / order.length;
    } finally {
      this.#backend.free(total);
    }
  }

  async logits(x: Float64Array, rows: number): Promise<Float64Array> {
    const mark = this.#backend.mark();
    const input = this.#backend.upload(x, rows, this.#spec.widths[0]!);
    const { logits } = this.#forward(input, () => undefined);
    const values = this.#backend.read(logits);
    this.#backend.reset(mark);
    return values;
  }

  async parameters(): Promise<Float64Array> {
    const theta = new Float64Array(parameterCount(this.#spec.widths));
    for (const [l, layer] of layersOf(this.#spec.widths).entries()) {
      theta.set(await this.#backend.read(this.#weights[l]!.value), layer.weights);
      theta.set(await this.#backend.read(this.#biases[l]!.value), layer.biases);
    }
    return theta;
  }

  async dispose(): Promise<void> {
    for (const matrix of [this.#x, this.#y]) this.#backend.free(matrix);
    for (const { value, m, v } of [...this.#weights, ...this.#biases]) {
      for (const matrix of [value, m, v]) this.#backend.free(matrix);
    }
  }

  /** One step of the optimizer on a batch; adds the batch's losses to `total`. */
  #step(rows: Int32Array, total: Matrix, seedOf: (layer: number) => number): void {
    const backend = this.#backend;
    const mark = backend.mark();
    const x = backend.gatherRows(this.#x, rows); // batch x features
    const labels = backend.gatherRows(this.#y, rows); // batch x 1
    const { dropout } = this.#spec;
    const pass = this.#forward(x, (layer, h) =>
      dropout === 0 ? undefined : backend.dropoutMask(h.rows, h.cols, dropout, seedOf(layer)),
    );
    const { losses, gradient } = backend.softmaxCrossEntropy(pass.logits, labels);
    backend.accumulate(total, backend.columnSums(losses));
    this.#steps++;
    this.#backward(pass, gradient);
    backend.reset(mark);
  }

  /** All layers forward; the output of a hidden one is multiplied by the mask that `maskOf` gives, if any. */
  #forward(x: Matrix, maskOf: (layer: number, h: Matrix) => Matrix | undefined): ForwardPass {
    const backend = this.#backend;
    const hidden: HiddenLayer[] = [];
    let input = x; // batch x widths[l]
    for (let l = 0; ; l++) {
      const last = l === this.#weights.length - 1;
      const z = backend.gemm(input, this.#weights[l]!.value, { transB: true }); // batch x widths[l+1]
      const h = backend.biasActivation(z, this.#biases[l]!.value, last ? 'identity' : this.#spec.activation);
      if (last) return { x, hidden, logits: h };
      const mask = maskOf(l, h);
      input = mask === undefined ? h : backend.multiply(h, mask);
      hidden.push({ h, mask, output: input });
    }
  }

  /** Backpropagation from the gradient at the logits, updating each layer once nothing needs its old weights any more. */
  #backward({ x, hidden }: ForwardPass, gradient: Matrix): void {
    const backend = this.#backend;
    let dz = gradient; // batch x widths[l+1]
    for (let l = this.#weights.length - 1; l >= 0; l--) {
      const below = hidden[l - 1];
      const dw = backend.gemm(dz, below?.output ?? x, { transA: true }); // widths[l+1] x widths[l]
      const db = backend.columnSums(dz); // 1 x widths[l+1]
      if (below !== undefined) {
        const dOutput = backend.gemm(dz, this.#weights[l]!.value); // batch x widths[l]
        const dh = below.mask === undefined ? dOutput : backend.multiply(dOutput, below.mask);
        dz = backend.activationGradient(dh, below.h, this.#spec.activation);
      }
      this.#update(this.#weights[l]!, dw);
      this.#update(this.#biases[l]!, db);
    }
  }

  #update({ value, m, v }: Trained, gradient: Matrix): void {
    const { lr, beta1, beta2, epsilon } = this.#spec.optimizer;
    this.#backend.adam(value, gradient, m, v, { lr, beta1, beta2, epsilon, step: this.#steps });
  }
}
