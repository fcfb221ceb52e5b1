/**
 * The kernels of infinitely wide perceptrons: NNGP, the covariance of outputs at initialisation, and NTK, the kernel that
 * gradient descent follows.
 */
// n x d and m x d samples; kernels are n x m
import { nextTurn, ShapeError, TrialError } from '@tangentlab/core';
import { activationOf, checkFinite, type DenseMatrix } from '@tangentlab/tensor';
import { dualOf } from './dual-activation.js';
import type { DualActivation, GaussianPair } from './gaussian-pair.js';
import { type WideLayer, type WideNetwork, wideLayersOf } from './wide-network.js';

/** Both kernels between two sets of samples. */
export interface AnalyticKernels {
  readonly nngp: DenseMatrix;
  readonly ntk: DenseMatrix;
}

/** Pairs between two turns of the event loop: some ms in closed form, a second by quadrature. */
const SLICE = 4096;

/**
 * NNGP and NTK between the rows of x and of y (x itself unless given).
 *
 * K1 = cw x x'/d + cb, Theta1 = K1; K' = cw E[f f'] + cb; Theta' = K' + cw E[f' f'] Theta for each hidden layer: the NTK
 * parametrisation. Of a network made by `wideNetwork`, a layer's own part of Theta' is s^2 N E[f f'] + t^2 with the scales s
 * of its weights and t of its biases: N E[f f'] + 1 in the standard parametrisation. *Shapes*: n x d and m x d in, n x m
 * out. *Cost*: depth n m duals; see `dualOf`. Gives way to the event loop. *Error*: that of the duals, carried through the
 * layers; near-duplicates cost nothing, since differences are propagated. *Throws* SHAPE_MISMATCH;
 * NUMERIC_NOT_FINITE for samples or expectations that are not; CONFIG_INVALID for a depth or a variance out of range; the
 * signal's reason when aborted. *Source*: Lee et al. (2018), Jacot et al. (2018);
 * Sohl-Dickstein et al. (2020) for the standard parametrisation; the seed document, section 12.
 */
export async function analyticKernels(
  network: WideNetwork,
  x: DenseMatrix,
  y: DenseMatrix = x,
  signal?: AbortSignal,
): Promise<AnalyticKernels> {
  const layers = wideLayersOf(network);
  checkFeatures(x, y);
  for (const samples of new Set([x, y])) checkFinite('analyticKernels', samples);
  const activation = activationOf(network.activation);
  const dual = network.dual ?? dualOf(activation);
  const [n, m] = [x.rows, y.rows];
  const [nngp, ntk] = [new Float64Array(n * m), new Float64Array(n * m)];
  const symmetric = x === y;
  let pairs = 0;
  for (let i = 0; i < n; i++) {
    for (let j = symmetric ? i : 0; j < m; j++) {
      const { covariance, tangent } = throughLayers(dotPair(x, i, y, j), dual, layers);
      if (!(Number.isFinite(covariance) && Number.isFinite(tangent))) throw notFinite(activation.name, i, j);
      nngp[i * m + j] = covariance;
      ntk[i * m + j] = tangent;
      if (symmetric) {
        nngp[j * m + i] = covariance;
        ntk[j * m + i] = tangent;
      }
      pairs++;
      if (pairs % SLICE === 0) {
        await nextTurn();
        signal?.throwIfAborted();
      }
    }
  }
  return { nngp: { rows: n, cols: m, values: nngp }, ntk: { rows: n, cols: m, values: ntk } };
}

/** The inputs as a pair, x x'/d; what its correlation lacks is taken from the difference of the normalised samples. */
function dotPair(x: DenseMatrix, i: number, y: DenseMatrix, j: number): GaussianPair {
  const d = x.cols;
  const scale = d === 0 ? 0 : 1 / d;
  let [p, q, product] = [0, 0, 0];
  for (let at = 0; at < d; at++) {
    const [u, v] = [x.values[i * d + at]!, y.values[j * d + at]!];
    p += u * u;
    q += v * v;
    product += u * v;
  }
  const [rootP, rootQ] = [Math.sqrt(p), Math.sqrt(q)];
  let loss = 1;
  if (p > 0 && q > 0) {
    loss = 0;
    for (let at = 0; at < d; at++) loss += (x.values[i * d + at]! / rootP - y.values[j * d + at]! / rootQ) ** 2 / 2;
  }
  return { a: scale * p, b: scale * q, c: scale * product, loss };
}

function throughLayers(
  inputs: GaussianPair,
  dual: DualActivation,
  layers: readonly WideLayer[],
): { readonly covariance: number; readonly tangent: number } {
  let [read, slopes, tangent] = [inputs, 0, 0]; // what the layer reads, and how it hands on the layers before it
  let pair = inputs;
  for (const [l, { cw, cb, weightShare, biasShare }] of layers.entries()) {
    if (l > 0) ({ out: read, slopes } = dual(pair));
    pair = biased(read, cw, cb);
    tangent = weightShare * read.c + biasShare + cw * slopes * tangent;
  }
  return { covariance: pair.c, tangent };
}

/** cw times the pair plus cb, the loss of correlation without cancellation. */
function biased({ a, b, c, loss }: GaussianPair, cw: number, cb: number): GaussianPair {
  const [left, right] = [cw * a + cb, cw * b + cb];
  const [scale, before] = [Math.sqrt(left * right), Math.sqrt(a * b)];
  const covariance = cw * c + cb;
  if (cb === 0) return { a: left, b: right, c: covariance, loss };
  // sqrt((cw a + cb)(cw b + cb)) - (cw sqrt(a b) + cb), by the difference of their squares
  const uneven = before === 0 ? Math.abs(a - b) : (a - b) ** 2 / (Math.sqrt(a) + Math.sqrt(b)) ** 2;
  const opened = (cw * cb * uneven) / (scale + cw * before + cb);
  return { a: left, b: right, c: covariance, loss: (cw * before * loss + opened) / scale };
}

function notFinite(activation: string, i: number, j: number): TrialError {
  return new TrialError('NUMERIC_NOT_FINITE', {
    where: 'analyticKernels',
    expected: `the expectations of ${activation} over samples ${i} and ${j} must be finite`,
    got: 'numbers that are not',
    todo: 'scale the samples down, or give its dual as `dual`',
  });
}

function checkFeatures(x: DenseMatrix, y: DenseMatrix): void {
  if (x.cols === y.cols) return;
  throw new ShapeError('SHAPE_MISMATCH', {
    where: 'analyticKernels',
    expected: `both sets must have ${x.cols} features`,
    got: String(y.cols),
    todo: 'take the same features on both sides',
  });
}
