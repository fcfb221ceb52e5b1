/**
 * The matrix core on gpu.js. Every arithmetic operation is a kernel, and matrices stay where kernels leave them: on the
 * host in the modes cpu and webasm, as textures in webgl and webgl2, in buffers in webgpu. Two things are done on the
 * host everywhere: dropout masks, whose bits are given by 32-bit integers that kernels do not have, and activations and
 * losses of the user's that have no kernel.
 *
 * Not a fast back end on a CPU: cells of a gpu.js kernel share nothing, so that a product reads every entry again for
 * each cell, and in mode webasm arguments are copied at every call. It is the way to the devices that gpu.js knows.
 */
import { RunError, ShapeError } from '@tangentlab/core';
import {
  type ActivationSpec,
  Arena,
  activationOf,
  type BackendCapabilities,
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
  type MatrixOp,
  type OptimizerSpec,
  type OptimizerStep,
  resultShape,
} from '@tangentlab/tensor';
import type { Device, HostFunction, Resident, Shape } from './device/device.js';
import type { KernelCache } from './device/kernel-cache.js';
import { openDevice } from './device/open-device.js';
import { availableGpuJs, type GpuJs, loadGpuJs } from './gpu-js.js';
import * as elementwise from './kernels/elementwise-kernels.js';
import type { Kernel } from './kernels/kernel.js';
import { lossKernels } from './kernels/loss-kernels.js';
import { lossOnHost } from './kernels/loss-on-host.js';
import { opKernel } from './kernels/op-kernel.js';
import { optimizerKernel } from './kernels/optimizer-kernels.js';
import * as products from './kernels/product-kernels.js';
import { describeGpu, type GpuOptions, onHost, optionsAsked, type Refusal, type RunningMode } from './mode/gpu-mode.js';
import type { Renderer } from './mode/renderer.js';

/** Keeps a gradient of 0 from being divided by 0; PyTorch's. */
const CLIP_EPSILON = 1e-6;
/** From here on not every integer is a number of single precision, which is what indices are on a device. */
const FIRST_INEXACT_ROW = 2 ** 24;
/** What stands for a matrix without elements, which no device has a place for. */
const NOTHING: object = Object.freeze({});

/** What really runs, as data. */
export interface GpuPlacement {
  readonly mode: RunningMode;
  /** Who computes, in the modes that have a device. */
  readonly renderer?: Renderer;
  /** Modes that were wanted and do not run here, or were passed over, with their reasons. */
  readonly refused: readonly Refusal[];
}

