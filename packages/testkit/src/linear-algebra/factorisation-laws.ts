/**
 * Laws of Cholesky and QR factorisations: small backward errors, the shapes that they promise, pivots that reveal the rank.
 */
import type { DenseMatrix, LinearAlgebra } from '@tangentlab/tensor';
import { broken, expectThat } from '../backend/error-bounds.js';
import type { AlgebraCheck } from './product-laws.js';
import {
  absolute,
  EPS,
  expectEach,
  expectNear,
  expectOrthonormal,
  expectPermutation,
  expectShape,
  growth,
  norm,
  product,
  transpose,
} from './residuals.js';
import {
  matrixOf,
  positiveDefiniteMatrices,
  rectangularMatrices,
  symmetricMatrices,
  symmetricWith,
} from './test-matrices.js';

export const FACTORISATION_CHECKS: readonly AlgebraCheck[] = [
  { name: "cholesky: L L' is A, entry by entry, on ill-conditioned and graded matrices", check: checkCholesky },
  { name: 'cholesky reads the lower triangle alone, and refuses what is not positive definite', check: checkDefinite },
  { name: 'pivotedCholesky reveals the rank and reproduces the matrix', check: checkPivotedCholesky },
  { name: 'qr: Q R is the permuted A, Q orthonormal, pivots largest first', check: checkQr },
];

function checkCholesky(algebra: LinearAlgebra): void {
  for (const { name, a } of positiveDefiniteMatrices()) {
    const l = algebra.cholesky(a);
    const what = `cholesky of ${name}`;
    expectShape(what, l, a.rows, a.rows);
    for (let i = 0; i < a.rows; i++) {
      expectThat(l.values[i * a.rows + i]! > 0, what, 'a positive diagonal', l.values[i * a.rows + i]);
      for (let j = i + 1; j < a.rows; j++) expectThat(l.values[i * a.rows + j] === 0, what, 'a lower triangle', 'more');
    }
    // Higham, theorem 10.3
    const size = product(absolute(l), absolute(transpose(l)));
    expectEach(what, product(l, transpose(l)), a, size, (a.rows + 2) * EPS);
  }
}

function checkDefinite(algebra: LinearAlgebra): void {
  const n = 40;
  const a = symmetricWith(Array.from({ length: n }, (_, i) => 1 + i));
  const lower = matrixOf(n, n, (i, j) => (j <= i ? a.values[i * n + j]! : 99));
  expectNear('cholesky of a lower triangle', algebra.cholesky(lower), algebra.cholesky(a), 0);
  for (const index of [0, 3, 25]) {
    const spoilt = matrixOf(n, n, (i, j) => (i === index && j === index ? -1 : a.values[i * n + j]!));
    expectThat(failsAt(algebra, spoilt) === index, 'cholesky', `a refusal at pivot ${index}`, failsAt(algebra, spoilt));
  }
}

/** The pivot at which TRIAL_FAILED says that it stopped. */
function failsAt(algebra: LinearAlgebra, a: Parameters<LinearAlgebra['cholesky']>[0]): unknown {
  try {
    algebra.cholesky(a);
    return 'no refusal';
  } catch (error) {
    const { code, details } = error as { code?: unknown; details?: { index?: unknown } };
    return code === 'TRIAL_FAILED' ? details?.index : error;
  }
}

function checkPivotedCholesky(algebra: LinearAlgebra): void {
  const cases = [
    ...positiveDefiniteMatrices().filter(({ name }) => name !== 'graded' && name !== 'Hilbert'),
    ...symmetricMatrices().filter(({ spectrum }) => spectrum?.every((value) => value >= 0)),
  ];
  for (const { name, a, ...rest } of cases) {
    const n = a.rows;
    const found = algebra.pivotedCholesky(a);
    const { factor, pivots, rank, tolerance, dropped } = found;
    const what = `pivotedCholesky of ${name}`;
    expectShape(what, factor, n, rank);
    expectPermutation(`${what}, pivots`, pivots, n);
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < rank; j++) expectThat(factor.values[i * rank + j] === 0, what, 'zeros above', 'others');
    }
    expectThat(dropped <= tolerance, what, 'nothing dropped above the tolerance', `${dropped} > ${tolerance}`);
    const diagonal = Array.from({ length: n }, (_, i) => a.values[i * n + i]!);
    const stated = n * EPS * Math.max(0, ...diagonal);
    expectThat(tolerance === stated, `${what}, tolerance`, String(stated), tolerance);
    const permuted = matrixOf(n, n, (i, j) => a.values[pivots[i]! * n + pivots[j]!]!);
    // what is dropped is at most n tolerances in norm, beside the roundings
    const bound = growth(a) * EPS * norm(a) + n * tolerance;
    expectNear(what, product(factor, transpose(factor)), permuted, bound);
    const spectrum = (rest as { spectrum?: readonly number[] }).spectrum;
    const separate = spectrum?.every((value) => value === 0 || value > 1e-3 * spectrum.at(-1)!);
    if (separate) {
      const truth = spectrum!.filter((value) => value > 0).length;
      expectThat(rank === truth, `${what}, rank`, String(truth), rank);
    }
  }
  const graded = symmetricWith([100, 10, 1, 0.1]);
  const coarse = algebra.pivotedCholesky(graded, 5);
  expectThat(
    coarse.tolerance === 5 && coarse.rank < 4,
    'pivotedCholesky',
    'the tolerance given to be used',
    coarse.rank,
  );
}

function checkQr(algebra: LinearAlgebra): void {
  for (const { name, a } of rectangularMatrices()) {
    const { q, r, pivots } = algebra.qr(a);
    const what = `qr of ${name}`;
    const count = Math.min(a.rows, a.cols);
    expectShape(what, q, a.rows, count);
    expectShape(what, r, count, a.cols);
    expectPermutation(`${what}, pivots`, pivots, a.cols);
    expectOrthonormal(what, q);
    const permuted = matrixOf(a.rows, a.cols, (i, j) => a.values[i * a.cols + pivots[j]!]!);
    const bound = growth(a) * EPS * norm(a);
    expectNear(what, product(q, r), permuted, bound);
    checkPivots(what, r, bound);
  }
}

/** R is upper trapezoidal, and no column that was left had a longer remainder, but for what rounding does to lengths. */
function checkPivots(what: string, { rows, cols, values }: DenseMatrix, bound: number): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < i; j++) expectThat(values[i * cols + j] === 0, what, 'zeros below', 'others');
    const pivot = Math.abs(values[i * cols + i]!);
    for (let j = i + 1; j < cols; j++) {
      const rest = Float64Array.from({ length: Math.min(j + 1, rows) - i }, (_, k) => values[(i + k) * cols + j]!);
      const length = norm({ values: rest });
      if (length > pivot * (1 + 1e-6) + bound) throw broken(what, `pivot ${i} of at least ${length}`, `${pivot}`);
    }
  }
}
