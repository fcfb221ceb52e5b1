/**
 * The covariance matrix adaptation evolution strategy on the unit cube: a normal distribution that moves towards the
 * better half of each generation, and takes the shape of the steps that paid.
 *
 * Knows nothing of searches and slots; `cma-search.ts` feeds it with generations.
 */
import { LearningRates } from './learning-rates.js';
import { type SymmetricEigen, symmetricEigen } from './symmetric-eigen.js';

const { exp, floor, log, max, min, sqrt } = Math; // looked up once: a sandbox makes every look-up of a global expensive
const TINY = 1e-300;

/** The constants that follow from n dimensions and lambda points a generation. *Source*: Hansen (2016), table 1. */
interface Constants {
  readonly weights: Float64Array; // lambda
  readonly mu: number;
  readonly muEff: number;
  readonly c1: number;
  readonly cMu: number;
  readonly cSigma: number;
  readonly dSigma: number;
  readonly cC: number;
  readonly chiN: number;
}

/** One strategy from its start to its end. n dimensions, lambda points a generation, C is n x n. */
export class Cma {
  readonly n: number;
  readonly lambda: number;
  readonly mean: Float64Array; // n
  sigma: number;
  generation = 0;
  /** The covariance of the steps over sigma^2. */
  c: Float64Array; // n x n
  readonly #k: Constants;
  readonly #pSigma: Float64Array; // n
  readonly #pC: Float64Array; // n
  readonly #rates: LearningRates | undefined;
  #eigen: SymmetricEigen;

  constructor(mean: ArrayLike<number>, sigma: number, lambda: number, adaptRates: boolean) {
    this.n = mean.length;
    this.lambda = lambda;
    this.mean = Float64Array.from(mean);
    this.sigma = sigma;
    this.c = new Float64Array(this.n * this.n);
    for (let i = 0; i < this.n; i++) this.c[i * this.n + i] = 1;
    this.#k = constantsOf(this.n, lambda);
    this.#pSigma = new Float64Array(this.n);
    this.#pC = new Float64Array(this.n);
    this.#rates = adaptRates ? new LearningRates(this.n) : undefined;
    this.#eigen = symmetricEigen(this.c, this.n);
  }

  /** The points of a generation unless said otherwise. */
  static lambdaOf(n: number): number {
    return 4 + floor(3 * log(n));
  }

  /** A draw from the distribution. */
  sample(normal: () => number): Float64Array {
    const { n, mean, sigma } = this;
    const { values, vectors } = this.#eigen;
    const z = Float64Array.from({ length: n }, (_, j) => normal() * sqrt(max(TINY, values[j]!)));
    return Float64Array.from(mean, (m, i) => {
      let step = 0;
      for (let j = 0; j < n; j++) step += vectors[i * n + j]! * z[j]!;
      return m + sigma * step;
    });
  }

  /** Standard deviation along coordinate i. */
  deviation(i: number): number {
    return this.sigma * sqrt(max(0, this.c[i * this.n + i]!));
  }

  /** The widest standard deviation along any direction, and the ratio of the widest to the narrowest. */
  spread(): { readonly widest: number; readonly condition: number } {
    const { values } = this.#eigen;
    const [most, least] = [max(...values), min(...values)];
    return { widest: this.sigma * sqrt(max(0, most)), condition: most / max(TINY, least) };
  }

