/**
 * The contract of the matrix core: the operations that a multilayer perceptron needs, on opaque handles that stay where
 * the back end keeps its data (typed arrays, WASM memory, textures).
 *
 * Operations are synchronous inside; only `init`, `read` and `dispose` cross a boundary that may be asynchronous. Every
 * operation checks its shapes (SHAPE_MISMATCH) and returns a new handle, except those that say that they work in place.
 * Matrices of another back end, and freed ones, are refused (RESOURCE_FAILED). Results agree with the reference within
 * n eps bounds of the back end's precision; `backendLaws` in testkit says exactly which.
 */
import { token } from '@tangentlab/core';
import type { ActivationSpec } from './activation.js';
import type { BackendTrainer, NotFused, TrainerSpec } from './backend-trainer.js';
import type { LossSpec } from './loss.js';
import type { MatrixOp } from './matrix-op.js';
import type { OptimizerSpec, OptimizerStep } from './optimizer.js';
import type { RegressionTable } from './table.js';

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
  /** Z += scale 1 bias, in place, with bias 1 x cols; scale is 1 unless given. */
  addBias(z: Matrix, bias: Matrix, scale?: number): void;
  /** activation(A), element by element. One of the user's may be evaluated on the host; `describe()` then says so. */
  activate(a: Matrix, activation: ActivationSpec): Matrix;
  /** dA = dH * activation'(A), from the *input* A of the activation. */
  activationGradient(dh: Matrix, a: Matrix, activation: ActivationSpec): Matrix;
  /** a * b, element by element. */
  multiply(a: Matrix, b: Matrix): Matrix;
  /** 0 with probability `rate`, else 1 / (1 - rate): element i by `counterUniform(seed, i)`, the same on every back end. */
  dropoutMask(rows: number, cols: number, rate: number, seed: number): Matrix;
  /**
   * The losses of rows x outputs against dense targets of the same shape.
   *
   * `losses` is rows x 1; `gradient` is that of their *mean* with respect to Z, rows x outputs. Targets are not checked:
   * those of `softmaxCrossEntropy` must sum to 1 in each row.
   */
  loss(z: Matrix, targets: Matrix, loss: LossSpec): { readonly losses: Matrix; readonly gradient: Matrix };
  /** alpha times the sum over rows: 1 x cols; alpha is 1 unless given. */
  columnSums(a: Matrix, alpha?: number): Matrix;
  /** target += alpha a, in place; alpha is 1 unless given. */
  accumulate(target: Matrix, a: Matrix, alpha?: number): void;
  /** target += alpha sign(a), in place, with sign(0) = 0: the subgradient of an L1 penalty. */
  accumulateSign(target: Matrix, a: Matrix, alpha: number): void;
  /** Moves each element towards 0 by `threshold` and stops there, in place: the proximal step of an L1 penalty. */
  softThreshold(target: Matrix, threshold: number): void;
  /** Cuts each element to [-limit, limit], in place; NaN stays. For clipping gradients by value. */
  clamp(target: Matrix, limit: number): void;
  /**
   * Multiplies all of these by min(1, maxNorm / (norm + 1e-6)), in place, where norm is that of all elements together.
   * For clipping gradients by norm. *Source*: PyTorch's `clip_grad_norm_`.
   */
  clipByNorm(gradients: readonly Matrix[], maxNorm: number): void;
  /** The sum of the squares of all elements of all of these, 1 x 1: for norms that are read once an epoch. */
  sumOfSquares(matrices: readonly Matrix[]): Matrix;
  /**
   * One step of an optimizer on `parameter` and its `state`, all in place; the gradient is only read.
   *
   * `state` holds the matrices that `initialState(optimizer)` names, shaped like the parameter.
   */
  optimizerStep(
    parameter: Matrix,
    gradient: Matrix,
    state: readonly Matrix[],
    optimizer: OptimizerSpec,
    step: OptimizerStep,
  ): void;

  /** An operation of the user's on matrices and numbers: a new matrix. For theory, and for plugins. */
  apply?(op: MatrixOp, operands: readonly Matrix[], numbers?: readonly number[]): Matrix;

  /**
   * Trains whole epochs in one call. Back ends without it are driven operation by operation, and so are trainings that a
   * back end does not fuse. Classes come as dense targets: one-hot rows, smoothed if so. *Throws* SHAPE_MISMATCH.
   */
  createTrainer?(spec: TrainerSpec, data: RegressionTable, initial: Float64Array): BackendTrainer | NotFused;
}

/** The role of the matrix core. */
export const MATRIX_BACKEND = token<MatrixBackend>('MatrixBackend');
