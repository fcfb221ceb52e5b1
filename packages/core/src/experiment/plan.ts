/**
 * The plan of an experiment: what the record of roles comes to, as data. `experiment()` makes it, runs execute it,
 * `describe()` draws it.
 */
import type { Objective } from '../search/objective.js';
import type { Params, SpaceShape } from '../space/space.js';
import type { Source } from '../stages/source.js';
import type { Trainer } from '../training/trainer.js';
import type { Layer } from '../wiring/wiring.js';

/** Immutable; `with` and `override` make new ones. */
export interface ExperimentPlan {
  readonly name: string;
  readonly seed: number;
  readonly data: Source<unknown>;
  readonly space: SpaceShape;
  readonly objectives: readonly [Objective, ...Objective[]];
  /** True if the user gave a list of objectives, and so expects a front. */
  readonly several: boolean;
  readonly trials: number;
  readonly concurrency: number;
  readonly lag: number;
  /** Providers, the defaults first; a later layer replaces an earlier one. */
  readonly layers: readonly Layer[];
  model(c: { params: Params; data: unknown }): unknown;
  train(c: { params: Params; data: unknown }): Trainer<unknown, unknown, string>;
}
