/**
 * Gathers from the events of a search what its result needs: a summary per trial and the trained winners. It keeps the
 * parameters of winners only; those of other trials are dropped as soon as they have lost.
 */
import type { TrialEvent } from '../events/events.js';
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
  /** Trials in the order in which they ended. */
  readonly #summaries: TrialSummary<Params, Values>[] = [];
  readonly #front: Front<AnyWinner>;
  readonly #lastValues = new Map<number, Values>();
  readonly #trained = new Map<number, TrainedModel>();

  constructor(objectives: readonly Objective[]) {
    this.#front = new Front(objectives);
  }

  /** All trials by number. */
  get trials(): readonly TrialSummary<Params, Values>[] {
    return [...this.#summaries].sort((a, b) => a.trial - b.trial);
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
    if (event.type !== 'trial/finished') return;
    const { type: _, ...ended } = event;
    const { trial, params, values } = event;
    const metrics = this.#lastValues.get(trial) ?? null;
    this.#summaries.push({ ...ended, metrics });
    const trained = this.#trained.get(trial);
    if (values !== null && metrics !== null && trained !== undefined)
      this.#front.offer({ trial, params, values, metrics, ...trained });
    this.#lastValues.delete(trial);
    this.#trained.delete(trial);
  }
}
