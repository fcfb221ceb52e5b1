/**
 * Warnings of gradients that vanish or explode, from the norms of an epoch. Each is told once per trial; nothing stops.
 */
import type { FitContext } from '@tangentlab/core';
import type { EpochReport } from '@tangentlab/tensor';

/** When warnings are given. */
export interface NormLimits {
  /** Vanishing: the first layer's gradient norm is below this share of the last one's; 1e-4 unless given. */
  readonly vanishing?: number;
  /** Exploding: some layer's gradient norm is above this, or is no number; 1e3 unless given. */
  readonly exploding?: number;
}

/** The limits that hold unless others are given. */
export const NORM_LIMITS = { vanishing: 1e-4, exploding: 1e3 } as const;

export class NormWatch {
  readonly #limits: Required<NormLimits>;
  readonly #told = new Set<string>();

  constructor(limits: NormLimits) {
    this.#limits = { ...NORM_LIMITS, ...limits };
  }

  /** Warns of what the norms of this epoch show for the first time. */
  look(trainer: string, epoch: number, { gradientNorms }: EpochReport, context: Pick<FitContext, 'warn'>): void {
    const [first, last] = [gradientNorms[0]!, gradientNorms.at(-1)!];
    const { vanishing, exploding } = this.#limits;
    const where = `${trainer}, epoch ${epoch}`;
    // where nothing moves at all, nothing vanishes on its way
    if (last > 0 && first < vanishing * last) {
      const message = `${where}: the gradient of the first layer should be above ${vanishing} of the last one's, got ${shown(first)} and ${shown(last)}; take an activation that saturates less, a larger initialisation, or fewer layers.`;
      this.#tell(
        'gradients/vanishing',
        epoch,
        message,
        { first, last, ratio: first / last, limit: vanishing },
        context,
      );
    }
    const largest = gradientNorms.reduce((a, b) => Math.max(a, b), 0);
    if (largest <= exploding) return;
    const layer = gradientNorms.findIndex((norm) => Object.is(norm, largest)) + 1;
    const message = `${where}: gradient norms should be at most ${exploding}, got ${shown(largest)} at layer ${layer}; lower the learning rate, clip gradients (clipNorm), or start from smaller parameters.`;
    this.#tell('gradients/exploding', epoch, message, { norm: largest, layer, limit: exploding }, context);
  }

  #tell(
    name: string,
    step: number,
    message: string,
    values: Readonly<Record<string, number>>,
    context: Pick<FitContext, 'warn'>,
  ): void {
    if (this.#told.has(name)) return;
    this.#told.add(name);
    context.warn({ step, name, message, values });
  }
}

function shown(norm: number): string {
  return norm.toPrecision(3);
}
