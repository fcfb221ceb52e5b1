/**
 * What TPE knows of a search: every trial's row, the order of the trials, and the two mixtures - of the good trials below
 * the line and of all others above it. Read along with the views; between two slots only what is new is computed.
 */
import type { AskRequest, Objective, View } from '@tangentlab/core';
import { fadingWeights, KernelSet, uniformWeights } from '../density/kernel-set.js';
import type { Rows } from '../density/rows.js';
import { Ranking } from '../history/ranking.js';
import type { Reading } from '../history/read-along.js';
import { openSlots, toldTrial } from '../history/told-trial.js';

/** How many of n trials count as good. *Source*: Optuna's `default_gamma`. */
export function belowCount(trials: number, objectives: number): number {
  const share = Math.ceil(0.1 * trials);
  return objectives > 1 ? share : Math.min(share, 25);
}

/** The trials of a search, split in two. */
export class TpeHistory implements Reading {
  readonly ranking: Ranking;
  readonly rowOf = new Map<number, Float64Array>();
  readonly below: KernelSet;
  readonly above: KernelSet;
  readonly #rows: Rows;
  readonly #objectives: readonly Objective[];
  readonly #good = new Set<number>();
  readonly #withFailed: boolean;

  /**
   * @param withFailed Whether failed trials count among the bad ones, or not at all.
   * @param sharpness How many times narrower than Optuna's the kernels of good trials may be.
   */
  constructor(rows: Rows, objectives: readonly Objective[], withFailed: boolean, sharpness = 1) {
    this.#rows = rows;
    this.#objectives = objectives;
    this.#withFailed = withFailed;
    this.ranking = new Ranking(objectives);
    this.below = new KernelSet(rows.scales, objectives.length > 1 ? uniformWeights : fadingWeights, sharpness);
    this.above = new KernelSet(rows.scales);
  }

  read(view: View, slot: number): void {
    const told = toldTrial(view, slot);
    const { trial } = told;
    if (this.ranking.delete(trial)) (this.#good.delete(trial) ? this.below : this.above).remove(trial);
    if (told.outcome.state === 'failed' && !this.#withFailed) {
      this.rowOf.delete(trial);
      return;
    }
    const row = this.rowOf.get(trial) ?? this.#rows.rowOf(told.params);
    this.rowOf.set(trial, row);
    this.ranking.set(told);
    this.above.add(trial, row);
  }

  /** Moves the good trials below the line, and the others above it. Returns the good ones. */
  split(): ReadonlySet<number> {
    const good = this.ranking.best(belowCount(this.ranking.size, this.#objectives.length));
    const wanted = new Set(good);
    for (const trial of [...this.#good].filter((one) => !wanted.has(one))) {
      this.below.remove(trial);
      this.above.add(trial, this.rowOf.get(trial)!);
      this.#good.delete(trial);
    }
    for (const trial of good) {
      if (this.#good.has(trial)) continue;
      this.above.remove(trial);
      this.below.add(trial, this.rowOf.get(trial)!);
      this.#good.add(trial);
    }
    return this.#good;
  }

  /** The rows of trials that run and have no outcome yet, by trial. One that was resumed keeps its outcome so far. */
  running(view: AskRequest['view']): Map<number, Float64Array> {
    const rows = new Map<number, Float64Array>();
    for (const { slot, trial } of openSlots(view))
      if (!this.ranking.has(trial)) rows.set(trial, this.#rows.rowOf(view.params(slot)));
    return rows;
  }
}
