/**
 * The normal distribution to full double precision, also far out in its tails, where probabilities underflow and only
 * their logarithms are left.
 */

// looked up once: a sandbox makes every look-up of a global expensive
const { abs, exp, expm1, log, log1p, sqrt, SQRT1_2 } = Math;
const LOG_SQRT_2_PI = 0.5 * log(2 * Math.PI);

/**
 * Chebyshev coefficients of (1 + 2x) exp(x^2) erfc(x) in t = (x - 3.75) / (x + 3.75), computed with mpmath to 40 digits
 * and cut off below 5e-17. The form: Schonfelder, Math. Comp. 32 (1978).
 */
const ERFCX = [
  1.1775789345674017, -0.004590054580646478, -0.08424913336651792, 0.05920993999819189, -0.026658668435305753,
  0.009074997670705265, -0.002413163540417608, 0.0004907758365258086, -6.916973302501207e-5, 4.13902798607301e-6,
  7.74038306619849e-7, -2.1886401049234397e-7, 1.076499946567091e-8, 4.521959811218287e-9, -7.754400208831351e-10,
  -6.318088340886684e-11, 2.86879501093067e-11, 1.9455868545777347e-13, -9.65469674843344e-13, 3.25254814814874e-14,
  3.3478119482868056e-14, -1.864562880419313e-15, -1.2507950530688648e-15, 7.418235256624044e-17, 5.068148904796111e-17,
];

/**
 * exp(x^2) erfc(x), which neither overflows nor underflows.
 *
 * *Range*: x >= 0; relative error below 1e-15. *Cost*: 25 multiplications.
 */
export function erfcx(x: number): number {
  const t = (x - 3.75) / (x + 3.75);
  let b1 = 0;
  let b2 = 0;
  for (let k = ERFCX.length - 1; k > 0; k--) [b1, b2] = [2 * t * b1 - b2 + ERFCX[k]!, b1];
  return (t * b1 - b2 + ERFCX[0]!) / (1 + 2 * x);
}

/** The probability that a standard normal number is at most `z`. */
export function ndtr(z: number): number {
  const tail = 0.5 * erfcx(abs(z) * SQRT1_2) * exp(-0.5 * z * z);
  return z < 0 ? tail : 1 - tail;
}

/**
 * The logarithm of `ndtr`.
 *
 * *Range*: all of it.
 *
 * @example
 * Number.isFinite(logNdtr(-1e9)) // => true
 */
export function logNdtr(z: number): number {
  if (z === Number.NEGATIVE_INFINITY) return z;
  return z <= 0 ? log(0.5 * erfcx(-z * SQRT1_2)) - 0.5 * z * z : log1p(-ndtr(-z));
}

/** The logarithm of the standard normal density. */
export function logNormalDensity(z: number): number {
  return -0.5 * z * z - LOG_SQRT_2_PI;
}

/**
 * The logarithm of the probability that a standard normal number is in [a, b].
 *
 * *Range*: a < b; computed in the left tail, where nothing cancels. *Source*: as SciPy's `truncnorm`.
 */
export function logNormalMass(a: number, b: number): number {
  if (b <= 0) return logDifference(logNdtr(b), logNdtr(a));
  if (a > 0) return logDifference(logNdtr(-a), logNdtr(-b));
  return log1p(-ndtr(a) - ndtr(-b));
}

/** log(exp(p) - exp(q)) for p >= q. */
function logDifference(p: number, q: number): number {
  return p + log1p(-exp(q - p));
}

/**
 * The standard normal quantile: the inverse of `ndtr`.
 *
 * *Range*: (0, 1); relative error about 1e-14. *Cost*: some six evaluations of `logNdtr`.
 *
 * @example
 * ndtri(0.5) // => 0
 */
export function ndtri(p: number): number {
  if (p === 0.5) return 0;
  if (p > 0.5) return -ndtri(1 - p);
  if (p <= 0) return Number.NEGATIVE_INFINITY;
  const y = log(p);
  // a start from the tail's leading term or the logistic curve, then Newton's method on the logarithm, which is concave
  let z = y < -5 ? -sqrt(-2 * (y + LOG_SQRT_2_PI)) : -(sqrt(3) / Math.PI) * log(expm1(-y));
  for (let i = 0; i < 50; i++) {
    const value = logNdtr(z);
    const step = (value - y) * exp(value - logNormalDensity(z));
    z -= step;
    if (abs(step) <= 1e-15 * abs(z)) break;
  }
  return z;
}

/** Standard normal numbers from uniform ones. *Source*: Marsaglia's polar method. */
export function normalStream(uniform: () => number): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    for (;;) {
      const u = 2 * uniform() - 1;
      const v = 2 * uniform() - 1;
      const s = u * u + v * v;
      if (s >= 1 || s === 0) continue;
      const scale = sqrt((-2 * log(s)) / s);
      spare = v * scale;
      return u * scale;
    }
  };
}
