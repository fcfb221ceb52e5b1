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
 * The slope of the logarithm of `matern52` along the squared distance; finite at 0, unlike that along the distance. Times
 * the kernel, which is at hand wherever the slope is wanted, it is the kernel's slope -5/6 (1 + a) exp(-a).
 */
export function logMatern52Slope(squared: number): number {
  const a = SQRT5 * sqrt(squared);
  return ((-5 / 6) * (1 + a)) / (1 + a + (5 / 3) * squared);
}
