/**
 * The Matern kernel of smoothness 5/2, as a function of the squared distance: twice differentiable, no smoother.
 */

const { exp, sqrt } = Math; // looked up once: a sandbox makes every look-up of a global expensive
const SQRT5 = sqrt(5);

/**
 * (1 + a + a^2 / 3) exp(-a) with a = sqrt(5 r^2).
 */
export function matern52(squared: number): number {
  const a = SQRT5 * sqrt(squared);
  return (1 + a + (5 / 3) * squared) * exp(-a);
}

/**
 * `signal` times the kernel at each of the squared distances, in their place; to `slopes` the slopes along the squared
 * distance, -5/6 (1 + a) exp(-a), finite at 0 unlike those along the distance.
 */
export function matern52WithSlopes(squared: Float64Array, signal: number, slopes: Float64Array): void {
  for (let k = 0; k < squared.length; k++) {
    const own = squared[k]!;
    const a = SQRT5 * sqrt(own);
    const decay = signal * exp(-a);
    squared[k] = (1 + a + (5 / 3) * own) * decay;
    slopes[k] = (-5 / 6) * (1 + a) * decay;
  }
}
