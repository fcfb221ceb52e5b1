/**
 * The inverse of the Cholesky factor of a matrix that grows row by row: a product with it is one pass through memory, where
 * a triangular solve would wait for each entry before the next.
 */
import type { DenseMatrix, LinearAlgebra } from '@tangentlab/tensor';
import { jitteredCholesky } from './jittered-cholesky.js';

// A = L L', n x n; W = L^-1, so that A^-1 = W'W

const { max, sqrt } = Math; // looked up once: a sandbox makes every look-up of a global expensive

/** L^-1 of a positive definite matrix. */
export class InverseFactor {
  /** What had to be added to the diagonal. */
  readonly jitter: number;
  readonly #algebra: LinearAlgebra;
  /** The rows of W: row i has i + 1 entries. */
  readonly #rows: Float64Array[];

  /**
   * @param a n x n, row-major; only the lower triangle is read.
   *
   * *Cost*: some n^3 multiplications. *Throws* as `jitteredCholesky` does.
   */
  constructor(algebra: LinearAlgebra, a: DenseMatrix) {
    const { rows: n } = a;
    const { factor, jitter } = jitteredCholesky(algebra, a);
    const identity = new Float64Array(n * n);
    for (let i = 0; i < n; i++) identity[i * n + i] = 1;
    const { values } = algebra.solveTriangular(factor, { rows: n, cols: n, values: identity });
    this.#algebra = algebra;
    this.#rows = Array.from({ length: n }, (_, i) => values.slice(i * n, i * n + i + 1));
    this.jitter = jitter;
  }

  get size(): number {
    return this.#rows.length;
  }

  /**
   * Appends a row and column.
   *
   * @param across The n entries left of the diagonal; they are overwritten.
   * @param least What is left of the diagonal entry, but for rounding.
   *
   * *Cost*: O(n^2).
   */
  append(across: Float64Array, diagonal: number, least: number): void {
    const row = new Float64Array(this.size + 1);
    const pivot = sqrt(max(diagonal + this.jitter - this.solve(across, row), least));
    for (let j = 0; j < this.size; j++) row[j]! /= -pivot;
    row[this.size] = 1 / pivot;
    this.#rows.push(row);
  }

  /** Takes the last rows and columns off. */
  truncate(size: number): void {
    this.#rows.length = size;
  }

  /**
   * Writes A^-1 b to `out`, for the first n rows and columns of A; returns b' A^-1 b.
   *
   * *Cost*: n^2 multiplications.
   */
  solve(b: ArrayLike<number>, out: Float64Array, n = this.size): number {
    out.fill(0);
    let squares = 0;
    let i = 0;
    // four rows side by side: each entry of b and out is fetched once for all of them
    for (; i + 3 < n; i += 4) {
      const [r0, r1, r2, r3] = [this.#rows[i]!, this.#rows[i + 1]!, this.#rows[i + 2]!, this.#rows[i + 3]!];
      const [b0, b1, b2, b3] = [b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!];
      let s0 = r0[i]! * b0;
      let s1 = r1[i]! * b0 + r1[i + 1]! * b1;
      let s2 = r2[i]! * b0 + r2[i + 1]! * b1 + r2[i + 2]! * b2;
      let s3 = r3[i]! * b0 + r3[i + 1]! * b1 + r3[i + 2]! * b2 + r3[i + 3]! * b3;
      for (let j = 0; j < i; j++) {
        const own = b[j]!;
        s0 += r0[j]! * own;
        s1 += r1[j]! * own;
        s2 += r2[j]! * own;
        s3 += r3[j]! * own;
      }
      squares += s0 * s0 + s1 * s1 + (s2 * s2 + s3 * s3);
      for (let j = 0; j < i; j++) out[j]! += r0[j]! * s0 + r1[j]! * s1 + (r2[j]! * s2 + r3[j]! * s3);
      out[i] = r0[i]! * s0 + r1[i]! * s1 + (r2[i]! * s2 + r3[i]! * s3);
      out[i + 1] = r1[i + 1]! * s1 + r2[i + 1]! * s2 + r3[i + 1]! * s3;
      out[i + 2] = r2[i + 2]! * s2 + r3[i + 2]! * s3;
      out[i + 3] = r3[i + 3]! * s3;
    }
    for (; i < n; i++) {
      const row = this.#rows[i]!;
      let sum = 0;
      for (let j = 0; j <= i; j++) sum += row[j]! * b[j]!;
      squares += sum * sum;
      for (let j = 0; j <= i; j++) out[j]! += row[j]! * sum;
    }
    return squares;
  }

  /** W B, for B of n x m. *Cost*: n^2 m multiplications. */
  times(b: DenseMatrix): DenseMatrix {
    const n = this.size;
    const values = new Float64Array(n * n);
    this.#rows.forEach((row, i) => {
      values.set(row, i * n);
    });
    return this.#algebra.gemm({ rows: n, cols: n, values }, b);
  }
}
