/**
 * The reference back end: plain TypeScript in f64. Clear, slow, and the truth that the others are tested against.
 */
import { defineProvider, type Provider } from '@tangentlab/core';
import { type ActivationSpec, activationOf } from './activation.js';
import { Arena } from './arena.js';
import { counterUniform } from './counter-random.js';
import { checkDense } from './dense-matrix.js';
import { dot } from './dot.js';
import { evaluateLoss } from './evaluate-loss.js';
import { type LossSpec, lossOf } from './loss.js';
import { type GemmOptions, MATRIX_BACKEND, type Matrix, type MatrixBackend } from './matrix-backend.js';
import { evaluateOp, type MatrixOp, resultShape } from './matrix-op.js';
import { type OptimizerSpec, type OptimizerStep, updateParameters } from './optimizer.js';
import { CLIP_EPSILON, checkBias, checkRowsOf, checkSameShape, checkState, gemmSizes } from './shapes.js';

/** Plain TypeScript, f64. */
export class ReferenceBackend implements MatrixBackend {
  readonly name = 'reference';
  readonly capabilities = { precision: 'f64', fusedTrainer: false, async: false, deterministic: true } as const;
  readonly #arena = new Arena<Float64Array>('reference back end');

  describe(): string {
    return 'plain TypeScript, f64';
  }

  async init(): Promise<void> {}

  async dispose(): Promise<void> {
    this.reset(0);
  }

  /** How many matrices are alive, for tests of leaks. */
  get liveMatrices(): number {
    return this.#arena.size;
  }

  upload(values: ArrayLike<number>, rows: number, cols: number): Matrix {
    checkDense('upload', { rows, cols, values });
    return this.#arena.keep(Float64Array.from(values), rows, cols);
  }

  async read(a: Matrix): Promise<Float64Array> {
    return this.#arena.values(a).slice();
  }

  mark(): number {
    return this.#arena.mark();
  }

  reset(mark: number): void {
    this.#arena.reset(mark);
  }

  free(a: Matrix): void {
    this.#arena.free(a);
  }

  gatherRows(a: Matrix, rows: Int32Array): Matrix {
    const { cols } = a;
    const from = this.#arena.values(a);
    const to = new Float64Array(rows.length * cols); // batch x cols
    checkRowsOf(a, rows);
    for (const [i, row] of rows.entries()) {
      to.set(from.subarray(row * cols, (row + 1) * cols), i * cols);
    }
    return this.#arena.keep(to, rows.length, cols);
  }

