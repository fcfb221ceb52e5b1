/**
 * The matrix core on gpu.js. Every arithmetic operation is a kernel; what only moves numbers or must have given bits -
 * gatherRows, dropoutMask - is done on the host, where the matrices live in the modes cpu and webasm.
 *
 * Not a fast back end: cells of a gpu.js kernel share nothing, so that a product reads every entry again for each cell,
 * and in mode webasm arguments are copied at every call. It is the way to the devices that gpu.js knows.
 */
import { RunError } from '@tangentlab/core';
import {
  type ActivationName,
  type AdamStep,
  Arena,
  checkDense,
  checkSameShape,
  checkShapes,
  counterUniform,
  type GemmOptions,
  gemmSizes,
  type Matrix,
  type MatrixBackend,
} from '@tangentlab/tensor';
import { flatRows } from './flat-rows.js';
import { availableGpuJs, type GpuInput, type GpuJs, type KernelArgument, loadGpuJs } from './gpu-js.js';
import { describeGpu, type GpuMode, type GpuOptions, modeAsked, type OpenGpu, openGpu } from './gpu-mode.js';
import { KernelCache } from './kernel-cache.js';
import * as kernels from './kernel-source.js';

/** What a back end that is open works with. */
interface Device {
  readonly gpuJs: GpuJs;
  readonly open: OpenGpu;
  readonly cache: KernelCache;
}

/** gpu.js, f32. */
export class GpuBackend implements MatrixBackend {
  readonly name = 'gpu';
  /** The bits are those of the JavaScript engine's own exp, log and tanh: the same wherever that engine runs. */
  readonly capabilities = { precision: 'f32', fusedTrainer: false, async: false, deterministic: true } as const;
  readonly #asked: GpuMode;
  readonly #load: () => Promise<GpuJs>;
  /** Float32Arrays on the host: that is where kernels of the modes cpu and webasm read and write. */
  readonly #arena = new Arena<Float32Array>('gpu back end');
  #opening: Promise<void> | undefined;
  #device: Device | undefined;

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
    return describeGpu(gpuJs.version, this.#asked, open, cache.counts);
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
    device?.cache.clear();
    await device?.open.gpu.destroy();
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

  biasActivation(z: Matrix, bias: Matrix, activation: ActivationName): Matrix {
    const { rows, cols } = z;
    checkShapes(bias.rows === 1 && bias.cols === cols, 'biasActivation', `the bias must be (1,${cols})`, z, bias);
    const [Z, b] = [this.#arena.values(z), this.#arena.values(bias)];
    if (Z.length === 0) return this.#zeros(rows, cols);
    const width = this.#padded(cols);
    const h = this.#run(
      `biasActivation ${rows} ${cols} ${activation}`,
      () => kernels.biasActivationSource(rows, width, activation),
      this.#table(Z, rows, cols),
      b,
    );
    return this.#arena.keep(flatRows(h, cols), rows, cols);
  }

  activationGradient(dh: Matrix, h: Matrix, activation: ActivationName): Matrix {
    checkSameShape('activationGradient', dh, h);
    const [dH, H] = [this.#arena.values(dh), this.#arena.values(h)];
    if (H.length === 0) return this.#zeros(h.rows, h.cols);
    const [dz] = this.#run(
      `activationGradient ${H.length} ${activation}`,
      () => kernels.activationGradientSource(H.length, activation),
      dH,
      H,
    );
    return this.#arena.keep(dz!, h.rows, h.cols);
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

  softmaxCrossEntropy(z: Matrix, labels: Matrix): { losses: Matrix; gradient: Matrix } {
    const { rows, cols } = z;
    const fits = labels.rows === rows && labels.cols === 1;
    checkShapes(fits, 'softmaxCrossEntropy', `labels must be (${rows},1)`, z, labels);
    const [Z, y] = [this.#arena.values(z), this.#arena.values(labels)];
    if (Z.length === 0) return { losses: this.#zeros(rows, 1), gradient: this.#zeros(rows, cols) };
    const logits = this.#table(Z, rows, cols);
    const [top, total, losses] = this.#run(
      `rowStatistics ${rows} ${cols}`,
      () => kernels.rowStatisticsSource(cols, this.#padded(rows)),
      logits,
      y,
    );
    const gradient = this.#run(
      `softmaxGradient ${rows} ${cols}`,
      () => kernels.softmaxGradientSource(rows, this.#padded(cols)),
      logits,
      y,
      top!,
      total!,
    );
    return {
      losses: this.#arena.keep(losses!.subarray(0, rows), rows, 1),
      gradient: this.#arena.keep(flatRows(gradient, cols), rows, cols),
    };
  }

  columnSums(a: Matrix): Matrix {
    const { rows, cols } = a;
    const A = this.#arena.values(a);
    if (A.length === 0) return this.#zeros(1, cols);
    const width = this.#padded(cols);
    const [sums] = this.#run(
      `columnSums ${rows} ${cols}`,
      () => kernels.columnSumsSource(rows, width),
      this.#table(A, rows, cols),
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

  adam(parameter: Matrix, gradient: Matrix, m: Matrix, v: Matrix, options: AdamStep): void {
    for (const other of [gradient, m, v]) checkSameShape('adam', parameter, other);
    const [theta, g, first, second] = [parameter, gradient, m, v].map((matrix) => this.#arena.values(matrix));
    const { length } = theta!;
    if (length === 0) return;
    const { lr, beta1, beta2, epsilon, step } = options;
    const decays = [beta1, beta2].flatMap((beta) => [beta, 1 - beta, 1 / (1 - beta ** step)]);
    const source = () => kernels.adamSource(length);
    const updated = this.#run(`adam ${length}`, source, theta!, g!, first!, second!, lr, epsilon, ...decays);
    for (const [i, matrix] of [m, v, parameter].entries()) this.#arena.replace(matrix, updated[i]!);
  }

  async #openDevice(): Promise<void> {
    const gpuJs = await availableGpuJs(this.#load);
    const open = await openGpu(gpuJs, this.#asked);
    this.#device = { gpuJs, open, cache: new KernelCache(open) };
  }

  #opened(): Device {
    if (this.#device !== undefined) return this.#device;
    throw new RunError('RESOURCE_FAILED', {
      where: 'gpu back end',
      expected: 'it must be initialised',
      got: 'a use before init() or after dispose()',
      todo: 'await init() first',
    });
  }

  #run(key: string, source: () => kernels.KernelSource, ...args: readonly KernelArgument[]): readonly Float32Array[] {
    return this.#opened().cache.run(key, source, args);
  }

  /** An argument that kernels read as `a[row][col]`. */
  #table(values: Float32Array, rows: number, cols: number): GpuInput {
    return this.#opened().gpuJs.input(values, [cols, rows]);
  }

  /**
   * The width of an output of `cols` columns. In mode webasm gpu.js computes four neighbours of a row at a time and the
   * rest one by one, so rows are padded to a multiple of four; the cells beyond read entries of no meaning, and are cut
   * off.
   */
  #padded(cols: number): number {
    return this.#opened().open.mode === 'webasm' ? Math.ceil(cols / 4) * 4 : cols;
  }

  #zeros(rows: number, cols: number): Matrix {
    return this.#arena.keep(new Float32Array(rows * cols), rows, cols);
  }
}
