/**
 * f64 linear algebra on WebAssembly SIMD: the contract put together from the computations of this package, and its
 * provider.
 */
import { defineProvider, type Provider } from '@tangentlab/core';
import {
  checkTolerance,
  inOneStretch,
  inTurns,
  LINEAR_ALGEBRA,
  type LinearAlgebra,
  rankOfSpectrum,
  runLanczos,
  runLanczosInTurns,
} from '@tangentlab/tensor';
import { choleskyInSteps, pivotedCholeskyInSteps, solveTriangularInSteps } from './cholesky.js';
import { qrInSteps } from './pivoted-qr.js';
import { gemmInSteps, syrkInSteps } from './products.js';
import { LINEAR_ALGEBRA_PROGRAM } from './program.js';
import { singularValuesInSteps, svdInSteps } from './singular-values.js';
import { symmetricEigenInSteps, symmetricEigenvaluesInSteps } from './symmetric-eigen.js';
import { wasmKrylovBasis } from './wasm-krylov-basis.js';
import { WorkspacePool } from './workspace.js';

/**
 * Linear algebra that is ready at once.
 *
 * Some browsers compile nothing synchronously on their main thread: there, await `wasmLinearAlgebra().create()` or
 * `createLinearAlgebra()`. *Cost*: some ms the first time. *Throws* RunError BACKEND_UNAVAILABLE where WebAssembly or its
 * SIMD is missing. *Determinism*: the same bits on every machine; they differ from the reference's within the bounds of
 * the contract.
 *
 * @example
 * const algebra = createLinearAlgebraSync();
 * algebra.cholesky({ rows: 2, cols: 2, values: Float64Array.of(4, 2, 2, 10) }).values // => Float64Array.of(2, 0, 1, 3)
 */
export function createLinearAlgebraSync(): LinearAlgebra {
  LINEAR_ALGEBRA_PROGRAM.module();
  return linearAlgebraOver(new WorkspacePool());
}

/** The same, compiled off the thread where the host can. *Throws* as `createLinearAlgebraSync` does. */
export async function createLinearAlgebra(): Promise<LinearAlgebra> {
  await LINEAR_ALGEBRA_PROGRAM.compile();
  return linearAlgebraOver(new WorkspacePool());
}

/**
 * f64 linear algebra on WebAssembly SIMD, as a provider: `experiment.with(wasmLinearAlgebra())`.
 *
 * *Throws* the run RunError BACKEND_UNAVAILABLE where WebAssembly or its SIMD is missing.
 *
 * @example
 * wasmLinearAlgebra().name // => 'wasm'
 */
export function wasmLinearAlgebra(): Provider<LinearAlgebra> {
  return defineProvider({ token: LINEAR_ALGEBRA, name: 'wasm', create: createLinearAlgebra });
}

/** The contract over one pool of workspaces. */
export function linearAlgebraOver(pool: WorkspacePool): LinearAlgebra {
  return Object.freeze<LinearAlgebra & { describe(): string }>({
    name: 'wasm',
    describe: () => 'WebAssembly simd128, f64, one thread',
    gemm: (a, b, options) => inOneStretch(gemmInSteps(pool, a, b, options)),
    gemmAsync: (a, b, options, signal) => inTurns(gemmInSteps(pool, a, b, options), signal),
    syrk: (a, options) => inOneStretch(syrkInSteps(pool, a, options)),
    syrkAsync: (a, options, signal) => inTurns(syrkInSteps(pool, a, options), signal),
    cholesky: (a) => inOneStretch(choleskyInSteps(pool, a)),
    choleskyAsync: (a, signal) => inTurns(choleskyInSteps(pool, a), signal),
    pivotedCholesky: (a, tolerance) => inOneStretch(pivotedCholeskyInSteps(pool, a, tolerance)),
    pivotedCholeskyAsync: (a, tolerance, signal) => inTurns(pivotedCholeskyInSteps(pool, a, tolerance), signal),
    solveTriangular: (t, b, options) => inOneStretch(solveTriangularInSteps(pool, t, b, options)),
    symmetricEigenvalues: (a) => inOneStretch(symmetricEigenvaluesInSteps(pool, a)),
    symmetricEigenvaluesAsync: (a, signal) => inTurns(symmetricEigenvaluesInSteps(pool, a), signal),
    symmetricEigen: (a) => inOneStretch(symmetricEigenInSteps(pool, a)),
    symmetricEigenAsync: (a, signal) => inTurns(symmetricEigenInSteps(pool, a), signal),
    singularValues: (a) => inOneStretch(singularValuesInSteps(pool, a)),
    singularValuesAsync: (a, signal) => inTurns(singularValuesInSteps(pool, a), signal),
    svd: (a) => inOneStretch(svdInSteps(pool, a)),
    svdAsync: (a, signal) => inTurns(svdInSteps(pool, a), signal),
    numericalRank: (a, tolerance) => {
      checkTolerance('numericalRank', tolerance);
      return rankOfSpectrum(inOneStretch(singularValuesInSteps(pool, a)), a, tolerance);
    },
    qr: (a) => inOneStretch(qrInSteps(pool, a)),
    qrAsync: (a, signal) => inTurns(qrInSteps(pool, a), signal),
    lanczos: (operator, size, options) => runLanczos(operator, size, options, () => wasmKrylovBasis(pool, size)),
    lanczosAsync: (operator, size, options, signal) =>
      runLanczosInTurns(operator, size, options, () => wasmKrylovBasis(pool, size), signal),
  });
}
