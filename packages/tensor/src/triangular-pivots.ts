/**
 * What the solvers and factorisations refuse about pivots, in the same words in every implementation.
 */
import { ShapeError, TrialError } from '@tangentlab/core';
import { checkFinite, checkSquare, type DenseMatrix } from './dense-matrix.js';
import { shapeOf } from './shapes.js';

/** The error of a matrix that is not positive definite: `pivot` is what was left at `index` on its diagonal. */
export function notPositiveDefinite(n: number, index: number, pivot: number): TrialError {
  return new TrialError('TRIAL_FAILED', {
    where: `cholesky of a (${n},${n}) matrix`,
    expected: `pivot ${index} must be positive`,
    got: String(pivot),
    todo: 'add to the diagonal, or use pivotedCholesky',
    details: { index, pivot },
  });
}

/** Throws unless T X = B can be solved: sizes agree, all entries are finite, no zero stands on the diagonal of T. */
export function checkTriangular(t: DenseMatrix, b: DenseMatrix): void {
  checkSquare('solveTriangular', t);
  checkFinite('solveTriangular', b);
  if (t.rows !== b.rows) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: 'solveTriangular',
      expected: 'the right-hand side must have as many rows as the matrix',
      got: `${shapeOf(t)} and ${shapeOf(b)}`,
      todo: 'check rows',
    });
  }
  for (let i = 0; i < t.rows; i++) {
    if (t.values[i * t.cols + i] !== 0) continue;
    throw new TrialError('TRIAL_FAILED', {
      where: `solveTriangular with a ${shapeOf(t)} matrix`,
      expected: `entry (${i},${i}) must not be 0`,
      got: '0',
      todo: 'look at what produced the matrix: it is singular',
      details: { index: i },
    });
  }
}
