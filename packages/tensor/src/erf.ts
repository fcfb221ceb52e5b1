/**
 * The error function and its complement in f64: what GELU and the erf activation are made of, and what JavaScript's Math
 * does not have. Series where its terms are all positive, a continued fraction beyond; nothing cancels in either.
 */

// looked up once: a sandbox (jest) makes every look-up of a global expensive
const { abs, exp, fround } = Math;
const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);
const ONE_OVER_ROOT_PI = 1 / Math.sqrt(Math.PI);
/** From here on the continued fraction needs fewer terms than the series. */
const FAR = 2;
/** Levels of the continued fraction: the 80th changes nothing at FAR, and less beyond. */
const LEVELS = 80;
/** Beyond it erfc is below the smallest subnormal number. */
const VANISHED = 27.3;

/**
 * erf(x) = 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x.
 *
 * *Error*: a few units in the last place. *Cost*: up to 40 multiplications and an exponential. *Source*: DLMF 7.6.2 and
 * 7.9.1.
 *
 * @example
 * erf(2) // => 0.9953222650189527
 */
export function erf(x: number): number {
  if (abs(x) < FAR) return series(x);
  return x < 0 ? tail(-x) - 1 : 1 - tail(x); // NaN takes the second way, and stays
}

/**
 * erfc(x) = 1 - erf(x), without cancellation for x of 2 and more.
 *
 * *Error*: relative, a few units in the last place for x >= 2; absolute, about 1e-16, below.
 *
 * @example
 * erfc(10) // => 2.088487583762545e-45
 */
export function erfc(x: number): number {
  if (abs(x) < FAR) return 1 - series(x);
  return x < 0 ? 2 - tail(-x) : tail(x);
}

/** 2/sqrt(pi) exp(-x^2) times the sum of 2^n x^(2n+1) / (1 3 5 ... (2n+1)). */
function series(x: number): number {
  const square = x * x;
  let term = x;
  let sum = x;
  for (let n = 1; abs(term) > abs(sum) * 1e-17; n++) {
    term *= (2 * square) / (2 * n + 1);
    sum += term;
  }
  return TWO_OVER_ROOT_PI * exp(-square) * sum;
}

/** erfc for x >= FAR: exp(-x^2)/sqrt(pi) times 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + ...)))). */
function tail(x: number): number {
  if (x > VANISHED) return 0;
  let below = x;
  for (let n = LEVELS; n >= 1; n--) below = x + n / 2 / below;
  // x^2 in two parts, the first exact: its rounding error would be multiplied by x^2 in the exponential
  const head = fround(x);
  return (ONE_OVER_ROOT_PI * exp(-head * head) * exp((head - x) * (head + x))) / below;
}
