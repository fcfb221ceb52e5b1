/**
 * Lanczos with full reorthogonalisation: a few extreme eigenvalues of a symmetric operator that is known by its products
 * alone. It is one generator, which asks for each product and takes whatever basis it is given.
 *
 * What it does not promise: an eigenvalue that is repeated may be found once only, since one start vector sees but one
 * direction of its eigenspace. *Source*: Parlett, The Symmetric Eigenvalue Problem, ch. 13.
 */
// A is n x n, V n x m the basis, T = V'AV tridiagonal with diagonal alpha and off-diagonal beta
import { parseConfig, ShapeError, TrialError } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { counterUniform } from '../counter-random.js';
import { checkFinite, type DenseMatrix } from '../dense-matrix.js';
import { dot } from '../dot.js';
import { fromColumns } from '../from-columns.js';
import type { KrylovBasis } from './krylov-basis.js';
import { ritzPairs, ritzValues } from './ritz-pairs.js';

/** x -> A x for a symmetric A. It must leave x as it is. */
export type LinearOperator<T = Float64Array> = (x: Float64Array) => T;

/** What `lanczos` takes beside the operator and its size. */
export interface LanczosOptions {
  /** How many eigenvalues. */
  readonly count: number;
  /** The algebraically largest ones, unless given. */
  readonly which?: 'largest' | 'smallest';
  /** A value counts as found when its residual is at most this times the largest |Ritz value|; 1e-10 unless given. */
  readonly tolerance?: number;
  /** At most so many products; as many as the size unless given. Memory is size x steps. */
  readonly maxSteps?: number;
  /** Where to start; unless given a vector that depends on the size alone. */
  readonly start?: Float64Array;
}

/** Eigenpairs and how far they are from being exact. */
export interface LanczosResult {
  /** The most extreme first. */
  readonly values: Float64Array;
  /** size x count, orthonormal; column j belongs to `values[j]`. */
  readonly vectors: DenseMatrix;
  /** |A v - value v| of each, by Lanczos' own estimate; some eigenvalue lies that close to the value. */
  readonly residuals: Float64Array;
  /** How many products it took. */
  readonly steps: number;
  /** False if `maxSteps` came first. */
  readonly converged: boolean;
}

const SCHEMA = z.strictObject({
  count: z.number().int().min(0),
  which: z.enum(['largest', 'smallest']).default('largest'),
  tolerance: z.number().positive().default(1e-10),
  maxSteps: z.number().int().min(1).optional(),
  start: z.custom<Float64Array>((value) => ArrayBuffer.isView(value)).optional(),
});

/** Each step yields the vector whose product it needs, and gets the product. */
export type LanczosSteps = Generator<Float64Array, LanczosResult, Float64Array>;

/**
 * The eigenpairs, over the basis given. *Cost*: a product and 4 n m multiplications at step m.
 *
 * When the space that one start reaches is exhausted, another start is orthogonalised against it. *Throws* CONFIG_INVALID
 * for its options, SHAPE_MISMATCH for a start or a product of another length, NUMERIC_NOT_FINITE for a product with NaN or
 * infinities. *Determinism*: draws nothing from an Rng.
 */
export function* lanczosInSteps(size: number, options: LanczosOptions, makeBasis: () => KrylovBasis): LanczosSteps {
  const checked = checkedOptions(size, options);
  const basis = makeBasis();
  try {
    return yield* extend(size, checked, basis);
  } finally {
    basis.release();
  }
}

