/**
 * A Gaussian process with known hyperparameters: what is expected, and how surely, at any point. Points can be appended
 * one by one without factorising again, and taken off again.
 */
import type { LinearAlgebra } from '@tangentlab/tensor';
import type { Hyperparameters } from './hyperparameters.js';
import { jitteredCholesky } from './jittered-cholesky.js';
import { logMatern52Slope, matern52 } from './matern.js';

// n points, m other points, w features each; K = L L'; alpha = K^-1 y

const { max, sqrt } = Math; // looked up once: a sandbox makes every look-up of a global expensive

/** Mean and standard deviation of the function, noise aside, at some points. */
export interface Beliefs {
  readonly means: Float64Array;
  readonly deviations: Float64Array;
}

/** Mean and standard deviation at one point, with their slopes along its features. */
export interface Belief {
  readonly mean: number;
  readonly deviation: number;
  readonly meanSlopes: Float64Array;
  readonly deviationSlopes: Float64Array;
}

/** No deviation is smaller: a quotient by it stays finite. */
const LEAST_DEVIATION = 1e-9;

/** The process. */
export class GaussianProcess {
  readonly hyperparameters: Hyperparameters;
  /** What had to be added to the diagonal beside the noise. */
  readonly jitter: number;
  readonly #algebra: LinearAlgebra;
  readonly #width: number;
  /** One per feature: 1 / lengthscale. */
  readonly #scales: Float64Array;
  /** Scaled features, point after point. */
  readonly #points: Float64Array[] = [];
  /** The rows of L: row i has i + 1 entries. */
  readonly #rows: Float64Array[] = [];
  #alpha = new Float64Array(0);

