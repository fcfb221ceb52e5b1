/**
 * Predictions of infinitely wide networks: regression with a kernel, and the ensemble that gradient flow makes of random
 * initial networks.
 */
// n training samples, m others; targets are n x k
import { ConfigError, ShapeError } from '@tangentlab/core';
import type { DenseMatrix, LinearAlgebra } from '@tangentlab/tensor';

/** What `kernelRegression` takes. */
export interface KernelRegressionOptions {
  readonly linearAlgebra: LinearAlgebra;
  /** Added to the diagonal; 0 unless given. */
  readonly ridge?: number;
}

/**
 * K* (K + ridge I)^-1 Y: the mean of a Gaussian process with kernel K (of NNGP: Bayesian inference in a wide network), or
 * the limit of gradient flow from zero outputs (of NTK).
 *
 * *Shapes*: K is n x n, K* m x n, Y n x k; m x k out. *Cost*: a Cholesky factorisation. *Throws* SHAPE_MISMATCH;
 * CONFIG_INVALID for a ridge that is negative; TRIAL_FAILED for a kernel that is singular without ridge. *Source*:
 * Rasmussen and Williams (2006), eq. 2.25.
 */
export function kernelRegression(
  kernel: DenseMatrix,
  cross: DenseMatrix,
  targets: DenseMatrix,
  { linearAlgebra, ridge = 0 }: KernelRegressionOptions,
): DenseMatrix {
  checkKernels('kernelRegression', kernel, cross, targets);
  if (!(ridge >= 0)) {
    throw new ConfigError('CONFIG_INVALID', {
      where: 'kernelRegression',
      expected: 'a ridge of at least 0 is needed',
      got: String(ridge),
      todo: 'give a small positive one where samples repeat',
    });
  }
  const shifted = { ...kernel, values: kernel.values.slice() };
  for (let i = 0; i < kernel.rows; i++) shifted.values[i * (kernel.rows + 1)]! += ridge;
  const factor = linearAlgebra.cholesky(shifted);
  const half = linearAlgebra.solveTriangular(factor, targets);
  const weights = linearAlgebra.solveTriangular(factor, half, { trans: true });
  return linearAlgebra.gemm(cross, weights);
}

/** Kernels of training samples and others, of one infinitely wide network. */
export interface EnsembleKernels {
  /** n x n. */
  readonly ntk: DenseMatrix;
  readonly nngp: DenseMatrix;
  /** m x n. */
  readonly ntkCross: DenseMatrix;
  readonly nngpCross: DenseMatrix;
  /** m x m. */
  readonly nngpOthers: DenseMatrix;
}

/** Outputs of an ensemble on the other samples. */
export interface EnsemblePrediction {
  /** m x k. */
  readonly mean: DenseMatrix;
  /** m x m, the same for each output. */
  readonly covariance: DenseMatrix;
}

/**
 * Mean and covariance of the outputs of infinitely many wide networks, each trained by gradient flow on 1/(2 n) |z - y|^2
 * for a time.
 *
 * With A(t) = Theta^-1 (I - exp(-Theta t/n)): mean Theta* A y, covariance
 * K** + Theta* A K A' Theta*' - (Theta* A K*' + its transpose). *Cost*: the eigenvectors of Theta. *Throws*
 * SHAPE_MISMATCH; CONFIG_INVALID for a negative time. *Source*: Lee et al. (2019), eqs. 15 and 16.
 */
export async function ensemblePrediction(
  { ntk, nngp, ntkCross, nngpCross, nngpOthers }: EnsembleKernels,
  targets: DenseMatrix,
  time: number,
  { linearAlgebra, signal }: { readonly linearAlgebra: LinearAlgebra; readonly signal?: AbortSignal },
): Promise<EnsemblePrediction> {
  checkKernels('ensemblePrediction', ntk, ntkCross, targets);
  if (!(time >= 0)) {
    throw new ConfigError('CONFIG_INVALID', {
      where: 'ensemblePrediction',
      expected: 'a time of at least 0 is needed',
      got: String(time),
      todo: 'give t, or Infinity for the limit',
    });
  }
  const n = ntk.rows;
  const { values, vectors } = await linearAlgebra.symmetricEigenAsync(ntk, signal);
  const noise = n * Number.EPSILON * Math.max(0, values.at(-1) ?? 0);
  // V diag((1 - exp(-lambda t/n)) / lambda), and A = that times V'
  const scaled = { ...vectors, values: vectors.values.slice() };
  for (let m = 0; m < n; m++) {
    const value = values[m]!;
    const factor = value > noise ? -Math.expm1((-value * time) / n) / value : 0;
    for (let i = 0; i < n; i++) scaled.values[i * n + m]! *= factor;
  }
  const response = linearAlgebra.gemm(ntkCross, linearAlgebra.gemm(scaled, vectors, { transB: true })); // Theta* A, m x n
  const mixed = linearAlgebra.gemm(response, nngpCross, { transB: true }); // m x m
  const spread = linearAlgebra.gemm(linearAlgebra.gemm(response, nngp), response, { transB: true });
  const m = nngpOthers.rows;
  const covariance = nngpOthers.values.map((value, at) => {
    const transposed = (at % m) * m + Math.floor(at / m);
    return (
      value + (spread.values[at]! + spread.values[transposed]!) / 2 - mixed.values[at]! - mixed.values[transposed]!
    );
  });
  return { mean: linearAlgebra.gemm(response, targets), covariance: { rows: m, cols: m, values: covariance } };
}

function checkKernels(where: string, kernel: DenseMatrix, cross: DenseMatrix, targets: DenseMatrix): void {
  if (kernel.rows === kernel.cols && cross.cols === kernel.rows && targets.rows === kernel.rows) return;
  const shape = ({ rows, cols }: DenseMatrix) => `(${rows},${cols})`;
  throw new ShapeError('SHAPE_MISMATCH', {
    where,
    expected: 'a square kernel, one of m x n with others, and n rows of targets are needed',
    got: `${shape(kernel)}, ${shape(cross)} and ${shape(targets)}`,
    todo: 'take all three of the same training samples',
  });
}
