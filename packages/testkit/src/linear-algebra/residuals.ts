/**
 * How far results are from being exact: products and norms in plain loops, and checks against bounds of the form
 * p(n) eps. The bounds come from backward error analysis (Higham, Accuracy and Stability of Numerical Algorithms, 2002),
 * with u = eps / 2 replaced by eps, which also covers the roundings of the check itself.
 */
import type { DenseMatrix } from '@tangentlab/tensor';
import { broken, expectThat } from '../backend/error-bounds.js';
import { matrixOf } from './test-matrices.js';

export const EPS = 2 ** -52;

/**
 * p(m, n) of decompositions by orthogonal transformations, in the Frobenius norm: Householder methods promise a modest
 * multiple of n^(3/2) u (Higham, theorem 19.4), and in practice stay below n u; a broken one is off by orders of magnitude.
 */
export function growth({ rows, cols }: { readonly rows: number; readonly cols: number }): number {
  return 10 * (Math.max(rows, cols) + 2);
}

/** Plain product. */
export function product(a: DenseMatrix, b: DenseMatrix): DenseMatrix {
  const result = matrixOf(a.rows, b.cols, () => 0);
  for (let i = 0; i < a.rows; i++) {
    for (let p = 0; p < a.cols; p++) {
      const factor = a.values[i * a.cols + p]!;
      for (let j = 0; j < b.cols; j++) result.values[i * b.cols + j]! += factor * b.values[p * b.cols + j]!;
    }
  }
  return result;
}

export function transpose({ rows, cols, values }: DenseMatrix): DenseMatrix {
  return matrixOf(cols, rows, (i, j) => values[j * cols + i]!);
}

export function absolute({ rows, cols, values }: DenseMatrix): DenseMatrix {
  return { rows, cols, values: values.map(Math.abs) };
}

/** A diag(factors). */
export function scaleColumns({ rows, cols, values }: DenseMatrix, factors: ArrayLike<number>): DenseMatrix {
  return matrixOf(rows, cols, (i, j) => values[i * cols + j]! * factors[j]!);
}

/** The Frobenius norm, without overflow. */
export function norm({ values }: { readonly values: ArrayLike<number> }): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]!));
  if (!(largest > 0)) return 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! / largest) ** 2;
  return largest * Math.sqrt(sum);
}

/** Throws unless the shape is that given. */
export function expectShape(what: string, a: DenseMatrix, rows: number, cols: number): void {
  const ok = a.rows === rows && a.cols === cols && a.values.length === rows * cols;
  expectThat(ok, what, `a (${rows},${cols}) matrix`, `(${a.rows},${a.cols}) with ${a.values.length} values`);
}

/** Throws unless both are close in the Frobenius norm. */
export function expectNear(what: string, got: DenseMatrix, want: DenseMatrix, bound: number): void {
  expectShape(what, got, want.rows, want.cols);
  const off = norm({ values: got.values.map((value, i) => value - want.values[i]!) });
  if (!(off <= bound)) throw broken(what, `an error of at most ${bound}`, String(off));
}

/** Throws unless every entry is within its own bound. */
export function expectEach(
  what: string,
  got: DenseMatrix,
  want: DenseMatrix,
  bounds: DenseMatrix,
  times: number,
): void {
  expectShape(what, got, want.rows, want.cols);
  for (const [i, value] of want.values.entries()) {
    const off = Math.abs(got.values[i]! - value);
    const bound = times * bounds.values[i]!;
    if (!(off <= bound)) throw broken(`${what}, entry ${i}`, `${value} within ${bound}`, `${got.values[i]}`);
  }
}

/** Throws unless the columns are orthonormal. */
export function expectOrthonormal(what: string, q: DenseMatrix): void {
  const identity = matrixOf(q.cols, q.cols, (i, j) => (i === j ? 1 : 0));
  const bound = growth(q) * EPS * Math.sqrt(Math.max(1, q.cols));
  expectNear(`${what}, orthonormal columns`, product(transpose(q), q), identity, bound);
}

/** Throws unless values go the way given, without NaN. */
export function expectSorted(what: string, values: ArrayLike<number>, direction: 1 | -1): void {
  for (let i = 1; i < values.length; i++) {
    const ok = direction * (values[i]! - values[i - 1]!) >= 0;
    expectThat(ok, what, direction === 1 ? 'ascending values' : 'descending values', `${values[i - 1]}, ${values[i]}`);
  }
}

/** Throws unless all values are within the bound. */
export function expectSpectrum(what: string, got: ArrayLike<number>, want: ArrayLike<number>, bound: number): void {
  expectThat(got.length === want.length, what, `${want.length} values`, got.length);
  for (let i = 0; i < want.length; i++) {
    if (!(Math.abs(got[i]! - want[i]!) <= bound))
      throw broken(`${what}, value ${i}`, `${want[i]} within ${bound}`, `${got[i]}`);
  }
}

/** Throws unless `order` is a permutation of 0..n-1. */
export function expectPermutation(what: string, order: ArrayLike<number>, n: number): void {
  const seen = new Set(Array.from(order));
  const ok = order.length === n && seen.size === n && [...seen].every((i) => Number.isInteger(i) && i >= 0 && i < n);
  expectThat(ok, what, `a permutation of 0..${n - 1}`, Array.from(order).join(' '));
}
