/**
 * Gathers from the events of a search what its result needs: a summary per trial and the trained winners. It keeps the
 * parameters of winners only; those of other trials are dropped as soon as they have lost.
 */
import type { TrialEvent, TrialFinished, TrialPaused } from '../events/events.js';
import { isFeasible } from '../search/constraint.js';
import { Front } from '../search/front.js';
import type { Objective } from '../search/objective.js';
import type { Params } from '../space/space.js';
import type { TrialSummary, Winner } from './result.js';

/** Metric values whose names are not known statically. */
export type Values = Readonly<Record<string, number>>;

/** A winner whose types are not known statically. */
export type AnyWinner = Winner<Params, unknown, Values>;

/** A trained model as a trial left it. */
export interface TrainedModel {
  readonly model: unknown;
  readonly parameters: Float64Array;
}

/** What a run remembers of its trials. */
export class TrialRecorder {
  /** The latest of each trial, by its number. */
  readonly #summaries = new Map<number, TrialSummary<Params, Values>>();
  readonly #front: Front<AnyWinner>;
  readonly #lastValues = new Map<number, Values>();
  readonly #trained = new Map<number, TrainedModel>();

  constructor(objectives: readonly Objective[]) {
    this.#front = new Front(objectives);
  }

  /** All trials by number. */
  get trials(): readonly TrialSummary<Params, Values>[] {
    return [...this.#summaries.values()].sort((a, b) => a.trial - b.trial);
  }

  /** The winners by trial number. */
  get winners(): readonly AnyWinner[] {
    return this.#front.members;
  }

  /** Takes the model of a trial that is running; what is taken later counts. */
  keep(trial: number, trained: TrainedModel): void {
    this.#trained.set(trial, trained);
  }

  take(event: TrialEvent): void {
    if (event.type === 'trial/metric') this.#lastValues.set(event.trial, event.values);
    else if (event.type === 'trial/paused') this.#takePaused(event);
    else if (event.type === 'trial/finished') this.#takeFinished(event);
  }

  /** Until it is resumed, a paused trial is what it has come to. */
  #takePaused({ trial, params, values, steps }: TrialPaused): void {
    const metrics = this.#lastValues.get(trial) ?? null;
    this.#summaries.set(trial, { trial, params, state: 'paused', values, metrics, steps });
  }

  #takeFinished(event: TrialFinished): void {
    const { type: _, slot: __, ...ended } = event;
    const { trial, params, values, state } = event;
    const metrics = this.#lastValues.get(trial) ?? null;
    this.#summaries.set(trial, { ...ended, metrics });
    const trained = this.#trained.get(trial);
    if (state === 'complete' && values !== null && metrics !== null && isFeasible(event))
      this.#front.offer({ trial, params, values, metrics, ...(trained ?? NO_MODEL) });
    this.#lastValues.delete(trial);
    this.#trained.delete(trial);
  }
}

/** What a trial leaves that was taken from a recording: its model was never built here. */
const NO_MODEL: TrainedModel = { model: undefined, parameters: new Float64Array(0) };
