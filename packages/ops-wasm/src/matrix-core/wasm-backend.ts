/**
 * The matrix core on WebAssembly SIMD, in f32: the primitives, and a trainer that runs whole epochs in one call.
 */
import { RunError } from '@tangentlab/core';
import {
  type ActivationSpec,
  Arena,
  activationOf,
  type BackendTrainer,
  CLIP_EPSILON,
  checkBias,
  checkDense,
  checkRowsOf,
  checkSameShape,
  checkState,
  evaluateLoss,
  evaluateOp,
  type GemmOptions,
  gemmSizes,
  type LossSpec,
  lossOf,
  type Matrix,
  type MatrixBackend,
  type MatrixOp,
  type NotFused,
  type OptimizerSpec,
  type OptimizerStep,
  type RegressionTable,
  resultShape,
  type TrainerSpec,
} from '@tangentlab/tensor';
import { activationCode, lastDropped, lossCode, optimizerCode } from './codes.js';
import { fuse } from './fused-trainer.js';
import type { Block } from './heap.js';
import { type Build, type Machine, machineOf, threadsInWords } from './machine.js';
import { bytesOf, FLOAT, putRows, strideOf, takeRows } from './padded-rows.js';

/** WebAssembly SIMD, f32. */
export class WasmBackend implements MatrixBackend {
  readonly name = 'wasm';
  readonly capabilities: MatrixBackend['capabilities'];
  readonly #open: () => Promise<Build>;
  readonly #arena = new Arena<Block>('wasm back end', (block) => this.#machine?.heap.give(block));
  readonly #hosted = new Set<string>();
  #build: Build | undefined;
  #machine: Machine | undefined;

  /** @param open Gives the build to run, which `init` awaits. */
  constructor(open: () => Promise<Build>, deterministic: boolean) {
    this.#open = open;
    this.capabilities = { precision: 'f32', fusedTrainer: true, async: false, deterministic };
  }

  describe(): string {
    const what =
      this.#build === undefined
        ? 'not initialised'
        : `${this.#build.description}, ${threadsInWords(this.#build, this.#machine)}`;
    const host = this.#hosted.size === 0 ? '' : ` (on the host: ${[...this.#hosted].join(', ')})`;
    return `${what}${host}`;
  }

  async init(): Promise<void> {
    const build = await this.#open();
    await build.program.compile();
    this.#build = build;
    this.#machine = machineOf(build);
  }

  async dispose(): Promise<void> {
    this.#arena.reset(0);
    const team = this.#machine?.team;
    this.#machine = undefined;
    await team?.dispose();
  }

  /** How many matrices are alive, for tests of leaks. */
  get liveMatrices(): number {
    return this.#arena.size;
  }

  /** The most memory that was ever in use, in bytes, for tests of leaks. */
  get peakBytes(): number {
    return this.#running().heap.peakBytes;
  }

  /** How many threads work on large layers now, for tests of them. */
  get workingThreads(): number {
    return this.#running().team?.working ?? 1;
  }

