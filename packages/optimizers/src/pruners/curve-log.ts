/**
 * The curves of a search, read along with its views: for each step that a pruner asks about, who had come that far and with
 * which losses. Trials in flight have views of different lengths on one log; what each of them sees is cut out by slot.
 */
import type { Metric, Objective, View } from '@tangentlab/core';
import { lossesAt } from './curve-losses.js';

/** What one trial had reached at a step. */
export interface Reached {
  readonly trial: number;
  readonly losses: readonly number[];
}

/** The trials that reached one step, in the order of the slots in which they did. */
interface Column {
  read: number;
  readonly slots: number[];
  readonly entries: Reached[];
  readonly trials: Set<number>;
}

/** Which point of a curve stands for a step: that of the step itself, or the first one from it on. */
export type At = 'exactly' | 'from';

/** The curves of one search. */
export class CurveLog {
  readonly #objectives: readonly Objective[];
  readonly #columns = new Map<string, Column>();
  /** The slot in which a trial became complete. */
  readonly #completed = new Map<number, number>();
  /** How many of the first n slots ended complete. */
  readonly #counts = [0];
  /** The last step of the longest complete trial of the first n slots. */
  readonly #longest = [0];

  constructor(objectives: readonly Objective[]) {
    this.#objectives = objectives;
  }

  /**
   * Who reached the step, as far as the view shows; `complete` leaves out trials that did not come to their end.
   *
   * *Cost*: O(trials), and reading the curves of new slots.
   */
  reached(view: View, step: number, at: At, complete: boolean): readonly Reached[] {
    const { slots, entries } = this.#column(view, step, at);
    const end = firstFrom(slots, view.told);
    const shown = entries.slice(0, end);
    if (!complete) return shown;
    this.#readCompleted(view);
    return shown.filter(({ trial }) => (this.#completed.get(trial) ?? Number.POSITIVE_INFINITY) < view.told);
  }

  /** How many trials are complete, as far as the view shows. */
  completeCount(view: View): number {
    this.#readCompleted(view);
    return this.#counts[view.told]!;
  }

  /** The last step of the longest complete trial, as far as the view shows; 0 while none is complete. */
  longestComplete(view: View): number {
    this.#readCompleted(view);
    return this.#longest[view.told]!;
  }

  #column(view: View, step: number, at: At): Column {
    const key = `${at} ${step}`;
    const column = this.#columns.get(key) ?? { read: 0, slots: [], entries: [], trials: new Set() };
    this.#columns.set(key, column);
    for (; column.read < view.told; column.read++) {
      const { curve } = view.outcome(column.read);
      const index = indexAt(curve, step, at);
      const trial = view.trial(column.read);
      // the curve of a resumed trial holds what its earlier slots have shown
      if (index < 0 || column.trials.has(trial)) continue;
      column.trials.add(trial);
      column.slots.push(column.read);
      column.entries.push({ trial, losses: lossesAt(this.#objectives, curve, index) });
    }
    return column;
  }

  #readCompleted(view: View): void {
    for (let slot = this.#counts.length - 1; slot < view.told; slot++) {
      const { state, curve } = view.outcome(slot);
      const complete = state === 'complete';
      if (complete) this.#completed.set(view.trial(slot), slot);
      this.#counts.push(this.#counts.at(-1)! + (complete ? 1 : 0));
      this.#longest.push(Math.max(this.#longest.at(-1)!, complete ? curve.at(-1)!.step : 0));
    }
  }
}

/** The curves of each search, kept under `view.search`. */
export class CurveLogs {
  readonly #logs = new WeakMap<object, CurveLog>();

  of(view: View, objectives: readonly Objective[]): CurveLog {
    const known = this.#logs.get(view.search) ?? new CurveLog(objectives);
    this.#logs.set(view.search, known);
    return known;
  }
}

/** Where in a curve the step is; -1 if it is not. */
export function indexAt(curve: readonly Metric[], step: number, at: At): number {
  const index = curve.findIndex((metric) => metric.step >= step);
  return at === 'exactly' && curve[index]?.step !== step ? -1 : index;
}

/** How many of the rising slots are below `end`. */
function firstFrom(slots: readonly number[], end: number): number {
  let [from, to] = [0, slots.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (slots[middle]! < end) from = middle + 1;
    else to = middle;
  }
  return from;
}
