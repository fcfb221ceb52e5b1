/**
 * The rank of a matrix modulo a prime, by elimination in blocks of rows. It is never more than the rank of the matrix that
 * the remainders are of: a minor that is not 0 modulo a prime is not 0. Products are those of the linear algebra: sums of
 * non-negative integers below 2^53, which are exact in whatever order they are taken.
 */
import { checkFinite, type DenseMatrix, type LinearAlgebra } from '@tangentlab/tensor';
import { DELAY, type PrimeField } from './prime-field.js';

/** What products are made by. */
export interface ModularOptions {
  readonly linearAlgebra: LinearAlgebra;
  readonly signal?: AbortSignal | undefined;
}

/** Independent rows: row i is 1 at pivot i, and 0 at the others and those of all blocks before. */
interface Block {
  readonly basis: DenseMatrix;
  readonly pivots: readonly number[];
}

/** Rows that are independent modulo a prime, to which more are added. */
export class ModularRows {
  readonly #field: PrimeField;
  readonly #options: ModularOptions;
  readonly #blocks: Block[] = [];
  #rank = 0;

  constructor(field: PrimeField, options: ModularOptions) {
    this.#field = field;
    this.#options = options;
  }

  /** How many of the rows so far are independent. */
  get rank(): number {
    return this.#rank;
  }

  /** Adds up to 64 rows of remainders. *Cost*: rows x cols x rank multiplications. */
  async add(rows: DenseMatrix): Promise<void> {
    let left = rows;
    for (const block of this.#blocks) left = await this.#without(left, block);
    const own = this.#echelon(left);
    this.#rank += own.pivots.length;
    if (own.pivots.length > 0) this.#blocks.push(own);
  }

  /** The rows less their parts along the pivots of a block. */
  async #without(rows: DenseMatrix, { basis, pivots }: Block): Promise<DenseMatrix> {
    const { prime } = this.#field;
    const factors = new Float64Array(rows.rows * pivots.length);
    for (let i = 0; i < rows.rows; i++) {
      for (const [j, pivot] of pivots.entries())
        factors[i * pivots.length + j] = (prime - rows.values[i * rows.cols + pivot]!) % prime;
    }
    const { linearAlgebra, signal } = this.#options;
    const shape = { rows: rows.rows, cols: pivots.length, values: factors };
    const left = await linearAlgebra.gemmAsync(shape, basis, { beta: 1, c: rows }, signal);
    for (let at = 0; at < left.values.length; at++) left.values[at] = this.#field.reduced(left.values[at]!);
    return left;
  }

  /** Gauss and Jordan within a block. */
  #echelon({ rows, cols, values }: DenseMatrix): Block {
    const found: { readonly row: Float64Array; readonly pivot: number }[] = [];
    for (let i = 0; i < rows; i++) {
      const row = values.slice(i * cols, (i + 1) * cols);
      for (const { row: base, pivot } of found) this.#eliminate(row, base, pivot);
      this.#reduce(row);
      const pivot = row.findIndex((entry) => entry !== 0);
      if (pivot < 0) continue;
      const inverse = this.#field.inverse(row[pivot]!);
      for (let c = pivot; c < cols; c++) row[c] = this.#field.multiply(inverse, row[c]!);
      found.push({ row, pivot });
    }
    for (let i = found.length - 1; i >= 0; i--) {
      for (let j = i + 1; j < found.length; j++) this.#eliminate(found[i]!.row, found[j]!.row, found[j]!.pivot);
      this.#reduce(found[i]!.row);
    }
    const basis = new Float64Array(found.length * cols);
    for (const [i, { row }] of found.entries()) basis.set(row, i * cols);
    return {
      basis: { rows: found.length, cols, values: basis },
      pivots: found.map(({ pivot }) => pivot),
    };
  }

  /** Makes the row's entry at a pivot a multiple of the prime; remainders are left for later, up to 64 times. */
  #eliminate(row: Float64Array, base: Float64Array, pivot: number): void {
    const factor = this.#field.prime - this.#field.reduced(row[pivot]!);
    if (factor < this.#field.prime) for (let c = pivot; c < row.length; c++) row[c]! += factor * base[c]!;
  }

  #reduce(row: Float64Array): void {
    for (let c = 0; c < row.length; c++) row[c] = this.#field.reduced(row[c]!);
  }
}

/**
 * A B' modulo the prime. *Shapes*: A is r x m, B c x m; r x c out.
 */
export async function modularProduct(
  field: PrimeField,
  a: DenseMatrix,
  b: DenseMatrix,
  { linearAlgebra, signal }: ModularOptions,
): Promise<DenseMatrix> {
  let product: DenseMatrix = { rows: a.rows, cols: b.rows, values: new Float64Array(a.rows * b.rows) };
  for (let from = 0; from < a.cols; from += DELAY) {
    const [left, right] = [columnsFrom(a, from), columnsFrom(b, from)];
    product = await linearAlgebra.gemmAsync(left, right, { transB: true, beta: 1, c: product }, signal);
    for (let at = 0; at < product.values.length; at++) product.values[at] = field.reduced(product.values[at]!);
  }
  return product;
}

/** The next 64 columns, or those that are left. */
function columnsFrom({ rows, cols, values }: DenseMatrix, from: number): DenseMatrix {
  const width = Math.min(DELAY, cols - from);
  const chosen = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) chosen.set(values.subarray(i * cols + from, i * cols + from + width), i * width);
  return { rows, cols: width, values: chosen };
}

/**
 * The rank of a matrix of doubles modulo a prime: each double is an integer times a power of two, and counts exactly.
 *
 * Never more than the rank of the matrix as it stands; less only if the prime divides what matters, which one near 2^23 does
 * by chance about once in a million. *Cost*: rows x cols x rank multiplications. *Throws* SHAPE_MISMATCH,
 * NUMERIC_NOT_FINITE; the signal's reason when aborted.
 *
 * @example
 * const square = { rows: 2, cols: 2, values: Float64Array.of(1, 2, 3, 13) }; // its determinant is 7
 * const options = { linearAlgebra: referenceLinearAlgebra };
 * await rankModulo(square, new PrimeField(8388593), options) // => 2
 * await rankModulo(square, new PrimeField(7), options) // => 1
 */
export async function rankModulo(matrix: DenseMatrix, field: PrimeField, options: ModularOptions): Promise<number> {
  checkFinite('rankModulo', matrix);
  const { rows, cols, values } = matrix;
  const found = new ModularRows(field, options);
  for (let from = 0; from < rows && cols > 0; from += DELAY) {
    const to = Math.min(rows, from + DELAY);
    const block = values.slice(from * cols, to * cols).map((value) => field.of(value));
    await found.add({ rows: to - from, cols, values: block });
  }
  return found.rank;
}
