/**
 * The reference back end: plain TypeScript in f64. Clear, slow, and the truth that the others are tested against.
 */
import { defineProvider, type Provider } from '@tangentlab/core';
import { ACTIVATIONS, type ActivationName } from './activation.js';
import { Arena } from './arena.js';
import { counterUniform } from './counter-random.js';
import { dot } from './dot.js';
import { checkDense } from './linear-algebra.js';
import { type AdamStep, type GemmOptions, MATRIX_BACKEND, type Matrix, type MatrixBackend } from './matrix-backend.js';
import { checkSameShape, checkShapes, gemmSizes } from './shapes.js';

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
    for (const [i, row] of rows.entries()) {
      checkShapes(row >= 0 && row < a.rows, 'gatherRows', `row ${row} must lie in 0..${a.rows - 1}`, a);
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

  biasActivation(z: Matrix, bias: Matrix, activation: ActivationName): Matrix {
    checkShapes(bias.rows === 1 && bias.cols === z.cols, 'biasActivation', `the bias must be (1,${z.cols})`, z, bias);
    const [from, b] = [this.#arena.values(z), this.#arena.values(bias)];
    const f = ACTIVATIONS[activation].value;
    const h = new Float64Array(from.length); // rows x cols
    for (let i = 0; i < h.length; i++) h[i] = f(from[i]! + b[i % z.cols]!);
    return this.#arena.keep(h, z.rows, z.cols);
  }

  activationGradient(dh: Matrix, h: Matrix, activation: ActivationName): Matrix {
    checkSameShape('activationGradient', dh, h);
    const [from, outputs] = [this.#arena.values(dh), this.#arena.values(h)];
    const slope = ACTIVATIONS[activation].slopeFromOutput;
    const dz = new Float64Array(from.length); // rows x cols
    for (let i = 0; i < dz.length; i++) dz[i] = from[i]! * slope(outputs[i]!);
    return this.#arena.keep(dz, h.rows, h.cols);
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

  softmaxCrossEntropy(z: Matrix, labels: Matrix): { losses: Matrix; gradient: Matrix } {
    const { rows, cols } = z;
    checkShapes(
      labels.rows === rows && labels.cols === 1,
      'softmaxCrossEntropy',
      `labels must be (${rows},1)`,
      z,
      labels,
    );
    const [Z, y] = [this.#arena.values(z), this.#arena.values(labels)];
    const losses = new Float64Array(rows); // rows x 1
    const gradient = new Float64Array(rows * cols); // rows x classes
    for (let i = 0; i < rows; i++) {
      const row = Z.subarray(i * cols, (i + 1) * cols);
      // shifted by the largest logit, so that exp never overflows
      const top = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      const total = row.reduce((sum, value) => sum + Math.exp(value - top), 0);
      const label = y[i]!;
      losses[i] = Math.log(total) + top - row[label]!;
      for (let j = 0; j < cols; j++) {
        gradient[i * cols + j] = (Math.exp(row[j]! - top) / total - (j === label ? 1 : 0)) / rows;
      }
    }
    return { losses: this.#arena.keep(losses, rows, 1), gradient: this.#arena.keep(gradient, rows, cols) };
  }

  columnSums(a: Matrix): Matrix {
    const values = this.#arena.values(a);
    const sums = new Float64Array(a.cols); // 1 x cols
    for (let i = 0; i < values.length; i++) sums[i % a.cols]! += values[i]!;
    return this.#arena.keep(sums, 1, a.cols);
  }

  accumulate(target: Matrix, a: Matrix, alpha = 1): void {
    checkSameShape('accumulate', target, a);
    const [into, from] = [this.#arena.values(target), this.#arena.values(a)];
    for (let i = 0; i < into.length; i++) into[i]! += alpha * from[i]!;
  }

  adam(parameter: Matrix, gradient: Matrix, m: Matrix, v: Matrix, { lr, beta1, beta2, epsilon, step }: AdamStep): void {
    for (const other of [gradient, m, v]) checkSameShape('adam', parameter, other);
    const [theta, g] = [this.#arena.values(parameter), this.#arena.values(gradient)];
    const [first, second] = [this.#arena.values(m), this.#arena.values(v)];
    const correction1 = 1 - beta1 ** step;
    const correction2 = 1 - beta2 ** step;
    for (let i = 0; i < theta.length; i++) {
      const gi = g[i]!;
      const mi = beta1 * first[i]! + (1 - beta1) * gi;
      const vi = beta2 * second[i]! + (1 - beta2) * gi * gi;
      first[i] = mi;
      second[i] = vi;
      theta[i]! -= (lr * (mi / correction1)) / (Math.sqrt(vi / correction2) + epsilon);
    }
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
