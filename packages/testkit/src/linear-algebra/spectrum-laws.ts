/**
 * Laws of eigenvalues, singular values, their vectors and the rank, against the spectrum that a matrix was made of and by
 * residuals.
 */
import type { LinearAlgebra } from '@tangentlab/tensor';
import { expectThat } from '../backend/error-bounds.js';
import type { AlgebraCheck } from './product-laws.js';
import {
  EPS,
  expectNear,
  expectOrthonormal,
  expectShape,
  expectSorted,
  expectSpectrum,
  growth,
  norm,
  product,
  scaleColumns,
  transpose,
} from './residuals.js';
import { matrixOf, rectangularMatrices, symmetricMatrices } from './test-matrices.js';

export const SPECTRUM_CHECKS: readonly AlgebraCheck[] = [
  { name: 'symmetricEigenvalues finds the spectrum, ascending', check: checkEigenvalues },
  { name: 'symmetricEigen: A V is V diag(values), V orthonormal', check: checkEigen },
  { name: 'singularValues finds the spectrum, descending, of A and of its transpose', check: checkSingularValues },
  { name: "svd: U diag(sigma) V' is A, U and V orthonormal", check: checkSvd },
  { name: 'numericalRank counts above max(rows, cols) eps sigma_1, or above what is given', check: checkRank },
];

function checkEigenvalues(algebra: LinearAlgebra): void {
  for (const { name, a, spectrum } of symmetricMatrices()) {
    const what = `symmetricEigenvalues of ${name}`;
    const values = algebra.symmetricEigenvalues(a);
    const bound = growth(a) * EPS * norm(a);
    expectSorted(what, values, 1);
    if (spectrum !== undefined) expectSpectrum(what, values, spectrum, bound);
    const lower = matrixOf(a.rows, a.cols, (i, j) => (j <= i ? a.values[i * a.cols + j]! : 7));
    // of what is not read not even the size may count
    expectSpectrum(`${what}, lower triangle`, algebra.symmetricEigenvalues(lower), values, bound);
  }
}

function checkEigen(algebra: LinearAlgebra): void {
  for (const { name, a, spectrum } of symmetricMatrices()) {
    const what = `symmetricEigen of ${name}`;
    const { values, vectors } = algebra.symmetricEigen(a);
    const bound = growth(a) * EPS * norm(a);
    expectShape(what, vectors, a.rows, a.rows);
    expectSorted(what, values, 1);
    expectOrthonormal(what, vectors);
    expectNear(what, product(a, vectors), scaleColumns(vectors, values), bound);
    expectSpectrum(what, values, spectrum ?? algebra.symmetricEigenvalues(a), bound);
  }
}

function checkSingularValues(algebra: LinearAlgebra): void {
  for (const { name, a, spectrum } of rectangularMatrices()) {
    const what = `singularValues of ${name}`;
    const values = algebra.singularValues(a);
    const bound = growth(a) * EPS * norm(a);
    expectThat(values.length === Math.min(a.rows, a.cols), what, `${Math.min(a.rows, a.cols)} values`, values.length);
    expectSorted(what, values, -1);
    expectThat(
      values.every((value) => value >= 0),
      what,
      'no negative value',
      values.at(-1),
    );
    if (spectrum !== undefined) expectSpectrum(what, values, spectrum, bound);
    expectSpectrum(`${what}, transposed`, algebra.singularValues(transpose(a)), values, bound);
    // the squares sum to that of the Frobenius norm
    expectThat(Math.abs(norm({ values }) - norm(a)) <= bound, `${what}, norm`, String(norm(a)), norm({ values }));
  }
}

function checkSvd(algebra: LinearAlgebra): void {
  for (const { name, a, spectrum } of rectangularMatrices()) {
    const what = `svd of ${name}`;
    const { u, sigma, v } = algebra.svd(a);
    const count = Math.min(a.rows, a.cols);
    const bound = growth(a) * EPS * norm(a);
    expectShape(what, u, a.rows, count);
    expectShape(what, v, a.cols, count);
    expectOrthonormal(`${what}, u`, u);
    expectOrthonormal(`${what}, v`, v);
    expectSorted(what, sigma, -1);
    expectNear(what, product(scaleColumns(u, sigma), transpose(v)), a, bound);
    expectSpectrum(what, sigma, spectrum ?? algebra.singularValues(a), bound);
  }
}

function checkRank(algebra: LinearAlgebra): void {
  for (const { name, a, spectrum } of rectangularMatrices()) {
    if (spectrum === undefined) continue;
    const what = `numericalRank of ${name}`;
    const { rank, tolerance, kept, dropped } = algebra.numericalRank(a);
    const stated = Math.max(a.rows, a.cols) * EPS * (algebra.singularValues(a)[0] ?? 0);
    expectThat(Math.abs(tolerance - stated) <= 1e-9 * stated, `${what}, tolerance`, String(stated), tolerance);
    expectThat(rank === 0 || kept > tolerance, what, 'kept values above the tolerance', kept);
    expectThat(dropped <= tolerance, what, 'dropped values at most the tolerance', dropped);
    const clear = spectrum.every((value) => value === 0 || value > 1e-9 * spectrum[0]!);
    const truth = spectrum.filter((value) => value > 0).length;
    if (clear) expectThat(rank === truth, what, String(truth), rank);
    if (spectrum.length < 2 || !(spectrum[0]! > spectrum[1]!)) continue;
    const between = (spectrum[0]! + spectrum[1]!) / 2;
    expectThat(algebra.numericalRank(a, between).rank === 1, `${what} above ${between}`, '1', 'another');
  }
}
