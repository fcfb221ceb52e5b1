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
  /**
   * The events of an earlier run to go on from: its trials are this run's first, as they are, and the searcher learns
   * from them. The space may be the same or have grown: choices appended, and what is new under new choices only. `trials`
   * counts the earlier ones, too. As in a replay, a winner among them has no model.
   */
  readonly continues?: readonly RunEvent<unknown, object>[];
  /**
   * The id of a stored run of this experiment to go on with, in the store that the experiment has: what ended there is told
   * again and not trained again, the rest is run, and what is new is added to the same log. Seed, lag, space, objectives,
   * searcher, pruner and data must be as they were; `trials` may be another number. As in a replay, a winner that was told
   * again has no model.
   */
  readonly resume?: string;
}
