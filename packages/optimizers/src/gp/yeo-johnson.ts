/**
 * Yeo and Johnson's power transform: bends a scale so that skewed values look more like normal ones.
 */

const { abs, expm1, log, log1p } = Math; // looked up once: a sandbox makes every look-up of a global expensive

const GOLDEN = (Math.sqrt(5) - 1) / 2;
/** The exponent is found to this. */
const PRECISION = 1e-4;
/** What the inverse gives beyond the end of the transform's range. */
const BEYOND = 1e12;

/**
 * The transform; the identity at exponent 1, a logarithm of the positive side at 0.
 *
 * *Source*: Yeo and Johnson (2000).
 */
export function yeoJohnson(z: number, exponent: number): number {
  return z >= 0 ? boxCox(z, exponent) : -boxCox(-z, 2 - exponent);
}

/** The inverse of `yeoJohnson`; 1e12 or -1e12 for what is beyond its range. */
export function yeoJohnsonInverse(w: number, exponent: number): number {
  return w >= 0 ? boxCoxInverse(w, exponent) : -boxCoxInverse(-w, 2 - exponent);
}

/**
 * The exponent in [low, high] under which the bent values are most likely a normal sample; by golden sections.
 *
 * *Cost*: some 20 passes over the values.
 */
export function likeliestExponent(values: readonly number[], low: number, high: number): number {
  const jacobian = values.reduce((sum, z) => sum + (z >= 0 ? 1 : -1) * log1p(abs(z)), 0);
  const cost = (exponent: number) => {
    const bent = values.map((z) => yeoJohnson(z, exponent));
    const mean = bent.reduce((sum, z) => sum + z, 0) / bent.length;
    const variance = bent.reduce((sum, z) => sum + (z - mean) ** 2, 0) / bent.length;
    return variance > 0 ? 0.5 * bent.length * log(variance) - (exponent - 1) * jacobian : 0;
  };
  let [from, to] = [low, high];
  let [a, b] = [to - GOLDEN * (to - from), from + GOLDEN * (to - from)];
  let [costA, costB] = [cost(a), cost(b)];
  while (to - from > PRECISION) {
    if (costA < costB) {
      [to, b, costB] = [b, a, costA];
      a = to - GOLDEN * (to - from);
      costA = cost(a);
    } else {
      [from, a, costA] = [a, b, costB];
      b = from + GOLDEN * (to - from);
      costB = cost(b);
    }
  }
  return 0.5 * (from + to);
}

/** ((1 + z)^p - 1) / p, or log(1 + z). */
function boxCox(z: number, p: number): number {
  return abs(p) < 1e-9 ? log1p(z) : expm1(p * log1p(z)) / p;
}

function boxCoxInverse(w: number, p: number): number {
  if (abs(p) < 1e-9) return Math.min(BEYOND, expm1(w));
  return p * w <= -1 ? BEYOND : Math.min(BEYOND, expm1(log1p(p * w) / p));
}
