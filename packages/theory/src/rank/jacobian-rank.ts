/**
 * The rank of a network's Jacobian.
 */
import type { Mlp } from '@tangentlab/nn';
import type { LinearAlgebra } from '@tangentlab/tensor';
import { jacobian } from '../derivatives/jacobian.js';
import { layerTangents } from '../derivatives/layer-tangents.js';
import { numericalRankAsync } from './numerical-rank.js';
import { distanceFromSpan } from './row-span.js';
import { tangentCholesky } from './tangent-cholesky.js';

/** The rank of a Jacobian and what it rests on. */
export interface JacobianRank {
  readonly rank: number;
  /** Rows n k and columns p of J: no rank is larger than either. */
  readonly rows: number;
  readonly cols: number;
  /** `pivots` if independent rows were found that span the rest to within `SPAN_TOLERANCE`; `singularValues` if not. */
  readonly method: 'pivots' | 'singularValues';
}

/** Rows left behind must lie this close to the span of the chosen ones, relative to their length. */
const SPAN_TOLERANCE = 1e-11;
/** The last pivot must stand this far above those that count as zero. */
const CLEAR_PIVOT = 100;

/**
 * The numerical rank of dZ/dtheta on the samples x, in f64.
 *
 * First a pivoted Cholesky factorisation of J J' chooses independent rows, and random combinations of the others are
 * projected on their span, in J itself. If nothing is left of them beyond 1e-11, the number of chosen rows is the rank.
 * Otherwise, or where a pivot was too small to trust, it is the number of singular values of J above
 * max(n k, p) eps sigma_1. *Shapes*: x is n x features. *Cost*: that of `tangentCholesky`; the second way costs
 * O(n k p min(n k, p)). Gives way to the event loop, in the second way if the linear algebra has
 * `singularValuesAsync`. *Throws* SHAPE_MISMATCH, NUMERIC_NOT_FINITE; the signal's reason when aborted. *Determinism*:
 * draws nothing.
 */
export async function jacobianRankOf(
  model: Mlp,
  theta: Float64Array,
  x: Float64Array,
  n: number,
  options: { readonly linearAlgebra: LinearAlgebra; readonly signal?: AbortSignal },
): Promise<JacobianRank> {
  const k = model.widths.at(-1)!;
  const [rows, cols] = [n * k, model.parameterCount];
  const tangents = layerTangents(model, theta, x, n);
  const found = await tangentCholesky(tangents, k, options);
  const rank = found.pivots.length;
  const trusted = rank === 0 || found.kept > CLEAR_PIVOT * found.tolerance;
  if (trusted && (rank === Math.min(rows, cols) || distanceFromSpan(tangents, k, found) < SPAN_TOLERANCE)) {
    return { rank, rows, cols, method: 'pivots' };
  }
  const decided = await numericalRankAsync(jacobian(model, theta, x, n), options);
  return { rank: decided.rank, rows, cols, method: 'singularValues' };
}
