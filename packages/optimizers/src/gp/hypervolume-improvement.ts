/**
 * The expected hypervolume improvement of two objectives: how much a trial is expected to add to the area that the front
 * dominates. Exact.
 */
import { logNormalDensity, ndtr } from '../density/normal.js';

const { exp, log, max } = Math; // looked up once: a sandbox makes every look-up of a global expensive

/** The worth of a trial, and its slopes along the two means and the two deviations. */
export interface FrontWorth {
  readonly value: number;
  readonly byMean: readonly [number, number];
  readonly byDeviation: readonly [number, number];
}

/** The logarithm of less than this is not told apart. */
const TINY = 1e-300;

/** E max(0, t - y) of a normal y, with its slopes along mean and deviation. */
function shortfall(t: number, mean: number, deviation: number): readonly [number, number, number] {
  const z = (t - mean) / deviation;
  const [mass, density] = [ndtr(z), exp(logNormalDensity(z))];
  return [max(0, deviation * (z * mass + density)), -mass, density];
}

/**
 * The logarithm of the expected improvement of the hypervolume, with independent normal losses.
 *
 * The area that is not dominated is cut into strips along the first loss; in each the improvement is a product of two
 * one-dimensional expectations. *Cost*: O(front). *Source*: Emmerich et al. (2011); Yang et al. (2019).
 *
 * @param front Losses of the front, the first one ascending, none as bad as the reference.
 * @param reference Nothing beyond it counts.
 */
export function logHypervolumeImprovement(
  front: readonly (readonly number[])[],
  reference: readonly number[],
  means: ArrayLike<number>,
  deviations: ArrayLike<number>,
): FrontWorth {
  let value = 0;
  const byMean: [number, number] = [0, 0];
  const byDeviation: [number, number] = [0, 0];
  let left: readonly [number, number, number] = [0, 0, 0]; // the first strip starts at minus infinity
  for (let i = 0; i <= front.length; i++) {
    const right = shortfall(front[i]?.[0] ?? reference[0]!, means[0]!, deviations[0]!);
    const height = shortfall(i === 0 ? reference[1]! : front[i - 1]![1]!, means[1]!, deviations[1]!);
    const across = max(0, right[0] - left[0]);
    value += across * height[0];
    byMean[0] += (right[1] - left[1]) * height[0];
    byDeviation[0] += (right[2] - left[2]) * height[0];
    byMean[1] += across * height[1];
    byDeviation[1] += across * height[2];
    left = right;
  }
  const scale = 1 / max(value, TINY);
  return {
    value: log(max(value, TINY)),
    byMean: [byMean[0] * scale, byMean[1] * scale],
    byDeviation: [byDeviation[0] * scale, byDeviation[1] * scale],
  };
}
