/**
 * What a run leaves behind.
 */
import type { ErrorRecord } from '../errors.js';
import type { StopReason } from '../events/events.js';

/** The values of one step: those of the trainer always, those of analyzers at the steps they measured. */
export type MetricValues<M extends string, A extends string> = Readonly<Record<M, number>> & {
  readonly [K in Exclude<A, M>]?: number;
};

/** One trial of a finished run. */
export interface TrialSummary<P, V> {
  readonly trial: number;
  readonly params: P;
  readonly state: 'complete' | 'pruned' | 'paused' | 'failed' | 'cancelled';
  /** One value per objective; null unless complete, or pruned or paused with finite values. */
  readonly values: readonly number[] | null;
  /** The values of the last step; null if there was none. */
  readonly metrics: V | null;
  readonly steps: number;
  /** By how much each constraint is broken; only of a complete trial under constraints. */
  readonly violations?: readonly number[];
  readonly error?: ErrorRecord;
}

/** A trial on the front, with the trained model. */
export interface Winner<P, Mo, V> {
  readonly trial: number;
  readonly params: P;
  readonly values: readonly number[];
  readonly metrics: V;
  /** Undefined for a trial that a replay told again: it was not built here. */
  readonly model: Mo;
  /** The flat parameter vector after the last epoch; empty if the trainer offered no snapshot. */
  readonly parameters: Float64Array;
}

/** What went wrong beside the run without ending it: a subscriber that threw, a part not released, a store that failed. */
export interface Diagnostic {
  readonly about: 'subscriber' | 'release' | 'storage';
  /** The subscriber's name, the role of the part, or the name of the store. */
  readonly name: string;
  readonly error: ErrorRecord;
}

/** What every result has. */
export interface RunSummary<P, D, V> {
  readonly reason: StopReason;
  readonly trials: readonly TrialSummary<P, V>[];
  /** The data of the run, as the trainer got it. */
  readonly data: D;
  readonly diagnostics: readonly Diagnostic[];
  readonly elapsedMs: number;
  /** The id of the run in its store, to resume it by; only of a run with one. */
  readonly log?: string;
}

/** The result: `best` under one objective, `front` under several. */
export type Result<P, D, Mo, V, O> = RunSummary<P, D, V> &
  (O extends readonly unknown[]
    ? { readonly front: readonly Winner<P, Mo, V>[] }
    : { readonly best: Winner<P, Mo, V> & { readonly value: number } });
