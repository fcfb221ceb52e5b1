/**
 * Rows by their numbers, as kernels gather them.
 */
import { ShapeError } from '@tangentlab/core';
import { checkRowsOf, type Matrix } from '@tangentlab/tensor';
import { onHost, type RunningMode } from '../mode/gpu-mode.js';

/** From here on not every integer is a number of single precision, which is what indices are on a device. */
const FIRST_INEXACT_ROW = 2 ** 24;

/** *Throws* SHAPE_MISMATCH for a row that is not there, and for a matrix whose rows the mode cannot tell apart. */
export function checkRowIndices(a: Matrix, rows: Int32Array, mode: RunningMode): void {
  checkRowsOf(a, rows);
  if (a.rows <= FIRST_INEXACT_ROW || onHost(mode)) return;
  throw new ShapeError('SHAPE_MISMATCH', {
    where: 'gatherRows',
    expected: `a device can tell ${FIRST_INEXACT_ROW} rows apart`,
    got: `(${a.rows},${a.cols})`,
    todo: "upload the rows in parts, or use mode 'webasm'",
  });
}
