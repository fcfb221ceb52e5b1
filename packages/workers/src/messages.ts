/**
 * What the two ends of a trial say to each other over its own port, and what a thread gets when it starts. Everything here
 * can be cloned.
 */
import type { MessagePort } from 'node:worker_threads';
import type { CarriedError, HandedOver, Metric, TrainingWarning, TrialDescription } from '@tangentlab/core';

/** What every thread of a pool has from its start. */
export interface ThreadData {
  /** The folder that modules must lie in. */
  readonly root: string;
  /** The data of the run in shared memory, and its hash; absent if it cannot be shared. */
  readonly handedOver?: HandedOver & Pick<TrialDescription, 'dataHash'>;
}

/** One trial, as a thread gets it. */
export interface ThreadTask {
  readonly description: TrialDescription;
  /** The thread's end of the trial's port. */
  readonly port: MessagePort;
}

/** To the thread: the trial is to end, for this reason. */
export interface Stop {
  readonly reason: CarriedError;
}

/** From the thread, in the order in which the trial said it. */
export type Said =
  | { readonly type: 'hosted'; readonly control: MessagePort }
  | { readonly type: 'metric'; readonly metric: Metric }
  | { readonly type: 'warning'; readonly warning: TrainingWarning }
  | { readonly type: 'parameters'; readonly parameters: Float64Array }
  | { readonly type: 'complete' }
  | { readonly type: 'error'; readonly error: CarriedError };

/** Over the control port of a host, to the thread: let go of the parts. */
export interface Release {
  readonly type: 'release';
}

/** Over the control port of a host, from the thread: done, but for these. */
export interface Released {
  readonly failures: readonly string[];
}