/** gpu.js, f32. */
export class GpuBackend implements MatrixBackend {
  readonly name = 'gpu';
  readonly #asked: Required<GpuOptions>;
  readonly #load: () => Promise<GpuJs>;
  readonly #arena = new Arena<object>('gpu back end', (values) => {
    if (values !== NOTHING) this.#device?.release(values);
  });
  /** What has no kernel and was evaluated on the host. */
  readonly #onHost = new Set<string>();
  #opening: Promise<void> | undefined;
  #device: Device | undefined;
  #version: string | undefined;

  /**
   * @param load Where gpu.js comes from; the package of that name unless given.
   * @throws ConfigError CONFIG_INVALID for an unknown option or mode.
   */
  constructor(options: GpuOptions = {}, load: () => Promise<GpuJs> = loadGpuJs) {
    this.#asked = optionsAsked(options);
    this.#load = load;
  }

  /**
   * On the host the bits are those of the JavaScript engine's own exp, log and tanh: the same wherever that engine runs.
   * Those of a device are its own.
   */
  get capabilities(): BackendCapabilities {
    const mode = this.#device?.open.mode ?? this.#asked.mode;
    const async = mode === 'async' || mode === 'webgpu';
    return { precision: 'f32', fusedTrainer: false, async, deterministic: mode !== 'auto' && onHost(mode) };
  }

  describe(): string {
    if (this.#device === undefined) return `gpu.js, not initialised (asked for ${this.#asked.mode})`;
    const { open, cache } = this.#device;
    return describeGpu(this.#version, this.#asked.mode, open, cache.counts, [...this.#onHost]);
  }

  /** What really runs. *Throws* RESOURCE_FAILED before `init` and after `dispose`. */
  get placement(): GpuPlacement {
    const { mode, renderer, refused } = this.#opened().open;
    return { mode, refused, ...(renderer === undefined ? {} : { renderer }) };
  }

  init(): Promise<void> {
    this.#opening ??= this.#open();
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
    return this.#uploaded(new Float32Array(values), rows, cols);
  }

  async read(a: Matrix): Promise<Float64Array> {
    const values = this.#arena.values(a);
    if (values === NOTHING) return new Float64Array(0);
    return new Float64Array(await this.#opened().read({ rows: a.rows, cols: a.cols, values }));
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

  /** *Throws* SHAPE_MISMATCH also for a row beyond 2^24 on a device, where indices are numbers of single precision. */
  gatherRows(a: Matrix, rows: Int32Array): Matrix {
    const resident = this.#resident(a);
    for (const row of rows) {
      if (!(row >= 0 && row < a.rows)) checkShapes(false, 'gatherRows', `row ${row} must lie in 0..${a.rows - 1}`, a);
    }
    if (rows.length * a.cols === 0) return this.#zeros(rows.length, a.cols);
    const device = this.#opened();
    if (a.rows > FIRST_INEXACT_ROW && !onHost(device.open.mode)) {
      throw new ShapeError('SHAPE_MISMATCH', {
        where: 'gatherRows',
        expected: `a device can tell ${FIRST_INEXACT_ROW} rows apart`,
        got: `(${a.rows},${a.cols})`,
        todo: "upload the rows in parts, or use mode 'webasm'",
      });
    }
    return this.#arena.keep(device.gather(resident, rows), rows.length, a.cols);
  }

  gemm(a: Matrix, b: Matrix, options: GemmOptions = {}): Matrix {
    const { m, n, k } = gemmSizes(a, b, options);
    const { transA = false, transB = false, alpha = 1, beta = 0, c } = options;
    const [A, B] = [this.#resident(a), this.#resident(b)];
    const C = c === undefined || beta === 0 ? undefined : this.#resident(c);
    if (m * n === 0) return this.#zeros(m, n);
    if (k === 0) {
      const zeros = this.#zeros(m, n);
      if (c !== undefined && beta !== 0) this.accumulate(zeros, c, beta);
      return zeros;
    }
    const kernel = products.gemmKernel({ m, n, k, transA, transB, withC: C !== undefined });
    return this.#make(kernel, A, B, alpha, ...(C === undefined ? [] : [C, beta]));
  }

  addBias(z: Matrix, bias: Matrix, scale = 1): void {
    checkBias(z, bias);
    const [Z, b] = [this.#resident(z), this.#resident(bias)];
    this.#update(z, elementwise.addBiasKernel(z), Z, b, scale);
  }

  activate(a: Matrix, activation: ActivationSpec): Matrix {
    const A = this.#resident(a);
    const spec = activationOf(activation);
    if (hasKernel(spec)) return this.#make(elementwise.activateKernel(a, spec), A);
    this.#onHost.add(`activation ${spec.name}`);
    return this.#evaluate([A], [a], (z) => [z!.map(spec.value)])[0]!;
  }

  activationGradient(dh: Matrix, a: Matrix, activation: ActivationSpec): Matrix {
    checkSameShape('activationGradient', dh, a);
    const [dH, A] = [this.#resident(dh), this.#resident(a)];
    const spec = activationOf(activation);
    if (hasKernel(spec)) return this.#make(elementwise.activationGradientKernel(a, spec), dH, A);
    this.#onHost.add(`activation ${spec.name}`);
    return this.#evaluate([dH, A], [a], (d, z) => [z!.map((value, i) => d![i]! * spec.derivative(value))])[0]!;
  }

  multiply(a: Matrix, b: Matrix): Matrix {
    checkSameShape('multiply', a, b);
    return this.#make(elementwise.multiplyKernel(a), this.#resident(a), this.#resident(b));
  }

  /** On the host: its bits are given by `counterUniform`, in 32-bit integers that kernels do not have. */
  dropoutMask(rows: number, cols: number, rate: number, seed: number): Matrix {
    const scale = 1 / (1 - rate);
    const mask = new Float32Array(rows * cols);
    for (let i = 0; i < mask.length; i++) mask[i] = counterUniform(seed, i) < rate ? 0 : scale;
    return this.#uploaded(mask, rows, cols);
  }

  loss(z: Matrix, targets: Matrix, loss: LossSpec): { losses: Matrix; gradient: Matrix } {
    checkSameShape('loss', z, targets);
    const { rows, cols } = z;
    const [Z, T] = [this.#resident(z), this.#resident(targets)];
    if (rows * cols === 0) return { losses: this.#zeros(rows, 1), gradient: this.#zeros(rows, cols) };
    if ('value' in loss) {
      this.#onHost.add(`loss ${loss.name}`);
      const shapes = [{ rows, cols: 1 }, z];
      const [losses, gradient] = this.#evaluate([Z, T], shapes, (outputs, wanted) => {
        const found = lossOnHost(outputs!, wanted!, rows, cols, loss);
        return [found.losses, found.gradient];
      });
      return { losses: losses!, gradient: gradient! };
    }
    const kernels = lossKernels(loss, rows, cols);
    const device = this.#opened();
    const found = device.run(kernels.losses, [Z, T]);
    const statistics = found.slice(0, -1).map((values) => ({ rows, cols: 1, values }));
    const gradient = this.#make(kernels.gradient, Z, T, ...statistics);
    for (const { values } of statistics) device.release(values);
    return { losses: this.#arena.keep(found.at(-1)!, rows, 1), gradient };
  }

  columnSums(a: Matrix, alpha = 1): Matrix {
    const A = this.#resident(a);
    if (a.rows * a.cols === 0) return this.#zeros(1, a.cols);
    return this.#make(products.columnSumsKernel(a.rows, a.cols), A, alpha);
  }

  accumulate(target: Matrix, a: Matrix, alpha = 1): void {
    checkSameShape('accumulate', target, a);
    this.#update(target, elementwise.accumulateKernel(target), this.#resident(target), this.#resident(a), alpha);
  }

  accumulateSign(target: Matrix, a: Matrix, alpha: number): void {
    checkSameShape('accumulateSign', target, a);
    this.#update(target, elementwise.accumulateSignKernel(target), this.#resident(target), this.#resident(a), alpha);
  }

  softThreshold(target: Matrix, threshold: number): void {
    this.#update(target, elementwise.softThresholdKernel(target), this.#resident(target), threshold);
  }

  clamp(target: Matrix, limit: number): void {
    this.#update(target, elementwise.clampKernel(target), this.#resident(target), limit);
  }

  clipByNorm(gradients: readonly Matrix[], maxNorm: number): void {
    const squares = this.sumOfSquares(gradients);
    const total = this.#resident(squares);
    for (const gradient of gradients) {
      const kernel = elementwise.clipByNormKernel(gradient);
      this.#update(gradient, kernel, this.#resident(gradient), total, maxNorm, CLIP_EPSILON);
    }
    this.#arena.free(squares);
  }

  sumOfSquares(matrices: readonly Matrix[]): Matrix {
    const residents = matrices.map((matrix) => this.#resident(matrix));
    const total = this.#zeros(1, 1);
    for (const resident of residents) {
      const length = resident.rows * resident.cols;
      if (length === 0) continue;
      const count = products.squareParts(length);
      const parts = this.#make(products.squaresKernel(resident.rows, resident.cols), resident);
      this.#update(total, products.addUpKernel(count), this.#resident(parts), this.#resident(total));
      this.#arena.free(parts);
    }
    return total;
  }

  optimizerStep(
    parameter: Matrix,
    gradient: Matrix,
    state: readonly Matrix[],
    optimizer: OptimizerSpec,
    step: OptimizerStep,
  ): void {
    checkState(parameter, gradient, state, optimizer);
    const residents = [parameter, gradient, ...state].map((matrix) => this.#resident(matrix));
    if (parameter.rows * parameter.cols === 0) return;
    const { kernel, numbers } = optimizerKernel(optimizer, step, parameter.rows, parameter.cols);
    const updated = this.#opened().run(kernel, [...residents, ...numbers]);
    for (const [i, matrix] of [...state, parameter].entries()) this.#arena.replace(matrix, updated[i]!);
  }

  apply(op: MatrixOp, operands: readonly Matrix[], numbers: readonly number[] = []): Matrix {
    const residents = operands.map((a) => this.#resident(a));
    const shape = resultShape(op, operands, numbers);
    // no kernel takes an operand without elements; one number that is never read stands for them
    const stand = residents.some(({ values }) => values === NOTHING) ? this.#zeros(1, 1) : undefined;
    const given = residents.map((operand) => (operand.values === NOTHING ? this.#resident(stand!) : operand));
    const result = this.#make(opKernel(op, shape, operands), ...given, ...numbers);
    if (stand !== undefined) this.#arena.free(stand);
    return result;
  }

  async #open(): Promise<void> {
    const gpuJs = await availableGpuJs(this.#load);
    this.#device = await openDevice(gpuJs, this.#asked.mode, this.#asked.fallback);
    this.#version = gpuJs.version;
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

  #resident(a: Matrix): Resident<object> {
    return { rows: a.rows, cols: a.cols, values: this.#arena.values(a) };
  }

  #uploaded(values: Float32Array, rows: number, cols: number): Matrix {
    const device = this.#opened();
    return this.#arena.keep(values.length === 0 ? NOTHING : device.upload(values, rows, cols), rows, cols);
  }

  #zeros(rows: number, cols: number): Matrix {
    return this.#uploaded(new Float32Array(rows * cols), rows, cols);
  }

  /** A new matrix by a kernel of one result. */
  #make(kernel: Kernel, ...operands: readonly (Resident<object> | number)[]): Matrix {
    const { rows, cols } = kernel;
    const device = this.#opened();
    return this.#arena.keep(rows * cols === 0 ? NOTHING : device.run(kernel, operands)[0]!, rows, cols);
  }

  /** Other values for a matrix, by a kernel of one result that may have read the old ones. */
  #update(target: Matrix, kernel: Kernel, ...operands: readonly (Resident<object> | number)[]): void {
    if (target.rows * target.cols === 0) return;
    this.#arena.replace(target, this.#opened().run(kernel, operands)[0]!);
  }

  /** New matrices by a function on the host. */
  #evaluate(
    operands: readonly Resident<object>[],
    shapes: readonly Shape[],
    evaluate: HostFunction,
  ): readonly Matrix[] {
    if (operands.some(({ values }) => values === NOTHING))
      return shapes.map(({ rows, cols }) => this.#zeros(rows, cols));
    const made = this.#opened().onHost(operands, shapes, evaluate);
    return made.map((values, i) => this.#arena.keep(values, shapes[i]!.rows, shapes[i]!.cols));
  }
}

/** Narrows an activation to one that has a kernel. */
function hasKernel(spec: { readonly kernel?: unknown }): spec is elementwise.ActivationWithKernel {
  return spec.kernel !== undefined;
}
