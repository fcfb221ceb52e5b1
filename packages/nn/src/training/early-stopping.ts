/**
 * Early stopping: the end of a training whose metric no longer gets better, and a memory of its best epoch.
 */
import { shouldFall } from './epoch-metrics.js';

/** When to stop. */
export interface EarlyStopping<M extends string = string> {
  /** The metric that is looked at; `valLoss` unless given. */
  readonly metric?: M;
  /** How many epochs without improvement are waited for. */
  readonly patience: number;
  /** How much better counts as better; anything unless given. */
  readonly minDelta?: number;
  /**
   * Whether the model ends with the parameters of its best epoch; true unless given. The metrics of the last step stay
   * those of the last epoch: an objective that is to see the best one says `{ at: 'best' }`.
   */
  readonly restoreBest?: boolean;
  /** Losses, errors and norms are minimised and scores maximised unless given. */
  readonly direction?: 'minimize' | 'maximize';
}

/** The best epoch so far. Plain data. */
export interface BestEpoch {
  readonly epoch: number;
  readonly value: number;
  /** The parameters after it; undefined unless they are to be restored. */
  readonly parameters?: Float64Array;
}

/** What `EarlyStopping` comes to with everything that was not given. */
export type StoppingRule = Required<EarlyStopping>;

/** The rule, with everything that was not given. */
export function stoppingRule(given: EarlyStopping): StoppingRule {
  const { metric = 'valLoss', patience, minDelta = 0, restoreBest = true } = given;
  const direction = given.direction ?? (shouldFall(metric) ? 'minimize' : 'maximize');
  return { metric, patience, minDelta, restoreBest, direction };
}

/** Keeps the best epoch and counts those since. */
export class Patience {
  readonly #rule: StoppingRule;
  #best: BestEpoch | undefined;

  /** @param best The best epoch of a training that is resumed. */
  constructor(rule: StoppingRule, best?: BestEpoch) {
    this.#rule = rule;
    this.#best = best;
  }

  get best(): BestEpoch | undefined {
    return this.#best;
  }

  /** Takes an epoch in; returns whether the training should end with it. `parameters` are read only if it is the best. */
  async look(epoch: number, values: Readonly<Record<string, number>>, parameters: () => Promise<Float64Array>) {
    const { metric, patience, restoreBest } = this.#rule;
    const value = values[metric]!;
    if (this.#isBetter(value)) {
      this.#best = { epoch, value, ...(restoreBest ? { parameters: await parameters() } : {}) };
    }
    return epoch - (this.#best?.epoch ?? 0) >= patience;
  }

  /** NaN is never better, and anything is better than nothing. */
  #isBetter(value: number): boolean {
    if (this.#best === undefined) return !Number.isNaN(value);
    const gain = this.#rule.direction === 'minimize' ? this.#best.value - value : value - this.#best.value;
    return gain > this.#rule.minDelta;
  }
}
