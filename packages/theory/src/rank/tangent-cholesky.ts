/**
 * Pivoted Cholesky factorisation of the tangent kernel Theta = J J', without forming J: a fast, rank-revealing look at the
 * Jacobian. Its pivots are squares, so by itself it sees singular values only down to about sqrt(n k eps) of
 * the largest; `distanceFromSpan` looks further.
 */
// n samples, k outputs, p parameters; Theta is (n k) x (n k)
import { nextTurn, TrialError } from '@tangentlab/core';
import { dot, type LinearAlgebra } from '@tangentlab/tensor';
import { parametersOf, rowsOf } from '../derivatives/jacobian-products.js';
import type { LayerTangents } from '../derivatives/layer-tangents.js';
import { kernelColumn, kernelDiagonal, tangentKernel } from '../kernel/tangent-kernel.js';

/** What the factorisation found. */
export interface TangentCholesky {
  /** Rows of J in the order in which they were chosen: each is independent of those before it. */
  readonly pivots: readonly number[];
  /** The last pivot that was accepted, and the largest that was left: squared distances of a row from the chosen ones. */
  readonly kept: number;
  readonly dropped: number;
  /** Pivots at most this large count as zero: n k eps times the largest diagonal entry. */
  readonly tolerance: number;
  /** Solves Theta[pivots, pivots] c = b from the factor. *Cost*: O(r^2). */
  solve(b: Float64Array): Float64Array;
}

/** What `tangentCholesky` takes beside the Jacobian. */
export interface TangentCholeskyOptions {
  readonly linearAlgebra: LinearAlgebra;
  readonly signal?: AbortSignal | undefined;
  /** Up to so many rows the kernel is formed; 4096 unless given. */
  readonly denseRows?: number;
}

/** Up to so many rows the kernel is formed, which takes 128 MB; beyond, column by column as pivots are chosen. */
const DENSE_ROWS = 4096;
/** Multiplications between two turns of the event loop: about 30 ms of work. */
const SLICE = 2 ** 25;

/**
 * Factorises the tangent kernel until no pivot is left above the tolerance.
 *
 * *Cost* for rank r: O((n k)^2 (r + sum of widths)) in the linear algebra's kernels up to 4096 rows; beyond,
 * O(n k r (r + sum of widths)) time and O(n k r) memory. Gives way to the event loop every 30 ms or so. *Throws*
 * NUMERIC_NOT_FINITE if an entry of the diagonal is NaN or overflows; the signal's reason when aborted. *Source*: Higham
 * (2002), section 10.3; LAPACK's dpstrf for the tolerance.
 */
export async function tangentCholesky(
  tangents: readonly LayerTangents[],
  k: number,
  { linearAlgebra, signal, denseRows = DENSE_ROWS }: TangentCholeskyOptions,
): Promise<TangentCholesky> {
  const rows = rowsOf(tangents); // n k
  const diagonal = kernelDiagonal(tangents, k);
  const tolerance = rows * Number.EPSILON * diagonal.reduce((a, b) => Math.max(a, b), 0);
  // finite only if all of the diagonal is; NaN compares as small, and would pass for rank 0
  if (!Number.isFinite(tolerance)) throw notFinite(diagonal, k);
  // past p pivots nothing can be left but rounding
  const most = Math.min(rows, parametersOf(tangents));
  if (rows > denseRows) return byColumns(tangents, k, diagonal, most, tolerance, signal);
  const theta = await tangentKernel(tangents, k, linearAlgebra, signal);
  const found = await linearAlgebra.pivotedCholeskyAsync(theta, tolerance, signal);
  const { factor, pivots, dropped } = found;
  const rank = Math.min(found.rank, most);
  const last = rank === 0 ? 0 : factor.values[(rank - 1) * factor.cols + rank - 1]!;
  const places = Array.from({ length: rank }, (_, i) => i);
  return {
    pivots: Array.from(pivots.subarray(0, rank)),
    kept: last * last,
    dropped,
    tolerance,
    solve: (b) => solveChosen(factor.values, factor.cols, places, b),
  };
}

async function byColumns(
  tangents: readonly LayerTangents[],
  k: number,
  left: Float64Array,
  most: number,
  tolerance: number,
  signal?: AbortSignal,
): Promise<TangentCholesky> {
  const rows = left.length;
  const factor = new Float64Array(rows * most); // L: (n k) x rank, row-major
  const pivots: number[] = [];
  let kept = 0;
  let work = 0;
  for (;;) {
    const pivot = indexOfLargest(left);
    const value = left[pivot] ?? 0; // without rows nothing is left
    if (pivots.length === most || !(value > tolerance)) {
      const solve = (b: Float64Array) => solveChosen(factor, most, pivots, b);
      return { pivots, kept, dropped: Math.max(value, 0), tolerance, solve };
    }
    eliminate(factor, most, pivots.length, kernelColumn(tangents, k, pivot), pivot, left);
    pivots.push(pivot);
    kept = value;
    work += rows * (pivots.length + 64);
    if (work > SLICE) {
      work = 0;
      await nextTurn();
      signal?.throwIfAborted();
    }
  }
}

/** Adds the column of `pivot` to the factor and takes it off the diagonal. */
function eliminate(
  factor: Float64Array,
  stride: number,
  rank: number,
  column: Float64Array,
  pivot: number,
  left: Float64Array,
): void {
  const root = Math.sqrt(left[pivot]!);
  for (let row = 0; row < left.length; row++) {
    if (left[row] === Number.NEGATIVE_INFINITY) continue; // chosen before
    const value = (column[row]! - dot(factor, row * stride, factor, pivot * stride, rank)) / root;
    factor[row * stride + rank] = value;
    left[row]! -= value * value;
  }
  left[pivot] = Number.NEGATIVE_INFINITY;
}

/** L L' c = b on the chosen rows, which stand there in the factor: forwards, then backwards. */
function solveChosen(factor: Float64Array, stride: number, pivots: readonly number[], b: Float64Array): Float64Array {
  const c = b.slice();
  for (let i = 0; i < c.length; i++) {
    const row = pivots[i]! * stride;
    c[i] = (c[i]! - dot(factor, row, c, 0, i)) / factor[row + i]!;
  }
  for (let i = c.length - 1; i >= 0; i--) {
    const row = pivots[i]! * stride;
    c[i]! /= factor[row + i]!;
    for (let j = 0; j < i; j++) c[j]! -= factor[row + j]! * c[i]!;
  }
  return c;
}

function indexOfLargest(values: Float64Array): number {
  let at = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[at]!) at = i;
  return at;
}

function notFinite(diagonal: Float64Array, k: number): TrialError {
  const row = diagonal.findIndex((value) => !Number.isFinite(value));
  return new TrialError('NUMERIC_NOT_FINITE', {
    where: 'tangentCholesky',
    expected: `the squared gradient of output ${row % k} of sample ${Math.floor(row / k)} must be finite`,
    got: String(diagonal[row]),
    todo: 'look for NaN, or numbers beyond 1e150, in the parameters and the inputs',
  });
}
