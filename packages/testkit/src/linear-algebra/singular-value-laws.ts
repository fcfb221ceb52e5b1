/**
 * Laws of singular values against values that are known exactly, within a bound that every backward stable method keeps and others do not:
 * squaring the matrix loses half of the digits, single precision more.
 *
 * Letters: m rows, n columns, k = min(m, n) singular values sigma_1 >= ... >= sigma_k.
 */
import { isTangentError, nextTurn } from '@tangentlab/core';
import { counterUniform, type DenseMatrix, type LinearAlgebra } from '@tangentlab/tensor';
import { expectSameBits } from '../same-bits.js';
import { diagonal, scaled, transposed, turned } from './exact-matrices.js';
import type { AlgebraCheck } from './product-laws.js';

export const SINGULAR_VALUE_CHECKS: readonly AlgebraCheck[] = [
  { name: 'singular values: a diagonal gives its absolute values, descending', check: diagonals },
  { name: 'singular values: orthogonal factors change nothing', check: invariant },
  { name: 'singular values: the transposed matrix has the same values', check: sameTransposed },
  { name: 'singular values: a scaled matrix has scaled values, at 2^-900 and 2^900 as well', check: sameScaled },
  { name: 'singular values: rank r leaves r values that are not 0', check: deficient },
  { name: 'singular values: graded matrices: small values are right to eps sigma_1', check: graded },
  { name: 'singular values: the Hilbert matrix: the values of another program, in 60 digits', check: hilbert },
  { name: 'singular values: matrices of zeros, of one row or column, and without any', check: degenerate },
  { name: 'singular values: any matrix: k values, descending, that sum up to its Frobenius norm', check: anyMatrix },
  { name: 'singular values: NaN, infinities and values that do not fill the matrix are refused', check: refuses },
  { name: 'singular values: the matrix is not changed', check: keepsHandsOff },
  {
    name: 'singular values: asynchronously the same bits, and the same refusals; an abort is heard',
    check: asynchronous,
  },
];

const EPS = 2 ** -52;
/** m, n: square, tall, wide; odd sizes, and sizes of blocks that fast kernels use. */
const SHAPES = [
  [1, 1],
  [3, 2],
  [4, 4],
  [5, 9],
  [8, 8],
  [17, 4],
  [16, 33],
  [24, 24],
] as const;

/**
 * p(m, n) eps: k reflections of each side, of lengths up to m and n, each with a backward error of a few m eps or n eps at
 * most (Higham, Accuracy and Stability of Numerical Algorithms, section 19.3); the diagonalisation of what is left has a
 * smaller one. By Weyl's inequality no value then moves by more than that times sigma_1.
 */
function bound({ rows: m, cols: n }: DenseMatrix): number {
  return 4 * Math.min(m, n) * (m + n) * EPS;
}

/** Throws unless the singular values are `want`, which are exact, within the bound. */
function expectValues(what: string, algebra: LinearAlgebra, a: DenseMatrix, want: readonly number[]): void {
  const got = algebra.singularValues(a);
  const place = `${what}, ${a.rows} x ${a.cols}`;
  if (got.length !== want.length) throw new Error(`${place}: expected ${want.length} values, got ${got.length}`);
  const most = bound(a) * (want[0] ?? 0);
  for (const [i, value] of want.entries()) {
    if (Math.abs(got[i]! - value) <= most) continue;
    throw new Error(`${place}, value ${i}: expected ${value} with an error of at most ${most}, got ${got[i]}`);
  }
}

/** k whole numbers of few bits, descending, the last ones 0 if the rank is less. */
function spectrum(rows: number, cols: number, rank = Number.POSITIVE_INFINITY): number[] {
  return Array.from({ length: Math.min(rows, cols) }, (_, i) => (i < rank ? 100 - 3 * i : 0));
}

function each(check: (rows: number, cols: number) => void): void {
  for (const [rows, cols] of SHAPES) check(rows, cols);
}

function diagonals(algebra: LinearAlgebra): void {
  each((rows, cols) => {
    const values = spectrum(rows, cols);
    const mixed = [...values].reverse().map((value, i) => (i % 2 === 0 ? -value : value));
    expectValues('a diagonal', algebra, diagonal(rows, cols, mixed), values);
  });
}

function invariant(algebra: LinearAlgebra): void {
  each((rows, cols) => {
    const values = spectrum(rows, cols);
    const equal = values.map(() => 7);
    for (const want of [values, equal])
      expectValues('a diagonal between reflections', algebra, turned(diagonal(rows, cols, want), 8, rows), want);
  });
}

function sameTransposed(algebra: LinearAlgebra): void {
  each((rows, cols) => {
    const a = turned(diagonal(rows, cols, spectrum(rows, cols)), 8, cols);
    expectValues('the transposed matrix', algebra, transposed(a), spectrum(rows, cols));
  });
}

function sameScaled(algebra: LinearAlgebra): void {
  each((rows, cols) => {
    const values = spectrum(rows, cols);
    const a = turned(diagonal(rows, cols, values), 8, 5);
    for (const factor of [2 ** -900, 2 ** -30, -1, 2 ** 900])
      expectValues(
        `scaled by ${factor}`,
        algebra,
        scaled(a, factor),
        values.map((value) => Math.abs(factor) * value),
      );
  });
}

function deficient(algebra: LinearAlgebra): void {
  each((rows, cols) => {
    for (let rank = 0; rank < Math.min(rows, cols); rank += 2) {
      const values = spectrum(rows, cols, rank);
      expectValues(`rank ${rank}`, algebra, turned(diagonal(rows, cols, values), 8, rank), values);
    }
  });
}

