/**
 * The matrix core on gpu.js. Every arithmetic operation is a kernel; what only moves numbers or must have given bits -
 * gatherRows, dropoutMask - is done on the host, where the matrices live in the modes cpu and webasm. So are activations
 * and losses of the user's that have no kernel.
 *
 * Not a fast back end: cells of a gpu.js kernel share nothing, so that a product reads every entry again for each cell,
 * and in mode webasm arguments are copied at every call. It is the way to the devices that gpu.js knows.
 */
import { RunError } from '@tangentlab/core';
import {
  type ActivationSpec,
  Arena,
  activationOf,
  checkBias,
  checkDense,
  checkSameShape,
  checkShapes,
  checkState,
  counterUniform,
  type GemmOptions,
  gemmSizes,
  type LossSpec,
  type Matrix,
  type MatrixBackend,
  type OptimizerSpec,
  type OptimizerStep,
} from '@tangentlab/tensor';
import { flatRows } from './flat-rows.js';
import { GpuDevice } from './gpu-device.js';
import { availableGpuJs, type GpuInput, type GpuJs, type KernelArgument, loadGpuJs } from './gpu-js.js';
import { describeGpu, type GpuMode, type GpuOptions, modeAsked } from './gpu-mode.js';
import { lossOnHost } from './host-loss.js';
import type { KernelCache } from './kernel-cache.js';
import * as kernels from './kernel-source.js';
import { lossKernels } from './loss-kernels.js';
import { optimizerKernel } from './optimizer-kernels.js';

/** Keeps a gradient of 0 from being divided by 0; PyTorch's. */
const CLIP_EPSILON = 1e-6;
/** Partial sums of a sum of squares: enough for the lanes of vectors, few enough to be added up afterwards. */
const SQUARE_PARTS = 16;

/** gpu.js, f32. */
export class GpuBackend implements MatrixBackend {
  readonly name = 'gpu';
  /** The bits are those of the JavaScript engine's own exp, log and tanh: the same wherever that engine runs. */
  readonly capabilities = { precision: 'f32', fusedTrainer: false, async: false, deterministic: true } as const;
  readonly #asked: GpuMode;
  readonly #load: () => Promise<GpuJs>;
  /** Float32Arrays on the host: that is where kernels of the modes cpu and webasm read and write. */
  readonly #arena = new Arena<Float32Array>('gpu back end');
  /** What has no kernel and was evaluated on the host. */
  readonly #onHost = new Set<string>();
  #opening: Promise<void> | undefined;
  #device: GpuDevice | undefined;

  /**
   * @param load Where gpu.js comes from; the package of that name unless given.
   * @throws ConfigError CONFIG_INVALID for an unknown option or mode.
   */
  constructor(options: GpuOptions = {}, load: () => Promise<GpuJs> = loadGpuJs) {
    this.#asked = modeAsked(options);
    this.#load = load;
  }

