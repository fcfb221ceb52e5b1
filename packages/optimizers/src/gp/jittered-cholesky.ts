/**
 * The Cholesky factor of a kernel matrix, with as much added to the diagonal as it takes.
 */
import { isTangentError, TrialError } from '@tangentlab/core';
import type { DenseMatrix, LinearAlgebra } from '@tangentlab/tensor';

/** A factor, and what it is the factor of. */
export interface JitteredCholesky {
  /** L with L L' = A + jitter I. */
  readonly factor: DenseMatrix;
  readonly jitter: number;
}

/** The first thing that is added, as a share of the largest diagonal entry; then ten times as much, and so on. */
const FIRST = 1e-10;
const LAST = 1e-2;

/**
 * The factor of A + jitter I: jitter 0 where A is positive definite to working precision, else the first of 1e-10, 1e-9, ...
 * times the largest diagonal entry that makes it so.
 *
 * *Cost*: n^3 / 3 for each try. *Throws* TRIAL_FAILED when 1e-2 is not enough: A is then no kernel matrix;
 * NUMERIC_NOT_FINITE for NaN and infinities.
 */
export function jitteredCholesky(algebra: LinearAlgebra, a: DenseMatrix): JitteredCholesky {
  const n = a.rows;
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, a.values[i * n + i]!);
  let failure: unknown;
  for (let share = 0; share <= LAST; share = share === 0 ? FIRST : share * 10) {
    const jitter = share * largest;
    const values = Float64Array.from(a.values);
    for (let i = 0; i < n; i++) values[i * n + i]! += jitter;
    try {
      return { factor: algebra.cholesky({ rows: n, cols: n, values }), jitter };
    } catch (error) {
      if (!isTangentError(error) || error.code !== 'TRIAL_FAILED') throw error;
      failure = error;
    }
  }
  throw new TrialError('TRIAL_FAILED', {
    where: `Gaussian process of ${n} trials`,
    expected: 'a kernel matrix that is positive definite once a hundredth is added to its diagonal',
    got: 'one that is not',
    todo: 'report this with the trials that led to it',
    cause: failure,
  });
}
