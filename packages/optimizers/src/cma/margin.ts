/**
 * The margin of CMA-ES: whatever the covariance shrinks to, each discrete coordinate keeps a least probability of leaving
 * its value, so that integers do not freeze at the value that happened to be good early on.
 *
 * *Source*: Hamano, Saito, Nomura and Shirakawa (2022).
 */
import { ndtr, ndtri } from '../density/normal.js';
import type { Borders } from './cells.js';
import type { Cma } from './cma.js';

/** The scale of each coordinate around the mean, from one generation to the next; real ones keep 1. */
export class Margin {
  readonly #borders: readonly (((u: number) => Borders) | null)[];
  readonly #least: number;
  readonly #scales: Float64Array;

  /** @param borders For each coordinate its borders, or null where it is real. */
  constructor(borders: readonly (((u: number) => Borders) | null)[], lambda: number) {
    this.#borders = borders;
    this.#least = 1 / (borders.length * lambda);
    this.#scales = new Float64Array(borders.length).fill(1);
  }

  /** A sampled coordinate as it is read off. */
  encoded(i: number, value: number, mean: number): number {
    return this.#borders[i] === null ? value : (value - mean) * this.#scales[i]! + mean;
  }

  /** Corrects mean and scales after an update. */
  correct(cma: Cma): void {
    this.#borders.forEach((borders, i) => {
      if (borders !== null) this.#correctOne(cma, i, borders);
    });
  }

  #correctOne(cma: Cma, i: number, borders: (u: number) => Borders): void {
    const least = this.#least;
    const mean = cma.mean[i]!;
    const { low, high } = borders(mean);
    const bare = Math.max(1e-300, cma.deviation(i));
    const deviation = bare * this.#scales[i]!;
    const below = ndtr((low - mean) / deviation);
    const above = 1 - ndtr((high - mean) / deviation);
    if (Math.max(below, above) > 0.5) {
      // at an end of the range: the mean may not go further away than the margin allows
      if (Math.min(below, above) < least) cma.mean[i] = high + Math.sign(mean - high || 1) * deviation * -ndtri(least);
      return;
    }
    const [wantedBelow, wantedAbove] = [Math.max(below, least / 2), Math.max(above, least / 2)];
    const inside = 1 - below - above;
    const excess = 1 - wantedBelow - wantedAbove - inside;
    const share = wantedBelow + inside + wantedAbove - 1.5 * least;
    const clip = (p: number) => Math.min(0.5 - 1e-10, Math.max(1e-10, p));
    const down = -ndtri(clip(wantedBelow + (excess * (wantedBelow - least / 2)) / share));
    const up = -ndtri(clip(wantedAbove + (excess * (wantedAbove - least / 2)) / share));
    this.#scales[i] = (high - low) / ((down + up) * bare);
    cma.mean[i] = (low * up + high * down) / (down + up);
  }
}