  /** Takes in a generation: `lambda` points, the best first. */
  tell(points: readonly ArrayLike<number>[]): void {
    const { n, mean, sigma } = this;
    const { weights, mu, muEff, c1, cMu, cSigma, dSigma, cC, chiN } = this.#k;
    const before = this.#rates === undefined ? undefined : { mean: mean.slice(), sigma, c: this.c.slice() };
    this.generation++;
    const steps = points.map((point) => Float64Array.from(mean, (m, i) => (point[i]! - m) / sigma)); // lambda x n
    const step = new Float64Array(n); // of the mean, over sigma
    for (let k = 0; k < mu; k++) for (let i = 0; i < n; i++) step[i]! += weights[k]! * steps[k]![i]!;
    for (let i = 0; i < n; i++) mean[i]! += sigma * step[i]!;

    const white = this.#whitened(step);
    const paths = this.#pSigma;
    for (let i = 0; i < n; i++) paths[i] = (1 - cSigma) * paths[i]! + sqrt(cSigma * (2 - cSigma) * muEff) * white[i]!;
    const length = norm(paths);
    this.sigma = min(1e32, sigma * exp((cSigma / dSigma) * (length / chiN - 1)));

    const started = sqrt(1 - (1 - cSigma) ** (2 * (this.generation + 1)));
    const h = length / started < (1.4 + 2 / (n + 1)) * chiN ? 1 : 0;
    const pC = this.#pC;
    for (let i = 0; i < n; i++) pC[i] = (1 - cC) * pC[i]! + h * sqrt(cC * (2 - cC) * muEff) * step[i]!;

    // the steps that did not pay count against their directions, each as if it had the length of an average one
    const signed = weights.map((w, k) => (w >= 0 ? w : (w * n) / (norm(this.#whitened(steps[k]!)) ** 2 + 1e-8)));
    const sum = weights.reduce((total, w) => total + w, 0);
    const keep = 1 + c1 * (1 - h) * cC * (2 - cC) - c1 - cMu * sum;
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) {
        let rankMu = 0;
        for (let k = 0; k < signed.length; k++) rankMu += signed[k]! * steps[k]![i]! * steps[k]![j]!;
        const value = keep * this.c[i * n + j]! + c1 * pC[i]! * pC[j]! + cMu * rankMu;
        this.c[i * n + j] = value;
        this.c[j * n + i] = value;
      }
    if (before !== undefined) this.#rates!.adapt(this, before, (matrix) => this.#whitenedBoth(matrix));
    this.#eigen = symmetricEigen(this.c, n);
  }

  /** C^(-1/2) times a vector, by the eigensystem before the update. */
  #whitened(vector: ArrayLike<number>): Float64Array {
    const { n } = this;
    const { values, vectors } = this.#eigen;
    const result = new Float64Array(n);
    for (let j = 0; j < n; j++) {
      let along = 0;
      for (let i = 0; i < n; i++) along += vectors[i * n + j]! * vector[i]!;
      along /= sqrt(max(TINY, values[j]!));
      for (let i = 0; i < n; i++) result[i]! += vectors[i * n + j]! * along;
    }
    return result;
  }

  /** C^(-1/2) M C^(-1/2) of a symmetric matrix. */
  #whitenedBoth(matrix: Float64Array): Float64Array {
    const { n } = this;
    const half = new Float64Array(n * n); // (C^(-1/2) M)', row by row
    for (let j = 0; j < n; j++) half.set(this.#whitened(matrix.subarray(j * n, j * n + n)), j * n);
    const result = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      const column = Float64Array.from({ length: n }, (_, j) => half[j * n + i]!);
      result.set(this.#whitened(column), i * n);
    }
    return result;
  }
}

/** The Euclidean length. */
export function norm(vector: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i]! * vector[i]!;
  return sqrt(sum);
}

function constantsOf(n: number, lambda: number): Constants {
  const mu = floor(lambda / 2);
  const raw = Float64Array.from({ length: lambda }, (_, k) => log((lambda + 1) / 2) - log(k + 1));
  const effective = (from: number, to: number) => {
    let [sum, squares] = [0, 0];
    for (let k = from; k < to; k++) {
      sum += raw[k]!;
      squares += raw[k]! ** 2;
    }
    return sum ** 2 / squares;
  };
  const [muEff, muEffMinus] = [effective(0, mu), effective(mu, lambda)];
  const c1 = 2 / ((n + 1.3) ** 2 + muEff);
  const cMu = min(1 - c1 - 1e-8, (2 * (muEff - 2 + 1 / muEff)) / ((n + 2) ** 2 + muEff));
  const positive = raw.reduce((sum, w) => sum + max(0, w), 0);
  const negative = raw.reduce((sum, w) => sum + max(0, -w), 0);
  const alpha = min(1 + c1 / cMu, 1 + (2 * muEffMinus) / (muEff + 2), (1 - c1 - cMu) / (n * cMu));
  const cSigma = (muEff + 2) / (n + muEff + 5);
  return {
    weights: raw.map((w) => (w >= 0 ? w / positive : (alpha * w) / negative)),
    mu,
    muEff,
    c1,
    cMu,
    cSigma,
    dSigma: 1 + 2 * max(0, sqrt((muEff - 1) / (n + 1)) - 1) + cSigma,
    cC: (4 + muEff / n) / (n + 4 + (2 * muEff) / n),
    chiN: sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  };
}