  describe(): string {
    if (this.#device === undefined) return `gpu.js, not initialised (asked for ${this.#asked})`;
    const { gpuJs, open, cache } = this.#device;
    return describeGpu(gpuJs.version, this.#asked, open, cache.counts, [...this.#onHost]);
  }

  init(): Promise<void> {
    this.#opening ??= this.#openDevice();
    return this.#opening;
  }

  async dispose(): Promise<void> {
    await this.#opening?.catch(() => undefined);
    const device = this.#device;
    this.#arena.reset(0);
    this.#device = undefined;
    this.#opening = undefined;
    await device?.close();
  }

  /** The kernel cache, for tests of what really ran. */
  get kernels(): KernelCache {
    return this.#opened().cache;
  }

  /** How many matrices are alive, for tests of leaks. */
  get liveMatrices(): number {
    return this.#arena.size;
  }

  upload(values: ArrayLike<number>, rows: number, cols: number): Matrix {
    checkDense('upload', { rows, cols, values });
    return this.#arena.keep(new Float32Array(values), rows, cols);
  }

  async read(a: Matrix): Promise<Float64Array> {
    return new Float64Array(this.#arena.values(a));
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

  /** On the host: a kernel would copy all of `a` in to copy a batch of it out, and compute nothing. */
  gatherRows(a: Matrix, rows: Int32Array): Matrix {
    const { cols } = a;
    const from = this.#arena.values(a);
    const to = new Float32Array(rows.length * cols); // batch x cols
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      if (!(row >= 0 && row < a.rows)) checkShapes(false, 'gatherRows', `row ${row} must lie in 0..${a.rows - 1}`, a);
      for (let j = 0; j < cols; j++) to[i * cols + j] = from[row * cols + j]!;
    }
    return this.#arena.keep(to, rows.length, cols);
  }

  gemm(a: Matrix, b: Matrix, options: GemmOptions = {}): Matrix {
    const { m, n, k } = gemmSizes(a, b, options);
    const { transA = false, transB = false, alpha = 1, beta = 0, c } = options;
    const [A, B] = [this.#arena.values(a), this.#arena.values(b)];
    const C = c === undefined || beta === 0 ? undefined : this.#arena.values(c);
    if (m * n === 0) return this.#zeros(m, n);
    if (k === 0) {
      const zeros = this.#zeros(m, n);
      if (c !== undefined && beta !== 0) this.accumulate(zeros, c, beta);
      return zeros;
    }
    const width = this.#padded(n);
    const withC = C !== undefined;
    const rows = this.#run(
      `gemm ${m} ${n} ${k}${transA ? ' transA' : ''}${transB ? ' transB' : ''}${withC ? ' + c' : ''}`,
      () => kernels.gemmSource({ m, n, k, transA, transB, withC, width }),
      this.#table(A, a.rows, a.cols),
      this.#table(B, b.rows, b.cols),
      alpha,
      ...(withC ? [this.#table(C, m, n), beta] : []),
    );
    return this.#arena.keep(flatRows(rows, n), m, n);
  }

  addBias(z: Matrix, bias: Matrix, scale = 1): void {
    const { rows, cols } = z;
    checkBias(z, bias);
    const [Z, b] = [this.#arena.values(z), this.#arena.values(bias)];
    if (Z.length === 0) return;
    const source = () => kernels.addBiasSource(rows, this.#padded(cols));
    const sums = this.#run(`addBias ${rows} ${cols}`, source, this.#table(Z, rows, cols), b, scale);
    this.#arena.replace(z, flatRows(sums, cols));
  }

  activate(a: Matrix, activation: ActivationSpec): Matrix {
    const A = this.#arena.values(a);
    if (A.length === 0) return this.#zeros(a.rows, a.cols);
    const { name, kernel, value } = activationOf(activation);
    if (kernel === undefined) {
      this.#onHost.add(`activation ${name}`);
      return this.#arena.keep(A.map(value), a.rows, a.cols);
    }
    const source = () => kernels.activateSource(A.length, kernel.value);
    const [h] = this.#run(`activate ${A.length} ${name} ${kernel.value}`, source, A);
    return this.#arena.keep(h!, a.rows, a.cols);
  }

  activationGradient(dh: Matrix, a: Matrix, activation: ActivationSpec): Matrix {
    checkSameShape('activationGradient', dh, a);
    const [dH, A] = [this.#arena.values(dh), this.#arena.values(a)];
    if (A.length === 0) return this.#zeros(a.rows, a.cols);
    const { name, kernel, derivative } = activationOf(activation);
    if (kernel === undefined) {
      this.#onHost.add(`activation ${name}`);
      const slopes = A.map((z, i) => dH[i]! * derivative(z));
      return this.#arena.keep(slopes, a.rows, a.cols);
    }
    const source = () => kernels.activationGradientSource(A.length, kernel.derivative);
    const [da] = this.#run(`activationGradient ${A.length} ${name} ${kernel.derivative}`, source, dH, A);
    return this.#arena.keep(da!, a.rows, a.cols);
  }

  multiply(a: Matrix, b: Matrix): Matrix {
    checkSameShape('multiply', a, b);
    const [A, B] = [this.#arena.values(a), this.#arena.values(b)];
    if (A.length === 0) return this.#zeros(a.rows, a.cols);
    const [product] = this.#run(`multiply ${A.length}`, () => kernels.multiplySource(A.length), A, B);
    return this.#arena.keep(product!, a.rows, a.cols);
  }

  /** On the host: its bits are given by `counterUniform`, in 32-bit integers that kernels do not have. */
  dropoutMask(rows: number, cols: number, rate: number, seed: number): Matrix {
    const scale = 1 / (1 - rate);
    const mask = new Float32Array(rows * cols);
    for (let i = 0; i < mask.length; i++) mask[i] = counterUniform(seed, i) < rate ? 0 : scale;
    return this.#arena.keep(mask, rows, cols);
  }

  loss(z: Matrix, targets: Matrix, loss: LossSpec): { losses: Matrix; gradient: Matrix } {
    checkSameShape('loss', z, targets);
    const { rows, cols } = z;
    const [Z, T] = [this.#arena.values(z), this.#arena.values(targets)];
    if (Z.length === 0) return { losses: this.#zeros(rows, 1), gradient: this.#zeros(rows, cols) };
    if ('value' in loss) {
      this.#onHost.add(`loss ${loss.name}`);
      const onHost = lossOnHost(Z, T, rows, cols, loss);
      return {
        losses: this.#arena.keep(onHost.losses, rows, 1),
        gradient: this.#arena.keep(onHost.gradient, rows, cols),
      };
    }
    const { name, losses: lossSource, gradient: gradientSource } = lossKernels(loss);
    const [outputs, wanted] = [this.#table(Z, rows, cols), this.#table(T, rows, cols)];
    const statistics = this.#run(
      `losses ${rows} ${cols} ${name}`,
      () => lossSource(cols, this.#padded(rows)),
      outputs,
      wanted,
    );
    const gradient = this.#run(
      `lossGradient ${rows} ${cols} ${name}`,
      () => gradientSource(rows, cols, this.#padded(cols)),
      outputs,
      wanted,
      ...statistics.slice(0, -1),
    );
    return {
      losses: this.#arena.keep(statistics.at(-1)!.subarray(0, rows), rows, 1),
      gradient: this.#arena.keep(flatRows(gradient, cols), rows, cols),
    };
  }

  columnSums(a: Matrix, alpha = 1): Matrix {
    const { rows, cols } = a;
    const A = this.#arena.values(a);
    if (A.length === 0) return this.#zeros(1, cols);
    const width = this.#padded(cols);
    const [sums] = this.#run(
      `columnSums ${rows} ${cols}`,
      () => kernels.columnSumsSource(rows, width),
      this.#table(A, rows, cols),
      alpha,
    );
    return this.#arena.keep(sums!.subarray(0, cols), 1, cols);
  }

  accumulate(target: Matrix, a: Matrix, alpha = 1): void {
    checkSameShape('accumulate', target, a);
    const [into, from] = [this.#arena.values(target), this.#arena.values(a)];
    if (into.length === 0) return;
    const source = () => kernels.accumulateSource(into.length);
    const [updated] = this.#run(`accumulate ${into.length}`, source, into, from, alpha);
    this.#arena.replace(target, updated!);
  }

  accumulateSign(target: Matrix, a: Matrix, alpha: number): void {
    checkSameShape('accumulateSign', target, a);
    const [into, from] = [this.#arena.values(target), this.#arena.values(a)];
    if (into.length === 0) return;
    const source = () => kernels.accumulateSignSource(into.length);
    const [updated] = this.#run(`accumulateSign ${into.length}`, source, into, from, alpha);
    this.#arena.replace(target, updated!);
  }

  softThreshold(target: Matrix, threshold: number): void {
    this.#updateEach(target, 'softThreshold', kernels.softThresholdSource, threshold);
  }

  clamp(target: Matrix, limit: number): void {
    this.#updateEach(target, 'clamp', kernels.clampSource, limit);
  }

  clipByNorm(gradients: readonly Matrix[], maxNorm: number): void {
    const scale = maxNorm / (Math.sqrt(this.#squares(gradients)) + CLIP_EPSILON);
    if (scale >= 1) return;
    for (const gradient of gradients) this.#updateEach(gradient, 'scale', kernels.scaleSource, scale);
  }

  sumOfSquares(matrices: readonly Matrix[]): Matrix {
    return this.#arena.keep(Float32Array.of(this.#squares(matrices)), 1, 1);
  }

  optimizerStep(
    parameter: Matrix,
    gradient: Matrix,
    state: readonly Matrix[],
    optimizer: OptimizerSpec,
    step: OptimizerStep,
  ): void {
    checkState(parameter, gradient, state, optimizer);
    const arrays = [parameter, gradient, ...state].map((matrix) => this.#arena.values(matrix));
    const { length } = arrays[0]!;
    if (length === 0) return;
    const { name, source, numbers } = optimizerKernel(optimizer, step);
    const updated = this.#run(`${name} ${length}`, () => source(length), ...arrays, ...numbers);
    for (const [i, matrix] of [...state, parameter].entries()) this.#arena.replace(matrix, updated[i]!);
  }

  /** A kernel of one matrix and a number that works in place. */
  #updateEach(target: Matrix, name: string, source: (length: number) => kernels.KernelSource, parameter: number): void {
    const values = this.#arena.values(target);
    if (values.length === 0) return;
    const [updated] = this.#run(`${name} ${values.length}`, () => source(values.length), values, parameter);
    this.#arena.replace(target, updated!);
  }

  /** Partial sums by kernels; the few that they leave, and what does not divide evenly, are added up on the host. */
  #squares(matrices: readonly Matrix[]): number {
    let total = 0;
    for (const matrix of matrices) {
      const values = this.#arena.values(matrix);
      const { length } = values;
      const parts = Math.min(SQUARE_PARTS, length);
      const even = parts === 0 ? 0 : length - (length % parts);
      if (even > 0) {
        const [sums] = this.#run(`squares ${length}`, () => kernels.squaresSource(length, parts), values);
        for (const sum of sums!) total += sum;
      }
      for (let i = even; i < length; i++) total += values[i]! * values[i]!;
    }
    return total;
  }

  async #openDevice(): Promise<void> {
    this.#device = await GpuDevice.open(await availableGpuJs(this.#load), this.#asked);
  }

  #opened(): GpuDevice {
    if (this.#device !== undefined) return this.#device;
    throw new RunError('RESOURCE_FAILED', {
      where: 'gpu back end',
      expected: 'it must be initialised',
      got: 'a use before init() or after dispose()',
      todo: 'await init() first',
    });
  }

  #run(key: string, source: () => kernels.KernelSource, ...args: readonly KernelArgument[]): readonly Float32Array[] {
    return this.#opened().run(key, source, args);
  }

  #table(values: Float32Array, rows: number, cols: number): GpuInput {
    return this.#opened().table(values, rows, cols);
  }

  #padded(cols: number): number {
    return this.#opened().padded(cols);
  }

  #zeros(rows: number, cols: number): Matrix {
    return this.#arena.keep(new Float32Array(rows * cols), rows, cols);
  }
}
