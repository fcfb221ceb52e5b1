/**
 * Training composed from the primitives of a matrix core: the way of every back end that has no fused trainer, and the
 * oracle of those that have one.
 */
import { nextTurn } from '@tangentlab/core';
import {
  type BackendTrainer,
  checkTrainer,
  type EpochReport,
  type Matrix,
  type MatrixBackend,
  maskSeed,
  parameterCount,
  type RegressionTable,
  type TrainerSpec,
  type TrainerState,
} from '@tangentlab/tensor';
import { NormTotals } from './norm-totals.js';
import { type Gradient, ResidentParameters } from './resident-parameters.js';

/** Products of a sample and a parameter between two turns of the event loop: some 50 ms of work in plain TypeScript. */
const SLICE = 2 ** 24;

/** What a hidden layer leaves for the way back. */
interface HiddenLayer {
  /** What the activation reads. */
  readonly z: Matrix;
  /** The output of the activation, before dropout. */
  readonly h: Matrix;
  readonly mask: Matrix | undefined;
  /** What the next layer reads: h times the mask. */
  readonly output: Matrix;
}

interface ForwardPass {
  readonly x: Matrix;
  readonly hidden: readonly HiddenLayer[];
  readonly outputs: Matrix;
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
  data: RegressionTable,
  initial: Float64Array,
): BackendTrainer {
  checkTrainer(spec, data, initial);
  return new ComposedTrainer(backend, spec, data, initial);
}

class ComposedTrainer implements BackendTrainer {
  readonly #backend: MatrixBackend;
  readonly #spec: TrainerSpec;
  readonly #x: Matrix; // samples x features
  readonly #targets: Matrix; // samples x outputs
  readonly #parameters: ResidentParameters;

  constructor(backend: MatrixBackend, spec: TrainerSpec, data: RegressionTable, initial: Float64Array) {
    this.#backend = backend;
    this.#spec = spec;
    this.#x = backend.upload(data.x, data.samples, data.features);
    this.#targets = backend.upload(data.targets, data.samples, data.outputs);
    this.#parameters = new ResidentParameters(backend, spec, initial);
  }

  async runEpoch(
    order: Int32Array,
    dropoutSeed: number,
    rates: Float64Array,
    signal?: AbortSignal,
  ): Promise<EpochReport> {
    const { batchSize, widths, norms } = this.#spec;
    const totals = new NormTotals(this.#backend, norms ? widths.length - 1 : 0);
    const stepsPerSlice = Math.ceil(SLICE / (batchSize * parameterCount(widths)));
    try {
      for (let from = 0, step = 0; from < order.length; from += batchSize, step++) {
        if (step > 0 && step % stepsPerSlice === 0) {
          await nextTurn();
          signal?.throwIfAborted();
        }
        const rows = order.subarray(from, from + batchSize);
        this.#step(rows, totals, rates[step]!, (layer) => maskSeed(dropoutSeed, step, layer));
      }
      return await totals.report(order.length, Math.ceil(order.length / batchSize));
    } finally {
      totals.free();
    }
  }

  async outputs(x: Float64Array, rows: number): Promise<Float64Array> {
    const mark = this.#backend.mark();
    const input = this.#backend.upload(x, rows, this.#spec.widths[0]!);
    const { outputs } = this.#forward(input, () => undefined);
    const values = this.#backend.read(outputs);
    this.#backend.reset(mark);
    return values;
  }

  parameters(): Promise<Float64Array> {
    return this.#parameters.read();
  }

  state(): Promise<TrainerState> {
    return this.#parameters.state();
  }

  restore(state: TrainerState): void {
    this.#parameters.restore(state);
  }

  async dispose(): Promise<void> {
    for (const matrix of [this.#x, this.#targets]) this.#backend.free(matrix);
    this.#parameters.free();
  }

  /** One step of the optimizer on a batch; adds the batch's losses, and norms if wanted, to `totals`. */
  #step(rows: Int32Array, totals: NormTotals, lr: number, seedOf: (layer: number) => number): void {
    const backend = this.#backend;
    const { dropout, loss, norms } = this.#spec;
    const mark = backend.mark();
    const x = backend.gatherRows(this.#x, rows); // batch x features
    const targets = backend.gatherRows(this.#targets, rows); // batch x outputs
    const pass = this.#forward(x, (layer, h) =>
      dropout[layer] === 0 ? undefined : backend.dropoutMask(h.rows, h.cols, dropout[layer]!, seedOf(layer)),
    );
    const { losses, gradient } = backend.loss(pass.outputs, targets, loss);
    totals.addLosses(losses);
    const gradients = this.#backward(pass, gradient);
    if (norms) {
      totals.addActivations([...pass.hidden.map(({ h }) => h), pass.outputs]);
      totals.addGradients(gradients);
    }
    this.#parameters.update(gradients, lr);
    backend.reset(mark);
  }

  /** All layers forward; the output of a hidden one is multiplied by the mask that `maskOf` gives, if any. */
  #forward(x: Matrix, maskOf: (layer: number, h: Matrix) => Matrix | undefined): ForwardPass {
    const backend = this.#backend;
    const { layers, activation } = this.#spec;
    const hidden: HiddenLayer[] = [];
    let input = x; // batch x widths[l]
    for (let l = 0; ; l++) {
      const { weightScale, biasScale } = layers[l]!;
      const { weights, biases } = this.#parameters.layer(l);
      const z = backend.gemm(input, weights, { transB: true, alpha: weightScale }); // batch x widths[l+1]
      backend.addBias(z, biases, biasScale);
      if (l === layers.length - 1) return { x, hidden, outputs: z };
      const h = backend.activate(z, activation);
      const mask = maskOf(l, h);
      input = mask === undefined ? h : backend.multiply(h, mask);
      hidden.push({ z, h, mask, output: input });
    }
  }

  /** Backpropagation from the gradient at the outputs: the gradients of all layers, first to last. */
  #backward({ x, hidden }: ForwardPass, gradient: Matrix): readonly Gradient[] {
    const backend = this.#backend;
    const { layers, activation } = this.#spec;
    const gradients = Array<Gradient>(layers.length);
    let dz = gradient; // batch x widths[l+1]
    for (let l = layers.length - 1; ; l--) {
      const { weightScale: alpha, biasScale } = layers[l]!;
      const below = hidden[l - 1];
      gradients[l] = {
        weights: backend.gemm(dz, below?.output ?? x, { transA: true, alpha }), // widths[l+1] x widths[l]
        biases: backend.columnSums(dz, biasScale), // 1 x widths[l+1]
      };
      if (below === undefined) return gradients;
      const dOutput = backend.gemm(dz, this.#parameters.layer(l).weights, { alpha }); // batch x widths[l]
      const dh = below.mask === undefined ? dOutput : backend.multiply(dOutput, below.mask);
      dz = backend.activationGradient(dh, below.z, activation);
    }
  }
}
