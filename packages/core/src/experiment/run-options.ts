/**
 * What a run takes besides its experiment.
 */
import type { RunEvent } from '../events/events.js';

/** What `run` takes. */
export interface RunOptions {
  /** Aborting it cancels the run. */
  readonly signal?: AbortSignal;
  /**
   * The events of an earlier run of this experiment: trials that ended there are told again, and not trained again. A
   * winner among them therefore has no model, and empty parameters.
   */
  readonly replay?: readonly RunEvent<unknown, object>[];
}
