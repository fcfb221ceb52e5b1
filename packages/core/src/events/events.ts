/**
 * Everything that a run says, as one union of structured-clone-safe records. The same records feed subscribers, files,
 * other processes and tests.
 */
import type { ErrorRecord } from '../errors.js';
import type { Metric } from '../search/metric.js';
import type { Objective } from '../search/objective.js';
import type { SearchNote } from '../search/searcher.js';
import type { SpaceComparison } from '../space/compare-spaces.js';
import type { Leaf } from '../space/leaves.js';
import type { Params } from '../space/space.js';
import type { TrainingWarning } from '../training/trainer.js';

/** Why a search ended: all trials done, no point left to try, a stop rule, cancelled from outside, or an error. */
export type StopReason = 'trials' | 'exhausted' | 'stopped' | 'cancelled' | 'failed';

/** A trial begins with these hyperparameters. */
export interface TrialStarted<P = Params> {
  readonly type: 'trial/started';
  /** The number of the ask that it answers. */
  readonly slot: number;
  readonly trial: number;
  readonly params: P;
  /** What the searcher says of its choice, if it says anything. */
  readonly note?: SearchNote;
}

/** A paused trial goes on in a new slot. */
export interface TrialResumed<P = Params> {
  readonly type: 'trial/resumed';
  readonly slot: number;
  readonly trial: number;
  readonly params: P;
  readonly note?: SearchNote;
}

/** A trial has reached its budget; it may be resumed. `values` are those of its last step, null if not all are finite. */
export interface TrialPaused<P = Params> {
  readonly type: 'trial/paused';
  readonly slot: number;
  readonly trial: number;
  readonly params: P;
  readonly values: readonly number[] | null;
  readonly steps: number;
}

/** A trial lost its worker or another resource, and is tried again in its slot. */
export interface TrialRetried {
  readonly type: 'trial/retried';
  readonly slot: number;
  readonly trial: number;
  readonly error: ErrorRecord;
}

/** A trial has reached a step; `V` are its values. */
export interface TrialMetric<V = Metric['values']> {
  readonly type: 'trial/metric';
  readonly trial: number;
  readonly step: number;
  readonly values: V;
}

/**
 * Something in a trial's training looks wrong; it goes on. Told beside the trial's metrics, before that of the same step.
 * Not told again by a replay.
 */
export interface TrialWarning extends TrainingWarning {
  readonly type: 'trial/warning';
  readonly trial: number;
}

/** A trial has ended. `values` holds one value per objective: always if complete, where they are finite if pruned. */
export interface TrialFinished<P = Params> {
  readonly type: 'trial/finished';
  readonly slot: number;
  readonly trial: number;
  readonly params: P;
  readonly state: 'complete' | 'pruned' | 'failed' | 'cancelled';
  readonly values: readonly number[] | null;
  /** Steps that the trial has emitted. */
  readonly steps: number;
  /** By how much each constraint is broken, 0 or less if it is not; only of a complete trial under constraints. */
  readonly violations?: readonly number[];
  /** Only when failed. */
  readonly error?: ErrorRecord;
}

/** The search asks no more; every trial has ended. */
export interface SearchFinished {
  readonly type: 'search/finished';
  readonly reason: StopReason;
  /** The stop rule, if the reason is `stopped`. */
  readonly rule?: string;
}

/** What searchTrials emits. */
export type TrialEvent<P = Params, V = Metric['values']> =
  | TrialStarted<P>
  | TrialResumed<P>
  | TrialPaused<P>
  | TrialRetried
  | TrialMetric<V>
  | TrialFinished<P>
  | SearchFinished;

/** A part of a run, as it was resolved. */
export interface ResolvedPart {
  readonly role: string;
  readonly name: string;
  /** What the part says of itself: the mode of a back end, say. */
  readonly detail?: string;
}

/** The earlier run whose trials a run goes on from. */
export interface RunLink {
  readonly name: string;
  readonly seed: number;
  /** How many of its slots were taken over: 0..slots-1 of this run. */
  readonly slots: number;
  /** What became of the space meanwhile. */
  readonly space: SpaceComparison;
}

/** Where a run is stored. */
export interface LogLink {
  readonly id: string;
  /** How many events were stored there before: not 0 in a run that was resumed. */
  readonly events: number;
}

/** The first event of a run: everything that a second run needs to give the same bits. */
export interface RunStarted {
  readonly type: 'run/started';
  readonly name: string;
  readonly seed: number;
  readonly trials: number;
  readonly concurrency: number;
  readonly lag: number;
  /** A run in eager order cannot be reproduced. */
  readonly order: 'reproducible' | 'eager';
  readonly objectives: readonly Objective[];
  /** The scalars of the space, as they are stored. */
  readonly space: readonly Leaf[];
  /** Only of a run that goes on from an earlier one. */
  readonly continues?: RunLink;
  /** Only of a run with a store. */
  readonly log?: LogLink;
  readonly roles: readonly ResolvedPart[];
  /** 64-bit hash of the data, in hexadecimal. */
  readonly dataHash: string;
  readonly version: string;
  /** Name and version of the JavaScript engine, where it tells. */
  readonly engine: string;
}

/** A guarded subscriber threw and was detached; the run goes on. */
export interface SubscriberFailed {
  readonly type: 'subscriber/failed';
  readonly name: string;
  readonly error: ErrorRecord;
}

/** A part could not be released; the result is not touched by it. */
export interface ReleaseFailed {
  readonly type: 'release/failed';
  readonly error: ErrorRecord;
}

/** The store failed: the log ends before this, and the run goes on without it. */
export interface StorageFailed {
  readonly type: 'storage/failed';
  readonly error: ErrorRecord;
}

/** The last event of a run. */
export interface RunFinished {
  readonly type: 'run/finished';
  /** As in `run/started`, at the end: a back end may have had to change its mode meanwhile. */
  readonly roles: readonly ResolvedPart[];
  readonly reason: StopReason;
  readonly elapsedMs: number;
  /** Only when the run has no result: it failed, or was cancelled before any trial was complete. */
  readonly error?: ErrorRecord;
}

/** What a run emits. */
export type RunEvent<P = Params, V = Metric['values']> =
  | RunStarted
  | TrialStarted<P>
  | TrialResumed<P>
  | TrialPaused<P>
  | TrialRetried
  | TrialMetric<V>
  | TrialFinished<P>
  | SearchFinished
  | TrialWarning
  | SubscriberFailed
  | ReleaseFailed
  | StorageFailed
  | RunFinished;
