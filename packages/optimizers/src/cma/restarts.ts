/**
 * BIPOP: when a strategy has come to rest, the next one starts elsewhere, in turn with ever larger populations and with
 * small ones of varying width, so that both have had the same number of trials.
 *
 * *Source*: Hansen (2009).
 */

/** What the next strategy starts with. */
export interface Restart {
  readonly lambda: number;
  /** Its first step size as a share of the usual one. */
  readonly width: number;
}

/** Counts the trials of both kinds. */
export class Restarts {
  readonly #lambda: number;
  #restarts = 0;
  #large = 0;
  #small = 0;
  #isSmall = false;

  /** @param lambda The population of the first strategy, which counts as large. */
  constructor(lambda: number) {
    this.#lambda = lambda;
  }

  /** The strategy that follows one of so many trials. */
  next(trials: number, uniform: () => number): Restart {
    if (this.#isSmall) this.#small += trials;
    else this.#large += trials;
    this.#isSmall = this.#small < this.#large && this.#restarts > 0;
    if (!this.#isSmall) {
      this.#restarts++;
      return { lambda: this.#lambda * 2 ** this.#restarts, width: 1 };
    }
    const share = uniform() ** 2;
    return {
      lambda: Math.max(4, Math.floor(this.#lambda * (0.5 * 2 ** this.#restarts) ** share)),
      width: 10 ** (-2 * uniform()),
    };
  }
}
