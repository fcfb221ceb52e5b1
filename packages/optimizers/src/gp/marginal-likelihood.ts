/**
 * How likely values are under a Gaussian process, as a function of its hyperparameters, with its slopes.
 */
import type { DenseMatrix, LinearAlgebra } from '@tangentlab/tensor';
import { jitteredCholesky } from './jittered-cholesky.js';
import { matern52WithSlopes } from './matern.js';

// n values, d leaves, p = n (n - 1) / 2 pairs of them; K n x n

const { exp, log, PI } = Math; // looked up once: a sandbox makes every look-up of a global expensive

/** Squared distances of all pairs of points, leaf by leaf: pair (i, j), j < i, is number i (i - 1) / 2 + j. */
export interface PairDistances {
  readonly points: number;
  readonly byLeaf: readonly Float64Array[];
}

/**
 * The distances of these points.
 *
 * *Cost*: O(n^2 width), memory 8 n^2 d / 2 bytes.
 *
 * @param features points x width, row-major; of no width where no leaf has two values.
 * @param leafOf The leaf of each feature.
 */
export function pairDistances(
  features: Float64Array,
  points: number,
  leafOf: Int32Array,
  leaves: number,
): PairDistances {
  const width = leafOf.length;
  const byLeaf = Array.from({ length: leaves }, () => new Float64Array((points * (points - 1)) / 2));
  for (let f = 0; f < width; f++) {
    const own = byLeaf[leafOf[f]!]!;
    for (let i = 1, pair = 0; i < points; i++) {
      const at = features[i * width + f]!;
      for (let j = 0; j < i; j++, pair++) {
        const off = at - features[j * width + f]!;
        own[pair]! += off * off;
      }
    }
  }
  return { points, byLeaf };
}

/**
 * The negative logarithm of the likelihood of `values` at the hyperparameters' logarithms `theta` (lengthscales, signal,
 * noise). Its slopes are added to `slopes`.
 *
 * *Cost*: n^3 multiplications and O(n^2 d). *Throws* as `jitteredCholesky` does. *Source*: Rasmussen and Williams (2006),
 * equations 5.8 and 5.9.
 */
export function likelihoodCost(
  algebra: LinearAlgebra,
  { byLeaf }: PairDistances,
  values: Float64Array,
  theta: ArrayLike<number>,
  slopes: Float64Array,
): number {
  const n = values.length;
  const leaves = byLeaf.length;
  const pairs = (n * (n - 1)) / 2;
  const signal = exp(theta[leaves]!);
  const noise = exp(theta[leaves + 1]!);
  const covariances = new Float64Array(pairs); // first the squared distances
  const weights = Float64Array.from({ length: leaves }, (_, j) => exp(-2 * theta[j]!));
  for (let j = 0; j < leaves; j++) {
    const own = byLeaf[j]!;
    const weight = weights[j]!;
    for (let pair = 0; pair < pairs; pair++) covariances[pair]! += weight * own[pair]!;
  }
  const bySquare = new Float64Array(pairs); // slopes along the squared distances
  matern52WithSlopes(covariances, signal, bySquare);
  const kernel = new Float64Array(n * n); // only the lower triangle
  for (let i = 0, pair = 0; i < n; i++) {
    for (let j = 0; j < i; j++, pair++) kernel[i * n + j] = covariances[pair]!;
    kernel[i * n + i] = signal + noise;
  }
  const { factor } = jitteredCholesky(algebra, { rows: n, cols: n, values: kernel });
  const inverse = algebra.solveTriangular(factor, identity(n)); // L^-1, n x n
  const precision = algebra.syrk(inverse, { trans: true }).values; // K^-1, n x n
  const alpha = new Float64Array(n);
  let cost = 0.5 * n * log(2 * PI);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += precision[i * n + j]! * values[j]!;
    alpha[i] = sum;
    cost += 0.5 * sum * values[i]! + log(factor.values[i * n + i]!);
  }

  // d cost / d K = (K^-1 - alpha alpha') / 2; a pair stands for two entries
  let trace = 0;
  let covariance = 0;
  for (let i = 0, pair = 0; i < n; i++) {
    const own = precision[i * n + i]! - alpha[i]! * alpha[i]!;
    trace += own;
    for (let j = 0; j < i; j++, pair++) {
      const both = precision[i * n + j]! - alpha[i]! * alpha[j]!;
      covariance += both * covariances[pair]!;
      bySquare[pair]! *= both;
    }
  }
  for (let j = 0; j < leaves; j++) {
    const own = byLeaf[j]!;
    let sum = 0;
    for (let pair = 0; pair < pairs; pair++) sum += bySquare[pair]! * own[pair]!;
    slopes[j]! -= 2 * weights[j]! * sum;
  }
  slopes[leaves]! += covariance + 0.5 * trace * signal;
  slopes[leaves + 1]! += 0.5 * trace * noise;
  return cost;
}

function identity(n: number): DenseMatrix {
  const values = new Float64Array(n * n);
  for (let i = 0; i < n; i++) values[i * n + i] = 1;
  return { rows: n, cols: n, values };
}
