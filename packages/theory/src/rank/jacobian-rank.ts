/**
 * The rank of a network's Jacobian: as a function on any network, and as an analyzer in a running experiment.
 */
import { type AnalyzerProvider, defineAnalyzer, type Every, parseConfig } from '@tangentlab/core';
import type { Mlp } from '@tangentlab/nn';
import { LINEAR_ALGEBRA, type LinearAlgebra, type Samples, type Split } from '@tangentlab/tensor';
import * as z from 'zod';
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

/** What `jacobianRank` takes. */
export interface JacobianRankOptions {
  /** After the last epoch of a trial (unless given), after every epoch, or after every n-th one. */
  readonly every?: Every;
  /** Only the first so many training samples; all unless given. */
  readonly samples?: number;
}

const SCHEMA = z.strictObject({
  every: z.union([z.literal('trial'), z.literal('epoch'), z.number().int().min(1)]).default('trial'),
  samples: z.number().int().min(1).optional(),
});

/**
 * Measures `jacobianRank`, the numerical rank of the Jacobian on the training samples.
 *
 * *Cost*: that of `jacobianRankOf` per measurement; with all 800 samples of the seed document far more than a trial's
 * training, so choose `samples` for live use. *Throws* ConfigError CONFIG_INVALID for its options.
 *
 * @example
 * jacobianRank({ every: 'epoch', samples: 100 }).measures // => ['jacobianRank']
 */
export function jacobianRank(options: JacobianRankOptions = {}): AnalyzerProvider<Mlp, Split<Samples>, 'jacobianRank'> {
  const { every, samples } = parseConfig('jacobianRank', SCHEMA, options);
  return defineAnalyzer<Mlp, Split<Samples>, 'jacobianRank', readonly [typeof LINEAR_ALGEBRA]>({
    name: 'jacobianRank',
    measures: ['jacobianRank'],
    every,
    config: { every, ...(samples === undefined ? {} : { samples }) },
    requires: [LINEAR_ALGEBRA],
    create: (linearAlgebra) => ({
      measure: async ({ model, data: { train }, parameters, signal }) => {
        const n = Math.min(samples ?? train.samples, train.samples);
        const x = train.x.subarray(0, n * train.features);
        const { rank } = await jacobianRankOf(model, await parameters(), x, n, { linearAlgebra, signal });
        return { jacobianRank: rank };
      },
    }),
  });
}
