/**
 * The plan of an experiment: what the record of roles comes to, as data. `experiment()` makes it, runs execute it,
 * `describe()` draws it.
 */
import type { Constraint } from '../search/constraint.js';
import type { Objective } from '../search/objective.js';
import type { Concurrency } from '../search/search-options.js';
import type { Params, SpaceShape } from '../space/space.js';
import type { Source } from '../stages/source.js';
import type { Trainer } from '../training/trainer.js';
import type { Layer } from '../wiring/wiring.js';

/** What a search has to keep to, how it deals with what goes wrong, and points that the user brings along. */
export interface SearchPolicy {
  readonly constraints?: readonly Constraint[];
  readonly maxFailures?: number;
  readonly retries?: number;
  readonly order?: 'reproducible' | 'eager';
  readonly enqueued?: readonly Params[];
}

/** Immutable; `with` and `override` make new ones. */
export interface ExperimentPlan {
  readonly name: string;
  /** The URL of the module that exports the experiment, for trials that run elsewhere. */
  readonly module?: string;
  readonly seed: number;
  readonly data: Source<unknown>;
  readonly space: SpaceShape;
  readonly objectives: readonly [Objective, ...Objective[]];
  /** True if the user gave a list of objectives, and so expects a front. */
  readonly several: boolean;
  readonly trials: number;
  readonly concurrency: Concurrency;
  readonly lag: number;
  readonly policy: SearchPolicy;
  /** Providers, the defaults first; a later layer replaces an earlier one. */
  readonly layers: readonly Layer[];
  model(c: { params: Params; data: unknown }): unknown;
  train(c: { params: Params; data: unknown }): Trainer<unknown, unknown, string>;
}
