/**
 * Do the rows that a pivoted Cholesky factorisation left behind really lie in the span of those it chose? Its pivots are
 * squares and cannot tell below sqrt(eps); this asks J itself, by probing with random combinations of the rows left.
 */
import { counterUniform } from '@tangentlab/tensor';
import { rowsOf, timesDirection, timesOutputs } from '../derivatives/jacobian-products.js';
import type { LayerTangents } from '../derivatives/layer-tangents.js';
import type { TangentCholesky } from './tangent-cholesky.js';

/** A residual that is there hides from one probe with a probability near its ratio to the tolerance, and so from all. */
const PROBES = 4;
/** Each refinement multiplies the error by eps kappa(J)^2; two of them suffice wherever the pivots were acceptable. */
const REFINEMENTS = 3;

/**
 * The largest distance found between a random combination of rows left behind and the span of the chosen ones, relative
 * to the length of the combination.
 *
 * Least squares by the corrected semi-normal equations: the factor of J J' solves, residuals are taken in J, so that
 * distances down to about 1e-13 are seen. *Cost*: O(n p + r^2) per probe. *Determinism*: the combinations are fixed.
 * *Source*: Björck (1987), "Stability analysis of the method of seminormal equations".
 */
export function distanceFromSpan(tangents: readonly LayerTangents[], k: number, found: TangentCholesky): number {
  const rows = rowsOf(tangents);
  const chosen = new Set(found.pivots);
  let largest = 0;
  for (let probe = 0; probe < PROBES && chosen.size < rows; probe++) {
    const weights = Float64Array.from({ length: rows }, (_, row) =>
      chosen.has(row) ? 0 : 2 * counterUniform(probe, row) - 1,
    );
    const combination = timesOutputs(tangents, k, weights); // p
    const length = norm(combination);
    if (length > 0) largest = Math.max(largest, norm(residual(tangents, k, found, combination)) / length);
  }
  return largest;
}

/** What is left of g after its projection on the span of the chosen rows. */
function residual(
  tangents: readonly LayerTangents[],
  k: number,
  found: TangentCholesky,
  g: Float64Array,
): Float64Array {
  const coefficients = new Float64Array(rowsOf(tangents)); // zero outside of the chosen rows
  let rest = g;
  for (let i = 0; i < REFINEMENTS; i++) {
    const products = timesDirection(tangents, k, rest);
    const correction = found.solve(Float64Array.from(found.pivots, (pivot) => products[pivot]!));
    found.pivots.forEach((pivot, j) => {
      coefficients[pivot]! += correction[j]!;
    });
    const projection = timesOutputs(tangents, k, coefficients);
    rest = g.map((value, j) => value - projection[j]!);
  }
  return rest;
}

function norm(v: Float64Array): number {
  return Math.sqrt(v.reduce((sum, value) => sum + value * value, 0));
}
