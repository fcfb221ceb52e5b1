/**
 * Eigenvalues of the tridiagonal matrix that Lanczos builds up, the most extreme first, with what is needed of its
 * eigenvectors: their last components for the residuals, all of them for the vectors.
 */
import { inOneStretch } from '../computation-steps.js';
import { tridiagonalEigenvalues } from '../reference-algebra/tridiagonal-ql.js';

/** Ritz values with the residual of each. */
export interface RitzValues {
  readonly values: Float64Array;
  readonly residuals: Float64Array;
}

/** *Cost*: O(m^2) for m steps. `sign` is 1 for the largest first, -1 for the smallest. */
export function ritzValues(
  alpha: readonly number[],
  beta: readonly number[],
  last: number,
  sign: 1 | -1,
): RitzValues & { readonly order: readonly number[] } {
  const bottom = new Float64Array(alpha.length); // the last row of the eigenvectors
  bottom[alpha.length - 1] = 1;
  return solve(alpha, beta, last, sign, [bottom]);
}

/** The same and the first `count` eigenvectors. *Cost*: O(m^3). */
export function ritzPairs(
  alpha: readonly number[],
  beta: readonly number[],
  last: number,
  sign: 1 | -1,
  count: number,
): RitzValues & { readonly weights: readonly Float64Array[] } {
  const m = alpha.length;
  const rows = Array.from({ length: m }, (_, i) => {
    const unit = new Float64Array(m);
    unit[i] = 1;
    return unit;
  });
  const { order, ...found } = solve(alpha, beta, last, sign, rows);
  const weights = order.slice(0, count).map((from) => Float64Array.from(rows, (row) => row[from]!));
  return { ...found, weights };
}

/** Turns the rows given as the rows of the eigenvectors are turned; the last of them must be the bottom row. */
function solve(
  alpha: readonly number[],
  beta: readonly number[],
  last: number,
  sign: 1 | -1,
  rows: readonly Float64Array[],
): RitzValues & { readonly order: readonly number[] } {
  const d = Float64Array.from(alpha);
  const off = new Float64Array(alpha.length);
  for (const [i, value] of beta.slice(0, Math.max(0, alpha.length - 1)).entries()) off[i] = value;
  inOneStretch(
    tridiagonalEigenvalues(d, off, (i, c, s) => {
      for (const row of rows) {
        const [x, y] = [row[i]!, row[i + 1]!];
        row[i] = c * x - s * y;
        row[i + 1] = s * x + c * y;
      }
    }),
  );
  const order = Array.from(d, (_, i) => i).sort((i, j) => sign * (d[j]! - d[i]!));
  const bottom = rows.at(-1);
  return {
    values: Float64Array.from(order, (i) => d[i]!),
    residuals: Float64Array.from(order, (i) => Math.abs(last * bottom![i]!)),
    order,
  };
}