  gemm(a: Matrix, b: Matrix, options: GemmOptions = {}): Matrix {
    const { m, n, k } = gemmSizes(a, b, options);
    const { transA = false, transB = false, alpha = 1, beta = 0, c } = options;
    // both operands laid out along the inner dimension, so that every entry is an inner product of two stretches
    const A = transA ? transposed(this.#arena.values(a), k, m) : this.#arena.values(a); // m x k
    const B = transB ? this.#arena.values(b) : transposed(this.#arena.values(b), k, n); // n x k
    const C = new Float64Array(m * n); // m x n
    const before = c === undefined || beta === 0 ? undefined : this.#arena.values(c);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        const at = i * n + j;
        C[at] = alpha * dot(A, i * k, B, j * k, k) + (before === undefined ? 0 : beta * before[at]!);
      }
    }
    return this.#arena.keep(C, m, n);
  }

  addBias(z: Matrix, bias: Matrix, scale = 1): void {
    checkBias(z, bias);
    const [into, b] = [this.#arena.values(z), this.#arena.values(bias)];
    const { cols } = z;
    for (let at = 0; at < into.length; at += cols) {
      for (let j = 0; j < cols; j++) into[at + j]! += scale * b[j]!;
    }
  }

  activate(a: Matrix, activation: ActivationSpec): Matrix {
    const from = this.#arena.values(a);
    const f = activationOf(activation).value;
    const h = new Float64Array(from.length); // rows x cols
    for (let i = 0; i < h.length; i++) h[i] = f(from[i]!);
    return this.#arena.keep(h, a.rows, a.cols);
  }

  activationGradient(dh: Matrix, a: Matrix, activation: ActivationSpec): Matrix {
    checkSameShape('activationGradient', dh, a);
    const [from, inputs] = [this.#arena.values(dh), this.#arena.values(a)];
    const slope = activationOf(activation).derivative;
    const da = new Float64Array(from.length); // rows x cols
    for (let i = 0; i < da.length; i++) da[i] = from[i]! * slope(inputs[i]!);
    return this.#arena.keep(da, a.rows, a.cols);
  }

  multiply(a: Matrix, b: Matrix): Matrix {
    checkSameShape('multiply', a, b);
    const [x, y] = [this.#arena.values(a), this.#arena.values(b)];
    const product = new Float64Array(x.length); // rows x cols
    for (let i = 0; i < product.length; i++) product[i] = x[i]! * y[i]!;
    return this.#arena.keep(product, a.rows, a.cols);
  }

  dropoutMask(rows: number, cols: number, rate: number, seed: number): Matrix {
    const scale = 1 / (1 - rate);
    const mask = new Float64Array(rows * cols);
    for (let i = 0; i < mask.length; i++) mask[i] = counterUniform(seed, i) < rate ? 0 : scale;
    return this.#arena.keep(mask, rows, cols);
  }

  loss(z: Matrix, targets: Matrix, loss: LossSpec): { losses: Matrix; gradient: Matrix } {
    checkSameShape('loss', z, targets);
    const { rows, cols } = z;
    const [Z, T] = [this.#arena.values(z), this.#arena.values(targets)];
    const { losses, gradient } = evaluateLoss(lossOf(loss), Z, T, rows, cols);
    return { losses: this.#arena.keep(losses, rows, 1), gradient: this.#arena.keep(gradient, rows, cols) };
  }

  columnSums(a: Matrix, alpha = 1): Matrix {
    const values = this.#arena.values(a);
    const { cols } = a;
    const sums = new Float64Array(cols); // 1 x cols
    for (let at = 0; at < values.length; at += cols) {
      for (let j = 0; j < cols; j++) sums[j]! += values[at + j]!;
    }
    if (alpha !== 1) for (let j = 0; j < cols; j++) sums[j]! *= alpha;
    return this.#arena.keep(sums, 1, cols);
  }

  accumulate(target: Matrix, a: Matrix, alpha = 1): void {
    checkSameShape('accumulate', target, a);
    const [into, from] = [this.#arena.values(target), this.#arena.values(a)];
    for (let i = 0; i < into.length; i++) into[i]! += alpha * from[i]!;
  }

  accumulateSign(target: Matrix, a: Matrix, alpha: number): void {
    checkSameShape('accumulateSign', target, a);
    const [into, from] = [this.#arena.values(target), this.#arena.values(a)];
    for (let i = 0; i < into.length; i++) into[i]! += alpha * Math.sign(from[i]!);
  }

  softThreshold(target: Matrix, threshold: number): void {
    const values = this.#arena.values(target);
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      values[i] = Math.sign(value) * Math.max(Math.abs(value) - threshold, 0);
    }
  }

  clamp(target: Matrix, limit: number): void {
    const values = this.#arena.values(target);
    for (let i = 0; i < values.length; i++) values[i] = Math.max(-limit, Math.min(values[i]!, limit));
  }

  clipByNorm(gradients: readonly Matrix[], maxNorm: number): void {
    const scale = maxNorm / (Math.sqrt(this.#squares(gradients)) + CLIP_EPSILON);
    if (scale >= 1) return;
    for (const gradient of gradients) {
      const values = this.#arena.values(gradient);
      for (let i = 0; i < values.length; i++) values[i]! *= scale;
    }
  }

  sumOfSquares(matrices: readonly Matrix[]): Matrix {
    return this.#arena.keep(Float64Array.of(this.#squares(matrices)), 1, 1);
  }

  optimizerStep(
    parameter: Matrix,
    gradient: Matrix,
    state: readonly Matrix[],
    optimizer: OptimizerSpec,
    step: OptimizerStep,
  ): void {
    checkState(parameter, gradient, state, optimizer);
    const kept = state.map((matrix) => this.#arena.values(matrix));
    updateParameters(this.#arena.values(parameter), this.#arena.values(gradient), kept, optimizer, step);
  }

  apply(op: MatrixOp, operands: readonly Matrix[], numbers: readonly number[] = []): Matrix {
    const residents = operands.map((a) => ({ rows: a.rows, cols: a.cols, values: this.#arena.values(a) }));
    const shape = resultShape(op, operands, numbers);
    return this.#arena.keep(evaluateOp(op, shape, residents, numbers), shape.rows, shape.cols);
  }

  #squares(matrices: readonly Matrix[]): number {
    let sum = 0;
    for (const matrix of matrices) {
      const values = this.#arena.values(matrix);
      sum += dot(values, 0, values, 0, values.length);
    }
    return sum;
  }
}

/** The transpose of a rows x cols matrix. */
function transposed(values: Float64Array, rows: number, cols: number): Float64Array {
  const result = new Float64Array(values.length); // cols x rows
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) result[j * rows + i] = values[i * cols + j]!;
  return result;
}

/** The reference back end as a provider: `experiment.with(reference())`. */
export function reference(): Provider<MatrixBackend> {
  return defineProvider<MatrixBackend>({
    token: MATRIX_BACKEND,
    name: 'reference',
    create: async () => {
      const backend = new ReferenceBackend();
      await backend.init();
      return backend;
    },
    release: (backend) => backend.dispose(),
  });
}
