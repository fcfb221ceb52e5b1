/**
 * A rank with a proof: from below by a factorisation that cannot succeed by rounding, or by elimination modulo a prime; from
 * above by the structural bound.
 */
// n samples, k outputs, p parameters
import { isTangentError } from '@tangentlab/core';
import type { Mlp } from '@tangentlab/nn';
import type { LinearAlgebra } from '@tangentlab/tensor';
import { jacobian } from '../derivatives/jacobian.js';
import { parametersOf, rowsOf } from '../derivatives/jacobian-products.js';
import { type LayerTangents, layerTangents } from '../derivatives/layer-tangents.js';
import { tangentKernel } from '../kernel/tangent-kernel.js';
import { jacobianError } from './jacobian-error.js';
import { modularRank } from './modular-rank.js';
import { type StructuralBound, structuralBound } from './structural-bound.js';
import { tangentCholesky } from './tangent-cholesky.js';

/** What is proven of a rank. */
export interface RankCertificate {
  /** The true Jacobian has at least this rank: rounding is accounted for. */
  readonly lower: number;
  /** And at most this one; see `structuralBound`. */
  readonly upper: number;
  /** Whether both are equal, and so the rank. */
  readonly certified: boolean;
  /** How `lower` was proven; `elimination` is that of `modularRank`, and speaks of the numbers to their last bit. */
  readonly method: 'cholesky' | 'elimination' | 'singularValues' | 'none';
  /** The prime of an elimination. */
  readonly prime?: number;
  /** The bound on the error of the computed Jacobian; undefined if none is known. */
  readonly jacobianError: number | undefined;
  /** Why a way to prove it was closed, if the interval is no point. */
  readonly reason?: string;
  readonly structure: StructuralBound;
}

/** What `certifyRank` takes beside the network and the samples. */
export interface RankCertificateOptions {
  readonly linearAlgebra: LinearAlgebra;
  /** Whether elimination modulo a prime is tried where rounding leaves the interval open; true unless given. */
  readonly elimination?: boolean;
  readonly signal?: AbortSignal;
}

/** Roundings of an entry of the kernel beside the lengths of its inner products. */
const KERNEL_ROUNDINGS = 8;

/** What one way has proven. */
type Proof = Pick<RankCertificate, 'lower' | 'method' | 'structure' | 'prime'>;

/**
 * An interval that contains the rank of the Jacobian, and the rank itself where the interval is a point.
 *
 * Below: rows that a pivoted Cholesky factorisation of the kernel chose are independent if the kernel of these rows, less
 * a shift that covers every rounding - of J (`jacobianError`), of the kernel and of the factorisation -, still has a
 * factorisation. Where the interval stays open, elimination modulo a prime (`modularRank`) decides for ReLU, leaky ReLU and
 * linear networks, however badly they are scaled; dependencies of the inputs then count only if they hold to the last bit.
 * Where neither can be used, the singular values of J above all errors count. Above: `structuralBound`. *Cost*: that of two
 * factorisations of n k x n k numbers; elimination and singular values only if they are needed. *Throws* SHAPE_MISMATCH,
 * NUMERIC_NOT_FINITE; the signal's reason when aborted. *Source*: Rump (2006), "Verification of positive definiteness";
 * Weyl's inequality for singular values.
 */
export async function certifyRank(
  model: Mlp,
  theta: Float64Array,
  x: Float64Array,
  n: number,
  options: RankCertificateOptions,
): Promise<RankCertificate> {
  const structure = structuralBound(model, theta, x, n, options);
  const k = model.widths.at(-1)!;
  const tangents = layerTangents(model, theta, x, n);
  const found = await tangentCholesky(tangents, k, options);
  const error = jacobianError(model, theta, x, n);
  const bound = 'bound' in error ? error.bound : undefined;
  const reasons = 'unknown' in error ? [error.unknown] : [];
  let proof: Proof = { lower: 0, method: 'none', structure };
  if (bound !== undefined && (await areIndependent(tangents, k, found.pivots, bound, options)))
    proof = { lower: found.pivots.length, method: 'cholesky', structure };
  if (isOpen(proof) && options.elimination !== false) {
    const eliminated = await byElimination(model, theta, x, n, structure, options);
    if ('unknown' in eliminated) reasons.push(eliminated.unknown);
    else if (eliminated.lower > proof.lower) proof = eliminated;
  }
  if (proof.method === 'none' && bound !== undefined) {
    const lower = await singularValuesAbove(model, theta, x, n, bound, options);
    proof = { lower, method: 'singularValues', structure };
  }
  const [reason] = isOpen(proof) ? reasons : [];
  return {
    ...proof,
    upper: proof.structure.bound,
    certified: !isOpen(proof),
    jacobianError: bound,
    ...(reason === undefined ? {} : { reason }),
  };
}

