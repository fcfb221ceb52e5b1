/**
 * The reference linear algebra: plain TypeScript, clear before fast. Singular values by Householder bidiagonalisation,
 * then the eigenvalues of the Golub-Kahan tridiagonal by implicit QL.
 */
import { defineProvider, nextTurn, type Provider, TrialError } from '@tangentlab/core';
import { checkDense, type DenseMatrix, LINEAR_ALGEBRA, type LinearAlgebra } from './linear-algebra.js';

/** Plain TypeScript, f64. */
export const referenceLinearAlgebra: LinearAlgebra = Object.freeze({
  name: 'reference',
  describe: () => 'plain TypeScript, f64',
  singularValues,
  singularValuesAsync,
});

/** The reference linear algebra as a provider. */
export function referenceAlgebra(): Provider<LinearAlgebra> {
  return defineProvider({ token: LINEAR_ALGEBRA, name: 'reference', create: () => referenceLinearAlgebra });
}

/** A computation in steps: each yields how many multiplications it took. */
type Steps<T> = Generator<number, T, void>;

/** Multiplications between two turns of the event loop: about 30 ms of work. */
const SLICE = 2 ** 24;
/** A plane rotation, with its roots and divisions, takes as long as so many multiplications. */
const ROTATION = 32;

/** *Cost*: 4 m n^2 - 4/3 n^3 operations, m = max(rows, cols), n = min(rows, cols), in one stretch. */
function singularValues(a: DenseMatrix): Float64Array {
  const steps = singularValuesInSteps(a);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** *Cost*: that of `singularValues`, in stretches of about 30 ms, or one column of the matrix if that takes longer. */
async function singularValuesAsync(a: DenseMatrix, signal?: AbortSignal): Promise<Float64Array> {
  signal?.throwIfAborted();
  const steps = singularValuesInSteps(a);
  let work = 0;
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    work += step.value;
    if (work > SLICE) {
      work = 0;
      await nextTurn();
      signal?.throwIfAborted();
    }
  }
}

function* singularValuesInSteps(a: DenseMatrix): Steps<Float64Array> {
  checkDense('singularValues', a);
  if (!a.values.every(Number.isFinite)) throw notFinite(a);
  const { columns, length } = tallColumns(a);
  const n = columns.length;
  if (n === 0) return new Float64Array(0);
  // scaled so that squares neither overflow nor vanish, whatever the units of the matrix
  const largest = columns.reduce((max, column) => column.reduce((m, v) => Math.max(m, Math.abs(v)), max), 0);
  if (largest === 0) return new Float64Array(n);
  for (const column of columns) for (let i = 0; i < length; i++) column[i] = (column[i] as number) / largest;

  const { diagonal, superdiagonal } = yield* bidiagonalise(columns, length);
  // the 2n x 2n matrix with zero diagonal and off-diagonals d1, e1, d2, e2, ..., dn has eigenvalues +-sigma_i
  const offDiagonal = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    offDiagonal[2 * i] = diagonal[i] as number;
    offDiagonal[2 * i + 1] = superdiagonal[i] as number;
  }
  const eigenvalues = yield* tridiagonalEigenvalues(new Float64Array(2 * n), offDiagonal);
  return eigenvalues
    .sort()
    .reverse()
    .subarray(0, n)
    .map((value) => Math.max(0, value) * largest);
}

/** The columns of A, or of A' if A is wide, as arrays of their own: at least as many rows as columns. */
function tallColumns({ rows, cols, values }: DenseMatrix): { columns: Float64Array[]; length: number } {
  if (rows < cols) {
    const columns = Array.from({ length: rows }, (_, i) => values.slice(i * cols, (i + 1) * cols));
    return { columns, length: cols };
  }
  const columns = Array.from({ length: cols }, (_, j) =>
    Float64Array.from({ length: rows }, (__, i) => values[i * cols + j] as number),
  );
  return { columns, length: rows };
}

/** Householder reflections from both sides, in place: A = U B V'; a column a step. *Source*: Golub, Van Loan, alg. 5.4.2. */
function* bidiagonalise(
  columns: Float64Array[],
  length: number,
): Steps<{ diagonal: Float64Array; superdiagonal: Float64Array }> {
  const n = columns.length;
  const diagonal = new Float64Array(n);
  const superdiagonal = new Float64Array(n); // the last stays 0
  const row = new Float64Array(n);
  const sums = new Float64Array(length);
  for (let k = 0; k < n; k++) {
    const v = columns[k] as Float64Array;
    const beta = householder(v, k, length);
    diagonal[k] = beta.alpha;
    for (let j = k + 1; j < n; j++) reflect(columns[j] as Float64Array, v, k, length, beta.scale);

    if (k + 1 >= n) break;
    for (let j = k + 1; j < n; j++) row[j] = (columns[j] as Float64Array)[k] as number;
    const right = householder(row, k + 1, n);
    superdiagonal[k] = right.alpha;
    if (right.scale === 0) continue;
    // A (I - s w w') on rows k+1.., column by column: sums = s A w
    sums.fill(0, k + 1);
    for (let j = k + 1; j < n; j++)
      axpy(sums, columns[j] as Float64Array, right.scale * (row[j] as number), k + 1, length);
    for (let j = k + 1; j < n; j++) axpy(columns[j] as Float64Array, sums, -(row[j] as number), k + 1, length);
    yield 4 * (length - k) * (n - k);
  }
  return { diagonal, superdiagonal };
}

