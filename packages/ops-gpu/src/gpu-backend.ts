/**
 * The matrix core on gpu.js. Every arithmetic operation is a kernel, and matrices stay where kernels leave them: on the
 * host in the modes cpu and webasm, as textures in webgl and webgl2, in buffers in webgpu. Two things are done on the
 * host everywhere: dropout masks, whose bits are given by 32-bit integers that kernels do not have, and activations and
 * losses of the user's that have no kernel.
 *
 * Not a fast back end on a CPU: cells of a gpu.js kernel share nothing, so that a product reads every entry again for
 * each cell, and in mode webasm arguments are copied at every call. It is the way to the devices that gpu.js knows.
 */
import {
  type ActivationSpec,
  activationOf,
  type BackendCapabilities,
  CLIP_EPSILON,
  checkBias,
  checkDense,
  checkSameShape,
  checkState,
  counterUniform,
  evaluateLoss,
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
import type { KernelCache } from './device/kernel-cache.js';
import { openDevice } from './device/open-device.js';
import { ResidentMatrices } from './device/resident-matrices.js';
import { checkRowIndices } from './device/row-indices.js';
import { availableGpuJs, type GpuJs, loadGpuJs } from './gpu-js.js';
import * as elementwise from './kernels/elementwise-kernels.js';
import type { Kernel } from './kernels/kernel.js';
import { lossKernels } from './kernels/loss-kernels.js';
import { opKernel } from './kernels/op-kernel.js';
import { optimizerKernel } from './kernels/optimizer-kernels.js';
import * as products from './kernels/product-kernels.js';
import { describeGpu, type GpuOptions, type GpuPlacement, onHost, optionsAsked } from './mode/gpu-mode.js';

/** gpu.js, f32. */
export class GpuBackend implements MatrixBackend {
  readonly name = 'gpu';
  readonly #asked: Required<GpuOptions>;
  readonly #load: () => Promise<GpuJs>;
  readonly #matrices = new ResidentMatrices();
  /** What has no kernel and was evaluated on the host. */
  readonly #onHost = new Set<string>();
  #opening: Promise<void> | undefined;
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
    const mode = this.#matrices.opened?.open.mode ?? this.#asked.mode;
    const async = mode === 'async' || mode === 'webgpu';
    return { precision: 'f32', fusedTrainer: false, async, deterministic: mode !== 'auto' && onHost(mode) };
  }

  describe(): string {
    const device = this.#matrices.opened;
    if (device === undefined) return `gpu.js, not initialised (asked for ${this.#asked.mode})`;
    return describeGpu(this.#version, this.#asked.mode, device.open, device.cache.counts, [...this.#onHost]);
  }

  /** What really runs. *Throws* RESOURCE_FAILED before `init` and after `dispose`. */
  get placement(): GpuPlacement {
    const { mode, renderer, refused } = this.#matrices.device.open;
    return { mode, refused, ...(renderer === undefined ? {} : { renderer }) };
  }

  init(): Promise<void> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async dispose(): Promise<void> {
    await this.#opening?.catch(() => undefined);
    this.#opening = undefined;
    await this.#matrices.close()?.close();
  }

  /** The kernel cache, for tests of what really ran. */
  get kernels(): KernelCache {
    return this.#matrices.device.cache;
  }

  /** How many matrices are alive, for tests of leaks. */
  get liveMatrices(): number {
    return this.#matrices.size;
  }

  upload(values: ArrayLike<number>, rows: number, cols: number): Matrix {
    checkDense('upload', { rows, cols, values });
    return this.#matrices.upload(new Float32Array(values), rows, cols);
  }

  read(a: Matrix): Promise<Float64Array> {
    return this.#matrices.read(a);
  }

  mark(): number {
    return this.#matrices.mark();
  }

  reset(mark: number): void {
    this.#matrices.reset(mark);
  }

  free(a: Matrix): void {
    this.#matrices.free(a);
  }

  /** *Throws* SHAPE_MISMATCH also for a matrix of more than 2^24 rows on a device, where indices are f32. */
  gatherRows(a: Matrix, rows: Int32Array): Matrix {
    this.#matrices.operand(a);
    checkRowIndices(a, rows, this.#matrices.device.open.mode);
    return this.#matrices.gather(a, rows);
  }

  gemm(a: Matrix, b: Matrix, options: GemmOptions = {}): Matrix {
    const { m, n, k } = gemmSizes(a, b, options);
    const { transA = false, transB = false, alpha = 1, beta = 0, c } = options;
    const all = this.#matrices;
    const [A, B] = [all.operand(a), all.operand(b)];
    const C = c === undefined || beta === 0 ? undefined : all.operand(c);
    if (m * n > 0 && k === 0) {
      const zeros = all.zeros(m, n);
      if (c !== undefined && beta !== 0) this.accumulate(zeros, c, beta);
      return zeros;
    }
    const kernel = products.gemmKernel({ m, n, k, transA, transB, withC: C !== undefined });
    return all.make(kernel, A, B, alpha, ...(C === undefined ? [] : [C, beta]));
  }

  addBias(z: Matrix, bias: Matrix, scale = 1): void {
    checkBias(z, bias);
    this.#update(z, elementwise.addBiasKernel(z), [bias], scale);
  }

  activate(a: Matrix, activation: ActivationSpec): Matrix {
    const A = this.#matrices.operand(a);
    const spec = activationOf(activation);
    if (hasKernel(spec)) return this.#matrices.make(elementwise.activateKernel(a, spec), A);
    this.#onHost.add(`activation ${spec.name}`);
    return this.#matrices.evaluate([A], [a], (z) => [z!.map(spec.value)])[0]!;
  }

  activationGradient(dh: Matrix, a: Matrix, activation: ActivationSpec): Matrix {
    checkSameShape('activationGradient', dh, a);
    const [dH, A] = [this.#matrices.operand(dh), this.#matrices.operand(a)];
    const spec = activationOf(activation);
    if (hasKernel(spec)) return this.#matrices.make(elementwise.activationGradientKernel(a, spec), dH, A);
    this.#onHost.add(`activation ${spec.name}`);
    const slopes = (d: Float32Array, z: Float32Array) => z.map((value, i) => d[i]! * spec.derivative(value));
    return this.#matrices.evaluate([dH, A], [a], (d, z) => [slopes(d!, z!)])[0]!;
  }

  multiply(a: Matrix, b: Matrix): Matrix {
    checkSameShape('multiply', a, b);
    return this.#matrices.make(elementwise.multiplyKernel(a), this.#matrices.operand(a), this.#matrices.operand(b));
  }

  /** On the host: its bits are given by `counterUniform`, in 32-bit integers that kernels do not have. */
  dropoutMask(rows: number, cols: number, rate: number, seed: number): Matrix {
    const scale = 1 / (1 - rate);
    const mask = new Float32Array(rows * cols);
    for (let i = 0; i < mask.length; i++) mask[i] = counterUniform(seed, i) < rate ? 0 : scale;
    return this.#matrices.upload(mask, rows, cols);
  }

  loss(z: Matrix, targets: Matrix, loss: LossSpec): { losses: Matrix; gradient: Matrix } {
    checkSameShape('loss', z, targets);
    const all = this.#matrices;
    const { rows, cols } = z;
    const [Z, T] = [all.operand(z), all.operand(targets)];
    if (rows * cols === 0) return { losses: all.zeros(rows, 1), gradient: all.zeros(rows, cols) };
    if ('value' in loss) {
      this.#onHost.add(`loss ${loss.name}`);
      const [losses, gradient] = all.evaluate([Z, T], [{ rows, cols: 1 }, z], (outputs, wanted) => {
        const found = evaluateLoss(loss, Float64Array.from(outputs!), Float64Array.from(wanted!), rows, cols);
        return [Float32Array.from(found.losses), Float32Array.from(found.gradient)];
      });
      return { losses: losses!, gradient: gradient! };
    }
    const kernels = lossKernels(loss, rows, cols);
    const found = all.makeAll(kernels.losses, Z, T);
    const statistics = found.slice(0, -1);
    const gradient = all.make(kernels.gradient, Z, T, ...statistics.map((a) => all.operand(a)));
    for (const statistic of statistics) all.free(statistic);
    return { losses: found.at(-1)!, gradient };
  }

  columnSums(a: Matrix, alpha = 1): Matrix {
    const A = this.#matrices.operand(a);
    if (a.rows * a.cols === 0) return this.#matrices.zeros(1, a.cols);
    return this.#matrices.make(products.columnSumsKernel(a.rows, a.cols), A, alpha);
  }

  accumulate(target: Matrix, a: Matrix, alpha = 1): void {
    checkSameShape('accumulate', target, a);
    this.#update(target, elementwise.accumulateKernel(target), [a], alpha);
  }

  accumulateSign(target: Matrix, a: Matrix, alpha: number): void {
    checkSameShape('accumulateSign', target, a);
    this.#update(target, elementwise.accumulateSignKernel(target), [a], alpha);
  }

  softThreshold(target: Matrix, threshold: number): void {
    this.#update(target, elementwise.softThresholdKernel(target), [], threshold);
  }

  clamp(target: Matrix, limit: number): void {
    this.#update(target, elementwise.clampKernel(target), [], limit);
  }

  clipByNorm(gradients: readonly Matrix[], maxNorm: number): void {
    const squares = this.sumOfSquares(gradients);
    for (const gradient of gradients) {
      this.#update(gradient, elementwise.clipByNormKernel(gradient), [squares], maxNorm, CLIP_EPSILON);
    }
    this.#matrices.free(squares);
  }

  sumOfSquares(matrices: readonly Matrix[]): Matrix {
    const all = this.#matrices;
    const operands = matrices.map((matrix) => all.operand(matrix));
    const total = all.zeros(1, 1);
    for (const operand of operands) {
      const { rows, cols } = operand;
      if (rows * cols === 0) continue;
      const parts = all.make(products.squaresKernel(rows, cols), operand);
      all.update([total], products.addUpKernel(parts.cols), all.operand(parts), all.operand(total));
      all.free(parts);
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
    const operands = [parameter, gradient, ...state].map((matrix) => this.#matrices.operand(matrix));
    const { kernel, numbers } = optimizerKernel(optimizer, step, parameter.rows, parameter.cols);
    this.#matrices.update([...state, parameter], kernel, ...operands, ...numbers);
  }

  apply(op: MatrixOp, operands: readonly Matrix[], numbers: readonly number[] = []): Matrix {
    const given = operands.map((a) => this.#matrices.operand(a));
    const shape = resultShape(op, operands, numbers);
    return this.#matrices.make(opKernel(op, shape, operands), ...given, ...numbers);
  }

  async #open(): Promise<void> {
    const gpuJs = await availableGpuJs(this.#load);
    this.#matrices.open(await openDevice(gpuJs, this.#asked.mode, this.#asked.fallback));
    this.#version = gpuJs.version;
  }

  /** In place: a kernel that takes the target, other matrices, and numbers. */
  #update(target: Matrix, kernel: Kernel, others: readonly Matrix[], ...numbers: readonly number[]): void {
    const operands = [target, ...others].map((matrix) => this.#matrices.operand(matrix));
    this.#matrices.update([target], kernel, ...operands, ...numbers);
  }
}

/** Narrows an activation to one that has a kernel. */
function hasKernel(spec: { readonly kernel?: unknown }): spec is elementwise.ActivationWithKernel {
  return spec.kernel !== undefined;
}
