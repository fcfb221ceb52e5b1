/**
 * The matrices of one back end, in the order of their making: Float32Arrays on the host, which is where kernels of the
 * modes cpu and webasm read and write. Nothing is copied to a device, so nothing has to be given back to one.
 *
 * Invariant: a handle has values as long as it is alive, and gives them to the arena that made it only.
 */
import { RunError } from '@tangentlab/core';
import type { Matrix } from '@tangentlab/tensor';

interface Resident extends Matrix {
  readonly home: Arena;
  /** Order of making; a mark is that of the next one, so that freeing others never moves it. */
  readonly serial: number;
  values: Float32Array | undefined;
}

export class Arena {
  readonly #alive: Resident[] = [];
  #nextSerial = 0;

  get size(): number {
    return this.#alive.length;
  }

  /** A new matrix of these values, which are not copied. */
  keep(values: Float32Array, rows: number, cols: number): Matrix {
    const matrix: Resident = { rows, cols, home: this, serial: this.#nextSerial++, values };
    this.#alive.push(matrix);
    return matrix;
  }

  /** The values, row-major; not a copy. *Throws* RESOURCE_FAILED for a matrix that is freed, or not from here. */
  values(matrix: Matrix): Float32Array {
    const { home, values } = matrix as Partial<Resident>;
    if (home === this && values !== undefined) return values;
    throw new RunError('RESOURCE_FAILED', {
      where: 'gpu back end',
      expected: 'a live matrix of this back end is needed',
      got: home === this ? 'one that was freed' : 'one of another back end',
      todo: home === this ? 'allocate what must survive before mark()' : 'read it there and upload it here',
    });
  }

  /** Puts other values of the same size in place of a live matrix's. They are not copied. */
  replace(matrix: Matrix, values: Float32Array): void {
    (matrix as Resident).values = values;
  }

  mark(): number {
    return this.#nextSerial;
  }

  reset(mark: number): void {
    for (let last = this.#alive.at(-1); last !== undefined && last.serial >= mark; last = this.#alive.at(-1)) {
      last.values = undefined;
      this.#alive.pop();
    }
  }

  free(matrix: Matrix): void {
    this.values(matrix);
    (matrix as Resident).values = undefined;
    this.#alive.splice(this.#alive.lastIndexOf(matrix as Resident), 1);
  }
}