function graded(algebra: LinearAlgebra): void {
  each((rows, cols) => {
    const k = Math.min(rows, cols);
    // 1 down to 2^-40; six reflections of each side add twelve bits: 53 in all, and nothing is rounded
    const values = Array.from({ length: k }, (_, i) => 2 ** -Math.floor((40 * i) / Math.max(1, k - 1)));
    expectValues('a graded matrix', algebra, turned(diagonal(rows, cols, values), 6, 3), values);
  });
}

/** 360360 H, H the 8 x 8 Hilbert matrix: whole numbers. The values: fixtures/hilbert_singular_values.py, to the nearest double. */
const HILBERT = [
  611148.5769307937, 107432.40115016916, 9446.06031181098, 528.8960901094594, 19.59256912723089, 0.4664255126272864,
  0.0064824214304282195, 4.005541819219734e-5,
];

function hilbert(algebra: LinearAlgebra): void {
  const entry = (_: unknown, at: number) => 360360 / (Math.floor(at / 8) + (at % 8) + 1);
  const a = { rows: 8, cols: 8, values: Float64Array.from({ length: 64 }, entry) };
  expectValues('the Hilbert matrix', algebra, a, HILBERT);
}

function degenerate(algebra: LinearAlgebra): void {
  for (const [rows, cols] of [...SHAPES, [0, 0], [0, 5], [5, 0]] as const)
    expectValues('zeros', algebra, diagonal(rows, cols, []), new Array(Math.min(rows, cols)).fill(0));
  const line = Float64Array.of(2, -4, 5, -6); // 9 long
  expectValues('one row', algebra, { rows: 1, cols: 4, values: line }, [9]);
  expectValues('one column', algebra, { rows: 4, cols: 1, values: line }, [9]);
}

function anyMatrix(algebra: LinearAlgebra): void {
  each((rows, cols) => {
    for (let seed = 0; seed < 5; seed++) {
      const a = drawn(rows, cols, seed);
      const sigma = algebra.singularValues(a);
      if (sigma.length !== Math.min(rows, cols)) throw new Error(`${rows} x ${cols}: got ${sigma.length} values`);
      for (const [i, value] of sigma.entries())
        if (!(value >= 0 && value <= (sigma[i - 1] ?? value)))
          throw new Error(`not descending, or negative: ${sigma.join()}`);
      const [got, want] = [Math.hypot(...sigma), Math.hypot(...a.values)];
      // each value is off by the bound at most, and their root of squares by sqrt(k) times that
      if (Math.abs(got - want) > bound(a) * Math.sqrt(sigma.length) * want)
        throw new Error(`${rows} x ${cols}: the values come to a norm of ${got}, the matrix has ${want}`);
    }
  });
}

function drawn(rows: number, cols: number, seed: number): DenseMatrix {
  return { rows, cols, values: Float64Array.from({ length: rows * cols }, (_, i) => counterUniform(seed, i) - 0.5) };
}

/** Matrices that are none, with the code that says so. */
const UNFIT: readonly (readonly [string, DenseMatrix, string])[] = [
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(
    (value) => [String(value), diagonal(5, 4, [1, 2, 3, value]), 'NUMERIC_NOT_FINITE'] as const,
  ),
  ['a value too few', { rows: 2, cols: 2, values: new Float64Array(3) }, 'SHAPE_MISMATCH'],
  ['a value too many', { rows: 2, cols: 2, values: new Float64Array(5) }, 'SHAPE_MISMATCH'],
  ['half a row', { rows: 1.5, cols: 2, values: new Float64Array(3) }, 'SHAPE_MISMATCH'],
];

async function expectRefused(what: string, code: string, work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isTangentError(error) && error.code === code) return;
    throw new Error(`${what} must be refused with ${code}, got ${String(error)}`);
  }
  throw new Error(`${what} must be refused with ${code}`);
}

async function refuses(algebra: LinearAlgebra): Promise<void> {
  for (const [what, a, code] of UNFIT) await expectRefused(what, code, () => algebra.singularValues(a));
}

async function keepsHandsOff(algebra: LinearAlgebra): Promise<void> {
  for (const [rows, cols] of SHAPES) {
    const a = drawn(rows, cols, 9);
    const before = [...a.values];
    const sigma = algebra.singularValues(a);
    const asked = [...sigma];
    await algebra.singularValuesAsync?.(a);
    algebra.singularValues(drawn(rows, cols, 10));
    expectSameBits(`the ${rows} x ${cols} matrix`, [...a.values], before);
    expectSameBits('values that were given before', [...sigma], asked);
  }
}

async function asynchronous(algebra: LinearAlgebra): Promise<void> {
  if (algebra.singularValuesAsync === undefined) return; // it is optional
  const later = (a: DenseMatrix, signal?: AbortSignal) => algebra.singularValuesAsync!(a, signal);
  for (const [rows, cols] of SHAPES) {
    const a = drawn(rows, cols, 11);
    expectSameBits(`${rows} x ${cols}`, [...(await later(a))], [...algebra.singularValues(a)]);
  }
  for (const [what, a, code] of UNFIT) await expectRefused(what, code, () => later(a));
  const reason = new Error('enough');
  const outcome = async (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );
  if ((await outcome(later(drawn(8, 8, 12), AbortSignal.abort(reason)))) !== reason)
    throw new Error('a signal that is aborted already must reject with its reason');
  // far more than the work between two turns of the event loop
  const abort = new AbortController();
  const working = outcome(later(drawn(600, 600, 12), abort.signal));
  await nextTurn();
  abort.abort(reason);
  if ((await working) !== reason) throw new Error('an abort on the way must reject with its reason');
}