/** Adds to the basis until the wanted pairs are found. */
function* extend(size: number, options: CheckedOptions, basis: KrylovBasis): LanczosSteps {
  const { count, which, tolerance, limit, start } = options;
  const alpha: number[] = [];
  const beta: number[] = []; // beta[j] couples v_j to v_(j+1)
  const sign = which === 'largest' ? 1 : -1;
  if (count === 0) return finish([], [], 0, 0, sign, tolerance, basis, size);
  let v = unitBeside(basis, start);
  let scale = 0;
  let nextLook = count;
  for (;;) {
    basis.append(v);
    const w = checkedProduct(yield v, size);
    scale = Math.max(scale, lengthOf(w));
    alpha.push(dot(v, 0, w, 0, size));
    // twice is enough (Kahan and Parlett)
    basis.orthogonalise(w);
    basis.orthogonalise(w);
    const length = lengthOf(w);
    const closed = length <= size * Number.EPSILON * scale; // what is left is rounding
    const last = closed ? 0 : length;
    const steps = alpha.length;
    if (steps === limit) return finish(alpha, beta, last, count, sign, tolerance, basis, size);
    if (steps >= nextLook && !closed) {
      nextLook = Math.ceil(1.2 * steps);
      const { values, residuals } = ritzValues(alpha, beta, last, sign);
      if (allFound(values, residuals, count, tolerance)) {
        return finish(alpha, beta, last, count, sign, tolerance, basis, size);
      }
    }
    beta.push(last);
    if (closed) {
      v = unitBeside(basis, pseudoRandom(size, steps));
      nextLook = steps + count + 8; // the new start must first have had a chance to see more
    } else {
      for (let i = 0; i < size; i++) w[i]! /= length;
      v = w;
    }
  }
}

type CheckedOptions = ReturnType<typeof checkedOptions>;

function checkedOptions(size: number, options: LanczosOptions) {
  const { maxSteps = size, start, ...rest } = parseConfig('lanczos', SCHEMA, options);
  const expected = (wanted: string, got: string) =>
    new ShapeError('SHAPE_MISMATCH', {
      where: 'lanczos',
      expected: wanted,
      got,
      todo: 'check the size of the operator',
    });
  if (!(Number.isSafeInteger(size) && size >= 0)) throw expected('the size must be 0, 1, 2, ...', String(size));
  const limit = Math.min(maxSteps, size);
  if (rest.count > limit) throw expected(`"count" must be at most ${limit} here`, String(rest.count));
  if (start === undefined) return { ...rest, limit, start: pseudoRandom(size, 0) };
  checkVector('start', start, size);
  if (lengthOf(start) > 0) return { ...rest, limit, start };
  throw new TrialError('TRIAL_FAILED', {
    where: 'lanczos',
    expected: 'the start must not be 0',
    got: 'a vector of zeros',
    todo: 'leave it out, or give another',
  });
}

/** The product as an array of our own. */
function checkedProduct(product: Float64Array, size: number): Float64Array {
  checkVector('product', product, size);
  return product.slice();
}

function checkVector(what: string, x: Float64Array, size: number): void {
  checkFinite(`lanczos, the ${what}`, { rows: size, cols: 1, values: x });
}

/** The vector less its part in the span of the basis, at length 1. */
function unitBeside(basis: KrylovBasis, start: Float64Array): Float64Array {
  const v = start.slice();
  for (let pass = 0; pass < 3; pass++) {
    const length = lengthOf(v);
    for (let i = 0; i < v.length; i++) v[i]! /= length;
    if (pass < 2) basis.orthogonalise(v);
  }
  return v;
}

function pseudoRandom(size: number, seed: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => counterUniform(seed, i) - 0.5);
}

function lengthOf(x: Float64Array): number {
  return Math.sqrt(dot(x, 0, x, 0, x.length));
}

function allFound(values: Float64Array, residuals: Float64Array, count: number, tolerance: number): boolean {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return residuals.subarray(0, count).every((residual) => residual <= tolerance * largest);
}

function finish(
  alpha: readonly number[],
  beta: readonly number[],
  last: number,
  count: number,
  sign: 1 | -1,
  tolerance: number,
  basis: KrylovBasis,
  size: number,
): LanczosResult {
  const { values, residuals, weights } = ritzPairs(alpha, beta, last, sign, count);
  return {
    values: values.slice(0, count),
    vectors: fromColumns(basis.combine(weights), size),
    residuals: residuals.slice(0, count),
    steps: alpha.length,
    converged: allFound(values, residuals, count, tolerance),
  };
}