/** Turns x[from..to) into the vector v of the reflection I - scale v v' that maps x to alpha e1. */
function householder(x: Float64Array, from: number, to: number): { alpha: number; scale: number } {
  let squares = 0;
  for (let i = from; i < to; i++) squares += (x[i] as number) ** 2;
  // the matrix has a largest entry of 1: below this a vector is nothing, and its squares would underflow
  if (squares < 1e-280) return { alpha: 0, scale: 0 };
  const norm = Math.sqrt(squares);
  const first = x[from] as number;
  const alpha = first > 0 ? -norm : norm; // away from x, so that nothing cancels
  x[from] = first - alpha;
  return { alpha, scale: 1 / (norm * (norm + Math.abs(first))) };
}

function reflect(column: Float64Array, v: Float64Array, from: number, to: number, scale: number): void {
  let dot = 0;
  for (let i = from; i < to; i++) dot += (v[i] as number) * (column[i] as number);
  axpy(column, v, -scale * dot, from, to);
}

/** y += alpha x on [from, to). */
function axpy(y: Float64Array, x: Float64Array, alpha: number, from: number, to: number): void {
  for (let i = from; i < to; i++) y[i] = (y[i] as number) + alpha * (x[i] as number);
}

/**
 * Eigenvalues of a symmetric tridiagonal matrix, unordered, in place, a sweep a step; off[i] stands between i and
 * i+1.
 *
 * *Error*: about n eps times the norm. *Source*: implicit QL with Wilkinson shifts (Parlett, ch. 8).
 */
function* tridiagonalEigenvalues(d: Float64Array, off: Float64Array): Steps<Float64Array> {
  const n = d.length;
  let norm = 0;
  for (let i = 0; i < n; i++) norm = Math.max(norm, Math.abs(d[i] as number) + 2 * Math.abs(off[i] as number));
  // deflation against the norm, not the neighbours: values near 0 have no large neighbours to be compared with
  const negligible = Number.EPSILON * norm;
  for (let l = 0; l < n; l++) {
    for (let sweeps = 0; ; sweeps++) {
      let m = l;
      while (m < n - 1 && Math.abs(off[m] as number) > negligible) m++;
      if (m === l) break;
      if (sweeps === 80) throw new Error(`implicit QL: no convergence for eigenvalue ${l} of ${n} after 80 sweeps`);
      qlSweep(d, off, l, m);
      yield ROTATION * (m - l);
    }
  }
  return d;
}

/** One implicit QL sweep on the unreduced block l..m. */
function qlSweep(d: Float64Array, off: Float64Array, l: number, m: number): void {
  const el = off[l] as number;
  const half = ((d[l + 1] as number) - (d[l] as number)) / (2 * el);
  const root = Math.hypot(half, 1);
  let g = (d[m] as number) - (d[l] as number) + el / (half + (half < 0 ? -root : root));
  let [s, c, p] = [1, 1, 0];
  for (let i = m - 1; i >= l; i--) {
    const f = s * (off[i] as number);
    const b = c * (off[i] as number);
    const r = Math.hypot(f, g);
    off[i + 1] = r;
    if (r === 0) {
      // the block has split: undo the half-made rotation and leave the rest to the next sweep
      d[i + 1] = (d[i + 1] as number) - p;
      off[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    const shifted = (d[i + 1] as number) - p;
    const turn = ((d[i] as number) - shifted) * s + 2 * c * b;
    p = s * turn;
    d[i + 1] = shifted + p;
    g = c * turn - b;
  }
  d[l] = (d[l] as number) - p;
  off[l] = g;
  off[m] = 0;
}

function notFinite({ rows, cols, values }: DenseMatrix): TrialError {
  const at = values.findIndex((value) => !Number.isFinite(value));
  return new TrialError('NUMERIC_NOT_FINITE', {
    where: `singularValues of a (${rows},${cols}) matrix`,
    expected: `entry (${Math.floor(at / cols)},${at % cols}) must be finite`,
    got: String(values[at]),
    todo: 'look at what produced it',
  });
}
