/**
 * The reference linear algebra: plain TypeScript, clear before fast, the truth that others are tested against. Its methods
 * are in `reference-algebra`; here they are put together.
 */
import { defineProvider, type Provider } from '@tangentlab/core';
import { inOneStretch, inTurns } from './computation-steps.js';
import { plainKrylovBasis } from './lanczos/krylov-basis.js';
import { runLanczos, runLanczosInTurns } from './lanczos/run-lanczos.js';
import { LINEAR_ALGEBRA, type LinearAlgebra } from './linear-algebra.js';
import { checkTolerance, rankOfSpectrum } from './numerical-rank.js';
import { choleskyInSteps, pivotedCholeskyInSteps, solveTriangular } from './reference-algebra/cholesky.js';
import { svdInSteps } from './reference-algebra/jacobi-svd.js';
import { qrInSteps } from './reference-algebra/pivoted-qr.js';
import { gemmInSteps, syrkInSteps } from './reference-algebra/products.js';
import { singularValuesInSteps } from './reference-algebra/singular-values.js';
import { symmetricEigenInSteps, symmetricEigenvaluesInSteps } from './reference-algebra/symmetric-eigen.js';

/** Plain TypeScript, f64. */
export const referenceLinearAlgebra: LinearAlgebra = Object.freeze<LinearAlgebra & { describe(): string }>({
  name: 'reference',
  describe: () => 'plain TypeScript, f64',
  gemm: (a, b, options) => inOneStretch(gemmInSteps(a, b, options)),
  gemmAsync: (a, b, options, signal) => inTurns(gemmInSteps(a, b, options), signal),
  syrk: (a, options) => inOneStretch(syrkInSteps(a, options)),
  syrkAsync: (a, options, signal) => inTurns(syrkInSteps(a, options), signal),
  cholesky: (a) => inOneStretch(choleskyInSteps(a)),
  choleskyAsync: (a, signal) => inTurns(choleskyInSteps(a), signal),
  pivotedCholesky: (a, tolerance) => inOneStretch(pivotedCholeskyInSteps(a, tolerance)),
  pivotedCholeskyAsync: (a, tolerance, signal) => inTurns(pivotedCholeskyInSteps(a, tolerance), signal),
  solveTriangular,
  symmetricEigenvalues: (a) => inOneStretch(symmetricEigenvaluesInSteps(a)),
  symmetricEigenvaluesAsync: (a, signal) => inTurns(symmetricEigenvaluesInSteps(a), signal),
  symmetricEigen: (a) => inOneStretch(symmetricEigenInSteps(a)),
  symmetricEigenAsync: (a, signal) => inTurns(symmetricEigenInSteps(a), signal),
  singularValues: (a) => inOneStretch(singularValuesInSteps(a)),
  singularValuesAsync: (a, signal) => inTurns(singularValuesInSteps(a), signal),
  svd: (a) => inOneStretch(svdInSteps(a)),
  svdAsync: (a, signal) => inTurns(svdInSteps(a), signal),
  qr: (a) => inOneStretch(qrInSteps(a)),
  qrAsync: (a, signal) => inTurns(qrInSteps(a), signal),
  numericalRank: (a, tolerance) => {
    checkTolerance('numericalRank', tolerance);
    return rankOfSpectrum(inOneStretch(singularValuesInSteps(a)), a, tolerance);
  },
  lanczos: (operator, size, options) => runLanczos(operator, size, options, () => plainKrylovBasis(size)),
  lanczosAsync: (operator, size, options, signal) =>
    runLanczosInTurns(operator, size, options, () => plainKrylovBasis(size), signal),
});

/** The reference linear algebra as a provider. */
export function referenceAlgebra(): Provider<LinearAlgebra> {
  return defineProvider({ token: LINEAR_ALGEBRA, name: 'reference', create: () => referenceLinearAlgebra });
}