  /**
   * @param features n x width, row-major.
   * @param leafOf The leaf of each feature.
   *
   * *Cost*: n^3 / 3 multiplications. *Throws* as `jitteredCholesky` does.
   */
  constructor(
    algebra: LinearAlgebra,
    hyperparameters: Hyperparameters,
    leafOf: Int32Array,
    features: Float64Array,
    points: number,
  ) {
    this.hyperparameters = hyperparameters;
    this.#algebra = algebra;
    this.#width = leafOf.length;
    this.#scales = Float64Array.from(leafOf, (leaf) => 1 / hyperparameters.lengthscales[leaf]!);
    for (let i = 0; i < points; i++) this.#points.push(this.#scaled(features, i * this.#width));
    const { signal, noise } = hyperparameters;
    const values = new Float64Array(points * points);
    for (let i = 0; i < points; i++) {
      for (let j = 0; j < i; j++) values[i * points + j] = signal * matern52(this.#squared(this.#points[i]!, j));
      values[i * points + i] = signal + noise;
    }
    const { factor, jitter } = jitteredCholesky(algebra, { rows: points, cols: points, values });
    this.jitter = jitter;
    for (let i = 0; i < points; i++) this.#rows.push(factor.values.slice(i * points, i * points + i + 1));
  }

  /** How many points there are. */
  get size(): number {
    return this.#rows.length;
  }

  /** Appends a point. *Cost*: O(n^2). */
  append(features: Float64Array): void {
    const point = this.#scaled(features, 0);
    const row = new Float64Array(this.size + 1);
    this.#covariances(point, row);
    const { signal, noise } = this.hyperparameters;
    const left = signal + noise + this.jitter - this.#solveLower(row, this.size);
    row[this.size] = sqrt(max(left, 0.5 * noise)); // at least the noise is left, but for rounding
    this.#points.push(point);
    this.#rows.push(row);
  }

  /** Takes the last points off. */
  truncate(size: number): void {
    this.#points.length = size;
    this.#rows.length = size;
  }

  /** Takes the values at the points; those of points beyond them are as expected, and change no mean. *Cost*: O(n^2). */
  observe(values: ArrayLike<number>): void {
    const { length: n } = values;
    this.#alpha = Float64Array.from(values);
    this.#solveLower(this.#alpha, n);
    this.#solveUpper(this.#alpha, n);
  }

  /** What is expected at m points. *Cost*: O(m n (w + n / 2)). */
  at(features: Float64Array, m: number): Beliefs {
    const n = this.size;
    const means = new Float64Array(m);
    const deviations = new Float64Array(m);
    const across = new Float64Array(n * m); // n x m
    const own = new Float64Array(n);
    for (let k = 0; k < m; k++) {
      this.#covariances(this.#scaled(features, k * this.#width), own);
      let mean = 0;
      for (let i = 0; i < this.#alpha.length; i++) mean += own[i]! * this.#alpha[i]!;
      means[k] = mean;
      for (let i = 0; i < n; i++) across[i * m + k] = own[i]!;
    }
    const solved = this.#algebra.solveTriangular(this.#dense(), { rows: n, cols: m, values: across }).values;
    const known = new Float64Array(m);
    for (let i = 0; i < n; i++) for (let k = 0; k < m; k++) known[k]! += solved[i * m + k]! ** 2;
    for (let k = 0; k < m; k++)
      deviations[k] = max(LEAST_DEVIATION, sqrt(max(0, this.hyperparameters.signal - known[k]!)));
    return { means, deviations };
  }

  /** The covariances of the function's values at m points, given the observations: m x m, row-major. *Cost*: O(m n (n + m)). */
  covarianceAt(features: Float64Array, m: number): Float64Array {
    const n = this.size;
    const points = Array.from({ length: m }, (_, k) => this.#scaled(features, k * this.#width));
    const across = new Float64Array(n * m);
    const own = new Float64Array(n);
    points.forEach((point, k) => {
      this.#covariances(point, own);
      for (let i = 0; i < n; i++) across[i * m + k] = own[i]!;
    });
    const solved = this.#algebra.solveTriangular(this.#dense(), { rows: n, cols: m, values: across });
    const known = this.#algebra.syrk(solved, { trans: true }).values;
    const { signal } = this.hyperparameters;
    return known.map((value, at) => {
      const [k, l] = [Math.floor(at / m), at % m];
      return signal * matern52(squaredDistance(points[k]!, points[l]!)) - value;
    });
  }

  /** The function's values at m points, drawn together. *Cost*: that of their covariances, and m^3 / 3. */
  drawAt(features: Float64Array, m: number, normal: () => number): Float64Array {
    const { means } = this.at(features, m);
    const values = this.covarianceAt(features, m);
    const { factor } = jitteredCholesky(this.#algebra, { rows: m, cols: m, values });
    const chance = Float64Array.from({ length: m }, normal);
    return means.map((mean, k) => {
      let value = mean;
      for (let l = 0; l <= k; l++) value += factor.values[k * m + l]! * chance[l]!;
      return value;
    });
  }

  /** What is expected at the points themselves, noise aside, given the values observed there. */
  meansAt(values: ArrayLike<number>): Float64Array {
    const extra = this.hyperparameters.noise + this.jitter;
    return this.#alpha.map((alpha, i) => values[i]! - extra * alpha);
  }

  /** What is expected at the last points, those without values. *Cost*: O(n w) each. */
  believedMeans(): Float64Array {
    const { length: n } = this.#alpha;
    const own = new Float64Array(this.size);
    return Float64Array.from(this.#points.slice(n), (point) => {
      this.#covariances(point, own);
      let mean = 0;
      for (let i = 0; i < n; i++) mean += own[i]! * this.#alpha[i]!;
      return mean;
    });
  }

  /** What is expected at one point, and which way it changes. *Cost*: O(n (w + n)). */
  near(features: Float64Array): Belief {
    const n = this.size;
    const w = this.#width;
    const point = this.#scaled(features, 0);
    const { signal } = this.hyperparameters;
    const covariances = new Float64Array(n);
    const slopes = new Float64Array(n); // of the covariances along the squared distances
    for (let i = 0; i < n; i++) {
      const squared = this.#squared(point, i);
      const covariance = signal * matern52(squared);
      covariances[i] = covariance;
      slopes[i] = covariance * logMatern52Slope(squared);
    }
    const solved = Float64Array.from(covariances);
    const known = this.#solveLower(solved, n);
    this.#solveUpper(solved, n); // K^-1 k
    const deviation = max(LEAST_DEVIATION, sqrt(max(0, signal - known)));
    let mean = 0;
    const meanSlopes = new Float64Array(w);
    const deviationSlopes = new Float64Array(w);
    for (let i = 0; i < n; i++) {
      const alpha = this.#alpha[i] ?? 0;
      mean += covariances[i]! * alpha;
      // d k_i / d x_f = signal slope 2 (x_f - x_if) / lengthscale; d deviation = -k' K^-1 dk / deviation
      const slope = 2 * slopes[i]!;
      const there = this.#points[i]!;
      const [byMean, byDeviation] = [slope * alpha, (-slope * solved[i]!) / deviation];
      for (let f = 0; f < w; f++) {
        const off = (point[f]! - there[f]!) * this.#scales[f]!;
        meanSlopes[f]! += byMean * off;
        deviationSlopes[f]! += byDeviation * off;
      }
    }
    return { mean, deviation, meanSlopes, deviationSlopes };
  }

  #scaled(features: Float64Array, at: number): Float64Array {
    return this.#scales.map((scale, f) => scale * features[at + f]!);
  }

  #squared(point: Float64Array, i: number): number {
    return squaredDistance(point, this.#points[i]!);
  }

  #covariances(point: Float64Array, out: Float64Array): void {
    const { signal } = this.hyperparameters;
    for (let i = 0; i < this.size; i++) out[i] = signal * matern52(this.#squared(point, i));
  }

  /** L^-1 b in place of the first n entries of b; returns the sum of their squares. */
  #solveLower(b: Float64Array, n: number): number {
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const row = this.#rows[i]!;
      // two sums side by side: an addition need not wait for the one before
      let even = 0;
      let odd = 0;
      const pairs = i - (i % 2);
      for (let j = 0; j < pairs; j += 2) {
        even += row[j]! * b[j]!;
        odd += row[j + 1]! * b[j + 1]!;
      }
      if (pairs < i) even += row[pairs]! * b[pairs]!;
      const value = (b[i]! - (even + odd)) / row[i]!;
      b[i] = value;
      squares += value * value;
    }
    return squares;
  }

  /** L'^-1 b in place of the first n entries of b. */
  #solveUpper(b: Float64Array, n: number): void {
    for (let i = n - 1; i >= 0; i--) {
      const row = this.#rows[i]!;
      const value = b[i]! / row[i]!;
      b[i] = value;
      for (let j = 0; j < i; j++) b[j]! -= row[j]! * value;
    }
  }

  #dense() {
    const n = this.size;
    const values = new Float64Array(n * n);
    this.#rows.forEach((row, i) => {
      values.set(row, i * n);
    });
    return { rows: n, cols: n, values };
  }
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let f = 0; f < a.length; f++) {
    const off = a[f]! - b[f]!;
    sum += off * off;
  }
  return sum;
}