function isOpen({ lower, structure }: Proof): boolean {
  return lower < structure.bound;
}

/** The rank modulo a prime, below the bound that holds for the inputs as they stand. */
async function byElimination(
  model: Mlp,
  theta: Float64Array,
  x: Float64Array,
  n: number,
  structure: StructuralBound,
  { linearAlgebra, signal }: RankCertificateOptions,
): Promise<Proof | { readonly unknown: string }> {
  // a dependency within rounding is none here
  const exact =
    structure.unseenInputs === 0 ? structure : structuralBound(model, theta, x, n, { linearAlgebra, inputs: 'exact' });
  const found = await modularRank(model, theta, x, n, { enough: exact.bound, linearAlgebra, signal });
  if ('unknown' in found) return found;
  return { lower: found.rank, prime: found.prime, method: 'elimination', structure: exact };
}

/** Whether the true rows of J are proven to be independent: their kernel, less all errors, is positive definite. */
async function areIndependent(
  tangents: readonly LayerTangents[],
  k: number,
  pivots: readonly number[],
  error: number,
  { linearAlgebra, signal }: { readonly linearAlgebra: LinearAlgebra; readonly signal?: AbortSignal },
): Promise<boolean> {
  const r = pivots.length;
  if (r === 0) return true;
  const chosen = await tangentKernel(chosenRows(tangents, k, pivots), 1, linearAlgebra, signal);
  let trace = 0;
  for (let i = 0; i < r; i++) trace += chosen.values[i * (r + 1)]!;
  const longest = tangents.reduce((most, { layer }) => Math.max(most, layer.inputs + layer.outputs), 0);
  const roundings = r + 2 + longest + tangents.length + KERNEL_ROUNDINGS;
  const shift = error * error * (1 + 1e-8) + 1.1 * roundings * Number.EPSILON * trace;
  for (let i = 0; i < r; i++) chosen.values[i * (r + 1)]! -= shift;
  try {
    await linearAlgebra.choleskyAsync(chosen, signal);
    return true;
  } catch (cause) {
    // not positive definite: an answer, as any other error is none
    if (isTangentError(cause) && cause.code === 'TRIAL_FAILED') return false;
    throw cause;
  }
}

/** Singular values above the error of J and that of the decomposition. */
async function singularValuesAbove(
  model: Mlp,
  theta: Float64Array,
  x: Float64Array,
  n: number,
  error: number,
  { linearAlgebra, signal }: { readonly linearAlgebra: LinearAlgebra; readonly signal?: AbortSignal },
): Promise<number> {
  const j = jacobian(model, theta, x, n);
  const sigma = (await linearAlgebra.singularValuesAsync?.(j, signal)) ?? linearAlgebra.singularValues(j);
  const decomposition = 10 * Math.max(j.rows, j.cols) * Number.EPSILON * (sigma[0] ?? 0);
  return sigma.filter((value) => value > error + decomposition).length;
}

/** The Jacobian of these rows alone, in factored form: each counts as a sample with one output. */
function chosenRows(
  tangents: readonly LayerTangents[],
  k: number,
  pivots: readonly number[],
): readonly LayerTangents[] {
  const gathered = (values: Float64Array, cols: number, rowOf: (pivot: number) => number) => {
    const rows = new Float64Array(pivots.length * cols);
    for (const [place, pivot] of pivots.entries()) {
      const from = rowOf(pivot) * cols;
      rows.set(values.subarray(from, from + cols), place * cols);
    }
    return rows;
  };
  return tangents.map(({ layer, h, bias, delta }) => ({
    layer,
    h: gathered(h, layer.inputs, (pivot) => Math.floor(pivot / k)),
    bias,
    delta: gathered(delta, layer.outputs, (pivot) => pivot),
  }));
}

/**
 * Samples whose outputs move independently of each other: row by row the one that is furthest from those chosen before.
 *
 * *Shapes*: entries are rows i k + c of J, in the order of the choice. *Cost*: that of `tangentCholesky`.
 */
export async function independentRows(
  model: Mlp,
  theta: Float64Array,
  x: Float64Array,
  n: number,
  options: { readonly linearAlgebra: LinearAlgebra; readonly signal?: AbortSignal },
): Promise<readonly { readonly sample: number; readonly output: number }[]> {
  const k = model.widths.at(-1)!;
  const tangents = layerTangents(model, theta, x, n);
  if (Math.min(rowsOf(tangents), parametersOf(tangents)) === 0) return [];
  const { pivots } = await tangentCholesky(tangents, k, options);
  return pivots.map((row) => ({ sample: Math.floor(row / k), output: row % k }));
}