  upload(values: ArrayLike<number>, rows: number, cols: number): Matrix {
    checkDense('upload', { rows, cols, values });
    const { heap } = this.#running();
    const made = this.#room(rows, cols);
    putRows(heap, this.#at(made), values, rows, cols);
    return made;
  }

  async read(a: Matrix): Promise<Float64Array> {
    return this.#values(a);
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
    const { kernels, heap } = this.#running();
    const from = this.#at(a);
    checkRowsOf(a, rows);
    const order = heap.take(rows.length * FLOAT);
    heap.integers(order.address, rows.length).set(rows);
    const made = this.#room(rows.length, a.cols);
    kernels.gatherRows(from, strideOf(a.cols), order.address, rows.length, this.#at(made));
    heap.give(order);
    return made;
  }

  gemm(a: Matrix, b: Matrix, options: GemmOptions = {}): Matrix {
    const { m, n, k } = gemmSizes(a, b, options);
    const { transA = false, transB = false, alpha = 1, beta = 0, c } = options;
    const { kernels, team } = this.#running();
    team?.announce(m * n * k);
    const [A, B] = [this.#at(a), this.#at(b)];
    const before = c === undefined || beta === 0 ? undefined : this.#at(c);
    const made = this.#room(m, n);
    const to = this.#at(made);
    const count = countOf(made);
    const [lda, ldb, ldc] = [strideOf(a.cols), strideOf(b.cols), strideOf(n)];
    kernels.gemm(Number(transA), Number(transB), m, n, k, A, lda, B, ldb, to, ldc);
    if (alpha !== 1) kernels.scale(alpha, to, count);
    if (before !== undefined) kernels.accumulate(beta, before, to, count);
    return made;
  }

  addBias(z: Matrix, bias: Matrix, scale = 1): void {
    checkBias(z, bias);
    this.#running().kernels.addBias(scale, this.#at(bias), this.#at(z), z.rows, strideOf(z.cols));
  }

  activate(a: Matrix, activation: ActivationSpec): Matrix {
    const code = activationCode(activation);
    const from = this.#at(a);
    if (code === undefined) {
      const { name, value } = activationOf(activation);
      this.#hosted.add(`activation ${name}`);
      return this.upload(this.#values(a).map(value), a.rows, a.cols);
    }
    const made = this.#room(a.rows, a.cols);
    this.#running().kernels.activate(code, from, this.#at(made), countOf(a));
    return made;
  }

  activationGradient(dh: Matrix, a: Matrix, activation: ActivationSpec): Matrix {
    checkSameShape('activationGradient', dh, a);
    const [from, inputs] = [this.#at(dh), this.#at(a)];
    const code = activationCode(activation);
    if (code === undefined) {
      const { name, derivative } = activationOf(activation);
      this.#hosted.add(`activation ${name}`);
      const above = this.#values(dh);
      return this.upload(
        this.#values(a).map((z, i) => above[i]! * derivative(z)),
        a.rows,
        a.cols,
      );
    }
    const made = this.#room(a.rows, a.cols);
    this.#running().kernels.activationGradient(code, from, inputs, this.#at(made), countOf(a));
    return made;
  }

  multiply(a: Matrix, b: Matrix): Matrix {
    checkSameShape('multiply', a, b);
    const [x, y] = [this.#at(a), this.#at(b)];
    const made = this.#room(a.rows, a.cols);
    this.#running().kernels.multiply(x, y, this.#at(made), countOf(a));
    return made;
  }

  dropoutMask(rows: number, cols: number, rate: number, seed: number): Matrix {
    const { kernels, heap } = this.#running();
    const made = this.#room(rows, cols);
    if (rate === 0) {
      heap.floats(this.#at(made), countOf(made)).fill(1);
      return made;
    }
    const inner = heap.take(bytesOf(rows, cols));
    kernels.counters(rows, cols, inner.address);
    kernels.mask(inner.address, countOf(made), seed, lastDropped(rate), 1 / (1 - rate), this.#at(made));
    heap.give(inner);
    return made;
  }

  loss(z: Matrix, targets: Matrix, loss: LossSpec): { losses: Matrix; gradient: Matrix } {
    checkSameShape('loss', z, targets);
    const { rows, cols } = z;
    const [Z, T] = [this.#at(z), this.#at(targets)];
    const known = lossCode(loss);
    if (known === undefined) return this.#hostedLoss(z, targets, loss);
    const losses = this.#room(rows, 1);
    const gradient = this.#room(rows, cols);
    const [to, slopes] = [this.#at(losses), this.#at(gradient)];
    const { code, parameter } = known;
    this.#running().kernels.loss(code, parameter, Z, T, rows, cols, strideOf(cols), to, strideOf(1), slopes);
    return { losses, gradient };
  }

  columnSums(a: Matrix, alpha = 1): Matrix {
    const from = this.#at(a);
    const made = this.#room(1, a.cols);
    this.#running().kernels.columnSums(alpha, from, a.rows, strideOf(a.cols), this.#at(made));
    return made;
  }

  accumulate(target: Matrix, a: Matrix, alpha = 1): void {
    checkSameShape('accumulate', target, a);
    this.#running().kernels.accumulate(alpha, this.#at(a), this.#at(target), countOf(a));
  }

  accumulateSign(target: Matrix, a: Matrix, alpha: number): void {
    checkSameShape('accumulateSign', target, a);
    this.#running().kernels.accumulateSign(alpha, this.#at(a), this.#at(target), countOf(a));
  }

  softThreshold(target: Matrix, threshold: number): void {
    this.#running().kernels.softThreshold(threshold, this.#at(target), countOf(target));
  }

  clamp(target: Matrix, limit: number): void {
    this.#running().kernels.clamp(limit, this.#at(target), countOf(target));
  }

  clipByNorm(gradients: readonly Matrix[], maxNorm: number): void {
    const { kernels } = this.#running();
    const scale = maxNorm / (Math.sqrt(this.#squares(gradients)) + CLIP_EPSILON);
    if (scale >= 1) return;
    for (const gradient of gradients) kernels.scale(scale, this.#at(gradient), countOf(gradient));
  }

  sumOfSquares(matrices: readonly Matrix[]): Matrix {
    return this.upload([this.#squares(matrices)], 1, 1);
  }

  optimizerStep(
    parameter: Matrix,
    gradient: Matrix,
    state: readonly Matrix[],
    optimizer: OptimizerSpec,
    { step, lr }: OptimizerStep,
  ): void {
    checkState(parameter, gradient, state, optimizer);
    const [theta, slopes] = [this.#at(parameter), this.#at(gradient)];
    const [first = 0, second = 0] = state.map((matrix) => this.#at(matrix));
    const { code, a, b, epsilon, decay } = optimizerCode(optimizer);
    const count = countOf(parameter);
    this.#running().kernels.optimizerStep(code, theta, slopes, first, second, count, lr, step, a, b, epsilon, decay);
  }

  apply(op: MatrixOp, operands: readonly Matrix[], numbers: readonly number[] = []): Matrix {
    const residents = operands.map((a) => ({ rows: a.rows, cols: a.cols, values: this.#values(a) }));
    const shape = resultShape(op, operands, numbers);
    this.#hosted.add(`operation ${op.name}`);
    return this.upload(evaluateOp(op, shape, residents, numbers), shape.rows, shape.cols);
  }

  createTrainer(spec: TrainerSpec, data: RegressionTable, initial: Float64Array): BackendTrainer | NotFused {
    return fuse(this.#running(), spec, data, initial);
  }

  #hostedLoss(z: Matrix, targets: Matrix, loss: LossSpec): { losses: Matrix; gradient: Matrix } {
    const { rows, cols } = z;
    const functions = lossOf(loss);
    this.#hosted.add(`loss ${functions.name}`);
    const { losses, gradient } = evaluateLoss(functions, this.#values(z), this.#values(targets), rows, cols);
    return { losses: this.upload(losses, rows, 1), gradient: this.upload(gradient, rows, cols) };
  }

  #squares(matrices: readonly Matrix[]): number {
    const { kernels } = this.#running();
    return matrices.reduce((sum, a) => sum + kernels.sumOfSquares(this.#at(a), a.rows, a.cols, strideOf(a.cols)), 0);
  }

  #values(a: Matrix): Float64Array {
    const { address } = this.#arena.values(a);
    const values = new Float64Array(a.rows * a.cols);
    takeRows(this.#running().heap, address, a.rows, a.cols, values, 0);
    return values;
  }

  #room(rows: number, cols: number): Matrix {
    return this.#arena.keep(this.#running().heap.take(bytesOf(rows, cols)), rows, cols);
  }

  #at(a: Matrix): number {
    return this.#arena.values(a).address;
  }

  #running(): Machine {
    if (this.#machine !== undefined) return this.#machine;
    throw new RunError('RESOURCE_FAILED', {
      where: 'wasm back end',
      expected: 'a back end that is initialised and not disposed of is needed',
      got: 'none',
      todo: 'await init() first',
    });
  }
}

/** Elements with their padding. */
function countOf({ rows, cols }: Matrix): number {
  return rows * strideOf(cols);
}
