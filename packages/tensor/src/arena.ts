/**
 * The matrices of one back end, in the order of their making: typed arrays on the host, or whatever stands for values
 * that live elsewhere.
 *
 * Invariant: a handle has values as long as it is alive, and gives them to the arena that made it only.
 */
import { RunError } from '@tangentlab/core';
import type { Matrix } from './matrix-backend.js';

interface Resident<V extends object> extends Matrix {
  readonly home: Arena<V>;
  /** Order of making; a mark is that of the next one, so that freeing others never moves it. */
  readonly serial: number;
  values: V | undefined;
}

/**
 * Makes handles, hands out their values, frees them; refuses what it did not make.
 *
 * @example
 * const arena = new Arena<Float64Array>('reference back end');
 * arena.values(arena.keep(Float64Array.of(1, 2), 1, 2)) // => Float64Array.of(1, 2)
 */
export class Arena<V extends object> {
  readonly #owner: string;
  readonly #release: (values: V) => void;
  readonly #alive: Resident<V>[] = [];
  #nextSerial = 0;

  /**
   * @param owner The back end, as error messages call it.
   * @param release What to do with values that nobody holds any more; nothing, unless given.
   */
  constructor(owner: string, release: (values: V) => void = () => undefined) {
    this.#owner = owner;
    this.#release = release;
  }

  /** How many matrices are alive. */
  get size(): number {
    return this.#alive.length;
  }

  /** A new matrix of these values, which are not copied. */
  keep(values: V, rows: number, cols: number): Matrix {
    const matrix: Resident<V> = { rows, cols, home: this, serial: this.#nextSerial++, values };
    this.#alive.push(matrix);
    return matrix;
  }

  /** The values, row-major; not a copy. *Throws* RESOURCE_FAILED for a matrix that is freed, or not from here. */
  values(matrix: Matrix): V {
    const { home, values } = matrix as Partial<Resident<V>>;
    if (home === this && values !== undefined) return values;
    throw new RunError('RESOURCE_FAILED', {
      where: this.#owner,
      expected: 'a live matrix of this back end is needed',
      got: home === this ? 'one that was freed' : 'one of another back end',
      todo: home === this ? 'allocate what must survive before mark()' : 'read it there and upload it here',
    });
  }

  /** Puts other values of the same size in place of a live matrix's, which are released. They are not copied. */
  replace(matrix: Matrix, values: V): void {
    const before = this.values(matrix);
    (matrix as Resident<V>).values = values;
    this.#release(before);
  }

  /** The serial of the next matrix, for `reset`. */
  mark(): number {
    return this.#nextSerial;
  }

  /** Frees every matrix made since `mark`, except those freed already. */
  reset(mark: number): void {
    for (let last = this.#alive.at(-1); last !== undefined && last.serial >= mark; last = this.#alive.at(-1)) {
      const { values } = last;
      last.values = undefined;
      this.#alive.pop();
      if (values !== undefined) this.#release(values);
    }
  }

  /** Frees one matrix. *Throws* RESOURCE_FAILED for a matrix that is freed, or not from here. */
  free(matrix: Matrix): void {
    const values = this.values(matrix);
    (matrix as Resident<V>).values = undefined;
    this.#alive.splice(this.#alive.lastIndexOf(matrix as Resident<V>), 1);
    this.#release(values);
  }
}
