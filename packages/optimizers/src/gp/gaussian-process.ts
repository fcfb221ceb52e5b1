/**
 * A Gaussian process with known hyperparameters: what is expected, and how surely, at any point. Points can be appended
 * one by one without factorising again, and taken off again.
 */
import type { DenseMatrix, LinearAlgebra } from '@tangentlab/tensor';
import type { Hyperparameters } from './hyperparameters.js';
import { InverseFactor } from './inverse-factor.js';
import { jitteredCholesky } from './jittered-cholesky.js';
import { matern52, matern52WithSlopes } from './matern.js';

// n points, m other points, w features each; K n x n with the noise; alpha = K^-1 y

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

/** Fewer points than this are looked at one by one. */
const FEW = 16;

/** The process. */
export class GaussianProcess {
  readonly hyperparameters: Hyperparameters;
  readonly #algebra: LinearAlgebra;
  readonly #width: number;
  /** One per feature: 1 / lengthscale. */
  readonly #scales: Float64Array;
  /** Scaled features, point after point, with room for more. */
  #points: Float64Array;
  readonly #inverse: InverseFactor;
  #alpha = new Float64Array(0);

  /**
   * @param features n x width, row-major.
   * @param leafOf The leaf of each feature.
   *
   * *Cost*: some n^3 multiplications. *Throws* as `jitteredCholesky` does.
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
    this.#points = this.#scaled(features, points);
    const { signal, noise } = hyperparameters;
    const values = new Float64Array(points * points);
    for (let i = 0; i < points; i++) {
      this.#covariances(this.#points, i, values.subarray(i * points, i * points + i));
      values[i * points + i] = signal + noise;
    }
    this.#inverse = new InverseFactor(algebra, { rows: points, cols: points, values });
  }

  /** How many points there are. */
  get size(): number {
    return this.#inverse.size;
  }

  /** What had to be added to the diagonal beside the noise. */
  get jitter(): number {
    return this.#inverse.jitter;
  }

