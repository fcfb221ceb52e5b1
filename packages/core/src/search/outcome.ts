/**
 * How a slot ended. Pruned and paused are states, not exceptions: the trial did what it was asked to.
 */
import type { ErrorRecord } from '../errors.js';
import type { Metric } from './metric.js';

/** All steps were trained; one value per objective. */
export interface CompleteOutcome {
  readonly state: 'complete';
  readonly values: readonly number[];
  /** By how much each constraint is broken, 0 or less if it is not; only in a search with constraints. */
  readonly violations?: readonly number[];
  readonly curve: readonly Metric[];
}

/** A pruner ended it early. `values` are those of the deciding step; null if one of them is not finite. */
export interface PrunedOutcome {
  readonly state: 'pruned';
  readonly values: readonly number[] | null;
  readonly curve: readonly Metric[];
}

/** It reached its budget and may be resumed. `values` as for pruned ones. */
export interface PausedOutcome {
  readonly state: 'paused';
  readonly values: readonly number[] | null;
  readonly curve: readonly Metric[];
}

/** It threw, or its objective is not finite. */
export interface FailedOutcome {
  readonly state: 'failed';
  readonly error: ErrorRecord;
  readonly curve: readonly Metric[];
}

/** How a slot ended. The curve is the trial's whole curve up to then, earlier slots of a resumed trial included. */
export type Outcome = CompleteOutcome | PrunedOutcome | PausedOutcome | FailedOutcome;
