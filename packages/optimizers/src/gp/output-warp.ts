/**
 * Losses on a scale on which a Gaussian process can describe them: a few very bad trials must not flatten all others, and
 * the scale must not depend on the unit of the loss.
 */
import { likeliestExponent, yeoJohnson, yeoJohnsonInverse } from './yeo-johnson.js';

const { abs, max, min, sqrt } = Math; // looked up once: a sandbox makes every look-up of a global expensive

/** A monotone change of scale. */
export interface OutputWarp {
  /** A loss on the new scale, on which the losses it was made from have mean 0 and variance 1. */
  warped(loss: number): number;
  /** The loss at a place of the new scale: the inverse, but for losses that were cut off. */
  loss(place: number): number;
}

/** Losses further than so many spreads above the median count as that far. */
const WORST = 5;
/** Differences of huge losses must not overflow. */
const QUARTER = 0.25;
/** Fewer losses than this are not bent. */
const FEW = 3;

/**
 * The scale for these losses: in units of the good half's spread around the median, the bad side cut off at 5, bent by Yeo
 * and Johnson's transform with the likeliest exponent in [-1, 1] - it only ever squeezes the bad side -, and standardised.
 *
 * *Range*: finite losses, of any size. *Cost*: O(n log n). Equal losses all go to 0. *Source*: Yeo and Johnson (2000);
 * Cowen-Rivers et al. (2022) for warped outputs in Bayesian optimisation.
 */
export function outputWarp(losses: readonly number[]): OutputWarp {
  const sorted = [...losses].sort((a, b) => a - b);
  const centre = sorted[(sorted.length - 1) >> 1] ?? 0;
  const spread = spreadOf(sorted, centre);
  const place = (loss: number) => (spread === 0 ? 0 : min(WORST, (loss * QUARTER - centre * QUARTER) / spread));
  const places = losses.map(place);
  const exponent = places.length < FEW ? 1 : likeliestExponent(places, -1, 1);
  const bends = places.map((z) => yeoJohnson(z, exponent));
  const mean = bends.reduce((sum, z) => sum + z, 0) / max(1, bends.length);
  const deviation = sqrt(bends.reduce((sum, z) => sum + (z - mean) ** 2, 0) / max(1, bends.length));
  const scale = deviation > 0 ? deviation : 1;
  return {
    warped: (loss) => (yeoJohnson(place(loss), exponent) - mean) / scale,
    loss: (z) => (yeoJohnsonInverse(z * scale + mean, exponent) * spread) / QUARTER + centre,
  };
}

/** Of the good half around the median, where it has one; else of whatever half has. In quarters, as differences are. */
function spreadOf(sorted: readonly number[], centre: number): number {
  const { length } = sorted;
  const off = (share: number) => abs(sorted[Math.round(share * (length - 1))]! * QUARTER - centre * QUARTER);
  if (length < 2) return 0;
  for (const share of [0.16, 0, 0.84, 1]) if (off(share) > 0) return off(share);
  return 0;
}
