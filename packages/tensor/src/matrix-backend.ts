/**
 * The contract of the matrix core: the operations that a multilayer perceptron needs, on opaque handles that stay where
 * the back end keeps its data (typed arrays, WASM memory, textures).
 *
 * Operations are synchronous inside; only `init`, `read` and `dispose` cross a boundary that may be asynchronous. Every
 * operation checks its shapes (SHAPE_MISMATCH) and returns a new handle, except `accumulate` and `adam`, which update
 * in place. Matrices of another back end, and freed ones, are refused (RESOURCE_FAILED). Results agree with the reference within n eps bounds of the back end's precision; `backendLaws` in testkit
 * says exactly which.
 */
import { token } from '@tangentlab/core';
import type { ActivationName } from './activation.js';
import type { BackendTrainer, TrainerSpec } from './backend-trainer.js';
import type { Table } from './table.js';

/** A rows x cols matrix, row-major, held by a back end. Never look inside; `read` it. */
export interface Matrix {
  readonly rows: number;
  readonly cols: number;
}

/** C = alpha op(A) op(B) + beta C. */
export interface GemmOptions {
  /** op(A) is A's transpose. */
  readonly transA?: boolean;
  readonly transB?: boolean;
  /** 1 unless given. */
  readonly alpha?: number;
  /** 0 unless given, and `c` is then not even read. `c` is needed with any other value; it is never changed. */
  readonly beta?: number;
  readonly c?: Matrix;
}

/** One step of Adam. */
export interface AdamStep {
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** 1, 2, 3, ...: for the bias correction. */
  readonly step: number;
}

/** What a back end can do. */
export interface BackendCapabilities {
  /** The precision in which it stores and computes. */
  readonly precision: 'f32' | 'f64';
  /** True if `createTrainer` is there. */
  readonly fusedTrainer: boolean;
  /** True if `read` really waits for a device. */
  readonly async: boolean;
  /** True if equal inputs give equal bits on every machine, within what `describe()` says: mode, build, engine. */
  readonly deterministic: boolean;
}

/** A place where matrices live and are multiplied. */
export interface MatrixBackend {
  readonly name: string;
  readonly capabilities: BackendCapabilities;
  /** What really runs, for the header of a run: mode, device, and the reason of any fallback. */
  describe(): string;
  /** Must be awaited before anything else. *Throws* BACKEND_UNAVAILABLE, saying what is missing. */
  init(): Promise<void>;
  /** Frees everything; handles are invalid from then on. A second call does nothing. */
  dispose(): Promise<void>;

  /** Copies rows * cols values in. */
  upload(values: ArrayLike<number>, rows: number, cols: number): Matrix;
  /** Copies the values out, row-major, as they are at the call: `a` may be freed or changed before the promise resolves. */
  read(a: Matrix): Promise<Float64Array>;
  /** A point in the order of allocation, for `reset`. */
  mark(): number;
  /**
   * Frees every matrix made since `mark` (except those freed already); using one of them is an error.
   *
   * Several trials share a back end and take turns wherever they await. A mark and its reset therefore stand in one
   * synchronous stretch; what lives longer is made outside of it and given back by `free`.
   */
  reset(mark: number): void;
  /** Frees one matrix that outlived its step: parameters, moments, data. */
  free(a: Matrix): void;

  /** The rows of `a` at these indices. */
  gatherRows(a: Matrix, rows: Int32Array): Matrix;
  /** alpha op(A) op(B) + beta C. */
  gemm(a: Matrix, b: Matrix, options?: GemmOptions): Matrix;
  /** activation(Z + 1 bias), with bias 1 x cols. */
  biasActivation(z: Matrix, bias: Matrix, activation: ActivationName): Matrix;
  /** dZ = dH * activation'(Z), from the *output* H of the activation. */
  activationGradient(dh: Matrix, h: Matrix, activation: ActivationName): Matrix;
  /** a * b, element by element. */
  multiply(a: Matrix, b: Matrix): Matrix;
  /** 0 with probability `rate`, else 1 / (1 - rate): element i by `counterUniform(seed, i)`, the same on every back end. */
  dropoutMask(rows: number, cols: number, rate: number, seed: number): Matrix;
  /**
   * Cross-entropy of softmax(Z) against class labels (rows x 1).
   *
   * `losses` is rows x 1; `gradient` is that of their *mean* with respect to Z, rows x classes. Labels are integers in
   * 0..classes-1; a table is checked before it is uploaded, a label out of range is not checked here.
   */
  softmaxCrossEntropy(z: Matrix, labels: Matrix): { readonly losses: Matrix; readonly gradient: Matrix };
  /** Sum over rows: 1 x cols. */
  columnSums(a: Matrix): Matrix;
  /** target += alpha a, in place; alpha is 1 unless given. */
  accumulate(target: Matrix, a: Matrix, alpha?: number): void;
  /** One step of Adam on `parameter`, updating its moments `m` and `v`, all in place. *Source*: Kingma, Ba (2015), alg. 1. */
  adam(parameter: Matrix, gradient: Matrix, m: Matrix, v: Matrix, options: AdamStep): void;

  /** Trains whole epochs in one call. Back ends without it are driven operation by operation. */
  createTrainer?(spec: TrainerSpec, data: Table, initial: Float64Array): BackendTrainer;
}

/** The role of the matrix core. */
export const MATRIX_BACKEND = token<MatrixBackend>('MatrixBackend');
