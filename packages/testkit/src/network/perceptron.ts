/**
 * A small perceptron: its numbers, its derivatives by the operations of a matrix core, and how large the terms are that were
 * added on the way, from which bounds on rounding are made.
 */
// n samples, N_l units of layer l; weights are N_l x N_{l-1}
import type { ActivationName, Matrix, MatrixBackend } from '@tangentlab/tensor';
import { FUNCTION_ROUNDINGS } from '../backend/error-bounds.js';

/** One number for each parameter: a network's own, or a direction in which they move. */
export interface Parameters {
  readonly weights: readonly Float64Array[];
  readonly biases: readonly Float64Array[];
}

export interface Perceptron extends Parameters {
  /** Inputs, hidden layers, outputs. */
  readonly widths: readonly number[];
  readonly activation: ActivationName;
}

/** What an activation costs: roundings of its value and of its slope, and what they count against beside |z|. */
const ACTIVATION_COSTS: Readonly<Record<string, { readonly roundings: number; readonly size: number }>> = {
  identity: { roundings: 0, size: 0 },
  relu: { roundings: 0, size: 0 },
  leakyRelu: { roundings: 2, size: 0 },
  tanh: { roundings: FUNCTION_ROUNDINGS, size: 1 },
};
/** Roundings of alpha, beta, a bias, and of a product's own result. */
const EXTRA = 4;

/** Handles of one layer. */
interface Layer {
  readonly weights: Matrix;
  readonly biases: Matrix;
}

/** What each layer read and made. */
export interface Pass {
  readonly inputs: readonly Matrix[];
  readonly z: readonly Matrix[];
}

/** The perceptron in a back end. All that it makes lives until the caller's mark is reset. */
export class PerceptronOn {
  readonly #backend: MatrixBackend;
  readonly #network: Perceptron;
  readonly #layers: readonly Layer[];

  constructor(backend: MatrixBackend, network: Perceptron) {
    this.#backend = backend;
    this.#network = network;
    this.#layers = this.#uploaded(network);
  }

  forward(x: Matrix): Pass {
    const backend = this.#backend;
    const inputs = [x]; // n x N_l
    const z: Matrix[] = [];
    for (const [l, { weights, biases }] of this.#layers.entries()) {
      const made = backend.gemm(inputs[l]!, weights, { transB: true });
      backend.addBias(made, biases);
      z.push(made);
      if (l < this.#layers.length - 1) inputs.push(backend.activate(made, this.#network.activation));
    }
    return { inputs, z };
  }

  /** J v: n x outputs. */
  alongDirection({ inputs, z }: Pass, direction: Parameters): Matrix {
    const backend = this.#backend;
    const moves = this.#uploaded(direction);
    let dh: Matrix | undefined; // the samples do not move
    for (let l = 0; ; l++) {
      const own = backend.gemm(inputs[l]!, moves[l]!.weights, { transB: true });
      const dz = dh === undefined ? own : backend.gemm(dh, this.#layers[l]!.weights, { transB: true, beta: 1, c: own });
      backend.addBias(dz, moves[l]!.biases);
      if (l === this.#layers.length - 1) return dz;
      dh = backend.activationGradient(dz, z[l]!, this.#network.activation);
    }
  }

  /** J' u for an n x outputs matrix u. */
  gradient({ inputs, z }: Pass, u: Matrix): readonly Layer[] {
    const backend = this.#backend;
    const gradients = Array<Layer>(this.#layers.length);
    let delta = u;
    for (let l = this.#layers.length - 1; ; l--) {
      gradients[l] = { weights: backend.gemm(delta, inputs[l]!, { transA: true }), biases: backend.columnSums(delta) };
      if (l === 0) return gradients;
      const dh = backend.gemm(delta, this.#layers[l]!.weights);
      delta = backend.activationGradient(dh, z[l - 1]!, this.#network.activation);
    }
  }

  #uploaded({ weights, biases }: Parameters): readonly Layer[] {
    return weights.map((values, l) => {
      const outputs = biases[l]!.length;
      return {
        weights: this.#backend.upload(values, outputs, values.length / outputs),
        biases: this.#backend.upload(biases[l]!, 1, outputs),
      };
    });
  }
}

/** Sizes of terms, n x outputs each, and how many roundings count against them. */
export interface Sizes {
  readonly outputs: Float64Array;
  readonly outputRoundings: number;
  /** Of J v. */
  readonly along: Float64Array;
  /** Of J v and of J' u together. */
  readonly derivativeRoundings: number;
}

/**
 * The sums of absolute values of all terms of Z and of J v. A result of the network is off by its roundings times eps times
 * these, to first order: no activation here has a slope above 1. *Source*: Higham (2002), section 3.3.
 */
export function sizesOf(network: Perceptron, direction: Parameters, x: Float64Array, n: number): Sizes {
  const { widths, activation } = network;
  const { roundings, size } = ACTIVATION_COSTS[activation]!;
  let read = x.map(Math.abs);
  let moved = new Float64Array(read.length);
  for (let l = 0; ; l++) {
    const [inputs, outputs] = [widths[l]!, widths[l + 1]!];
    const made = new Float64Array(n * outputs);
    const along = new Float64Array(n * outputs);
    for (let at = 0; at < made.length; at++) {
      const [i, o] = [Math.floor(at / outputs), at % outputs];
      made[at] = Math.abs(network.biases[l]![o]!);
      along[at] = Math.abs(direction.biases[l]![o]!);
      for (let j = 0; j < inputs; j++) {
        const w = Math.abs(network.weights[l]![o * inputs + j]!);
        made[at]! += w * read[i * inputs + j]!;
        along[at]! +=
          w * moved[i * inputs + j]! + Math.abs(direction.weights[l]![o * inputs + j]!) * read[i * inputs + j]!;
      }
    }
    if (l === widths.length - 2) {
      const sums = widths.reduce((sum, width) => sum + width + EXTRA + roundings, 0);
      return { outputs: made, outputRoundings: sums, along, derivativeRoundings: 4 * sums + n + EXTRA };
    }
    read = made.map((value) => value + size);
    moved = along;
  }
}
