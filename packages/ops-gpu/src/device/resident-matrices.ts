/**
 * The matrices of one back end on its device: handles, their values, and the making of new ones by kernels. What knows
 * the operations of the contract is the back end; what knows gpu.js is the device.
 *
 * Invariant: a matrix without elements is on no device; NOTHING stands for its values.
 */
import { RunError } from '@tangentlab/core';
import { Arena, type Matrix } from '@tangentlab/tensor';
import type { Kernel } from '../kernels/kernel.js';
import type { Device, HostFunction, Resident, Shape } from './device.js';

/** What stands for a matrix without elements, which no device has a place for. */
const NOTHING: object = Object.freeze({});

/** An operand of a kernel. */
export type Operand = Resident<object> | number;

export class ResidentMatrices {
  #device: Device | undefined;
  readonly #arena = new Arena<object>('gpu back end', (values) => {
    if (values !== NOTHING) this.#device?.release(values);
  });

  /** Matrices live here from now on. */
  open(device: Device): void {
    this.#device = device;
  }

  /** Frees all of them; returns the device, which is to be closed. */
  close(): Device | undefined {
    const device = this.#device;
    this.#arena.reset(0);
    this.#device = undefined;
    return device;
  }

  /** The device; undefined before `open` and after `close`. */
  get opened(): Device | undefined {
    return this.#device;
  }

  /** The device. *Throws* RESOURCE_FAILED before `open` and after `close`. */
  get device(): Device {
    if (this.#device !== undefined) return this.#device;
    throw new RunError('RESOURCE_FAILED', {
      where: 'gpu back end',
      expected: 'it must be initialised',
      got: 'a use before init() or after dispose()',
      todo: 'await init() first',
    });
  }

  /** How many are alive. */
  get size(): number {
    return this.#arena.size;
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

  /** A matrix as an operand. *Throws* RESOURCE_FAILED for one that is freed, or not from here. */
  operand(a: Matrix): Resident<object> {
    return { rows: a.rows, cols: a.cols, values: this.#arena.values(a) };
  }

  /** A new matrix of these values, which are taken over. */
  upload(values: Float32Array, rows: number, cols: number): Matrix {
    const { device } = this;
    return this.#arena.keep(values.length === 0 ? NOTHING : device.upload(values, rows, cols), rows, cols);
  }

  zeros(rows: number, cols: number): Matrix {
    return this.upload(new Float32Array(rows * cols), rows, cols);
  }

  /** The values as they are at the call. */
  async read(a: Matrix): Promise<Float64Array> {
    const operand = this.operand(a);
    return operand.values === NOTHING ? new Float64Array(0) : new Float64Array(await this.device.read(operand));
  }

  /** The rows of a matrix at these indices, which are within it. */
  gather(a: Matrix, rows: Int32Array): Matrix {
    const operand = this.operand(a);
    if (rows.length * a.cols === 0) return this.zeros(rows.length, a.cols);
    return this.#arena.keep(this.device.gather(operand, rows), rows.length, a.cols);
  }

  /** A new matrix by a kernel of one result. */
  make(kernel: Kernel, ...operands: readonly Operand[]): Matrix {
    const { device } = this;
    const { rows, cols } = kernel;
    if (rows * cols === 0) return this.#arena.keep(NOTHING, rows, cols);
    return this.#arena.keep(this.#run(device, kernel, operands)[0]!, rows, cols);
  }

  /** New matrices by a kernel of several results. */
  makeAll(kernel: Kernel, ...operands: readonly Operand[]): readonly Matrix[] {
    const made = this.#run(this.device, kernel, operands);
    return made.map((values) => this.#arena.keep(values, kernel.rows, kernel.cols));
  }

  /** Other values for matrices, one for each result of a kernel that may have read the old ones. */
  update(targets: readonly Matrix[], kernel: Kernel, ...operands: readonly Operand[]): void {
    if (kernel.rows * kernel.cols === 0) return;
    const made = this.#run(this.device, kernel, operands);
    for (const [i, target] of targets.entries()) this.#arena.replace(target, made[i]!);
  }

  /** New matrices by a function on the host. */
  evaluate(operands: readonly Resident<object>[], shapes: readonly Shape[], evaluate: HostFunction): readonly Matrix[] {
    if (operands.some(({ values }) => values === NOTHING))
      return shapes.map(({ rows, cols }) => this.zeros(rows, cols));
    const made = this.device.onHost(operands, shapes, evaluate);
    return made.map((values, i) => this.#arena.keep(values, shapes[i]!.rows, shapes[i]!.cols));
  }

  /** No kernel takes an operand without elements; one number that is never read stands for it. */
  #run(device: Device, kernel: Kernel, operands: readonly Operand[]): readonly object[] {
    const empty = (operand: Operand) => typeof operand !== 'number' && operand.values === NOTHING;
    if (!operands.some(empty)) return device.run(kernel, operands);
    const stand = { rows: 1, cols: 1, values: device.upload(new Float32Array(1), 1, 1) };
    const made = device.run(
      kernel,
      operands.map((operand) => (empty(operand) ? stand : operand)),
    );
    device.release(stand.values);
    return made;
  }
}