  /** Appends a point. *Cost*: O(n^2). */
  append(features: Float64Array): void {
    const point = this.#scaled(features, 1);
    const at = this.size * this.#width;
    const across = new Float64Array(this.size);
    this.#covariances(point, 0, across);
    if (this.#points.length < at + this.#width) {
      const wider = new Float64Array(2 * (at + this.#width));
      wider.set(this.#points);
      this.#points = wider;
    }
    this.#points.set(point, at);
    const { signal, noise } = this.hyperparameters;
    this.#inverse.append(across, signal + noise, 0.5 * noise); // at least the noise is left, but for rounding
  }

  /** Takes the last points off. */
  truncate(size: number): void {
    this.#inverse.truncate(size);
  }

  /** Takes the values at the points; those of points beyond them are as expected, and change no mean. *Cost*: O(n^2). */
  observe(values: ArrayLike<number>): void {
    this.#alpha = new Float64Array(values.length);
    this.#inverse.solve(values, this.#alpha, values.length);
  }

  /** What is expected at m points. *Cost*: O(m n (w + n)). */
  at(features: Float64Array, m: number): Beliefs {
    const points = this.#scaled(features, m);
    const across = this.#across(points, m);
    const means = new Float64Array(m);
    this.#alpha.forEach((alpha, i) => {
      for (let k = 0, at = i * m; k < m; k++, at++) means[k]! += across.values[at]! * alpha;
    });
    const known = m < FEW ? this.#knownOfFew(across) : this.#knownOfMany(across);
    const { signal } = this.hyperparameters;
    const deviations = known.map((value) => max(LEAST_DEVIATION, sqrt(max(0, signal - value))));
    return { means, deviations };
  }

  /** The covariances of the function's values at m points, given the observations: m x m, row-major. *Cost*: O(m n (n + m)). */
  covarianceAt(features: Float64Array, m: number): Float64Array {
    const points = this.#scaled(features, m);
    const solved = this.#inverse.times(this.#across(points, m));
    const known = this.#algebra.syrk(solved, { trans: true }).values;
    const { signal } = this.hyperparameters;
    return known.map((value, at) => {
      const [k, l] = [Math.floor(at / m), at % m];
      return signal * matern52(squaredDistance(points, k, points, l, this.#width)) - value;
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
    const own = new Float64Array(n);
    return Float64Array.from({ length: this.size - n }, (_, k) => {
      this.#covariances(this.#points, n + k, own);
      return own.reduce((mean, covariance, i) => mean + covariance * this.#alpha[i]!, 0);
    });
  }

  /** What is expected at one point, and which way it changes. *Cost*: O(n (w + n)). */
  near(features: Float64Array): Belief {
    const n = this.size;
    const w = this.#width;
    const point = this.#scaled(features, 1);
    const { signal } = this.hyperparameters;
    const points = this.#points;
    const scales = this.#scales;
    const covariances = new Float64Array(n);
    for (let i = 0; i < n; i++) covariances[i] = squaredDistance(point, 0, points, i, w);
    const slopes = new Float64Array(n); // of the covariances along the squared distances
    matern52WithSlopes(covariances, signal, slopes);
    const solved = new Float64Array(n); // K^-1 k
    const deviation = max(LEAST_DEVIATION, sqrt(max(0, signal - this.#inverse.solve(covariances, solved))));
    let mean = 0;
    const meanSlopes = new Float64Array(w);
    const deviationSlopes = new Float64Array(w);
    for (let i = 0, at = 0; i < n; i++) {
      const alpha = this.#alpha[i] ?? 0;
      mean += covariances[i]! * alpha;
      // d k_i / d x_f = signal slope 2 (x_f - x_if) / lengthscale; d deviation = -k' K^-1 dk / deviation
      const slope = 2 * slopes[i]!;
      const byMean = slope * alpha;
      const byDeviation = (-slope * solved[i]!) / deviation;
      for (let f = 0; f < w; f++, at++) {
        const off = (point[f]! - points[at]!) * scales[f]!;
        meanSlopes[f]! += byMean * off;
        deviationSlopes[f]! += byDeviation * off;
      }
    }
    return { mean, deviation, meanSlopes, deviationSlopes };
  }

  #scaled(features: Float64Array, count: number): Float64Array {
    const w = this.#width;
    const points = new Float64Array(count * w);
    for (let k = 0, at = 0; k < count; k++) {
      for (let f = 0; f < w; f++, at++) points[at] = features[at]! * this.#scales[f]!;
    }
    return points;
  }

  /** The covariances of one of some scaled points with the first points of the process, as many as there is room for. */
  #covariances(points: Float64Array, k: number, out: Float64Array): void {
    const { signal } = this.hyperparameters;
    const w = this.#width;
    const own = this.#points;
    for (let i = 0; i < out.length; i++) out[i] = signal * matern52(squaredDistance(points, k, own, i, w));
  }

  /** The covariances of the process's points with m others: n x m. */
  #across(points: Float64Array, m: number): DenseMatrix {
    const n = this.size;
    const w = this.#width;
    const { signal } = this.hyperparameters;
    const own = this.#points;
    const values = new Float64Array(n * m);
    for (let i = 0, at = 0; i < n; i++) {
      for (let k = 0; k < m; k++, at++) values[at] = signal * matern52(squaredDistance(points, k, own, i, w));
    }
    return { rows: n, cols: m, values };
  }

  /** How much of the variance at each of m points the observations explain: a pass through the inverse for each. */
  #knownOfFew({ rows: n, cols: m, values }: DenseMatrix): Float64Array {
    const own = new Float64Array(n);
    const solved = new Float64Array(n);
    return Float64Array.from({ length: m }, (_, k) => {
      for (let i = 0; i < n; i++) own[i] = values[i * m + k]!;
      return this.#inverse.solve(own, solved);
    });
  }

  /** The same for all points together: worth a copy of the inverse. */
  #knownOfMany(across: DenseMatrix): Float64Array {
    const { rows: n, cols: m, values } = this.#inverse.times(across);
    const known = new Float64Array(m);
    for (let i = 0, at = 0; i < n; i++) for (let k = 0; k < m; k++, at++) known[k]! += values[at]! * values[at]!;
    return known;
  }
}

function squaredDistance(a: Float64Array, i: number, b: Float64Array, j: number, width: number): number {
  let sum = 0;
  for (let f = 0, p = i * width, q = j * width; f < width; f++, p++, q++) {
    const off = a[p]! - b[q]!;
    sum += off * off;
  }
  return sum;
}
