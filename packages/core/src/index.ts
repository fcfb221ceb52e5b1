/**
 * The public face of @tangentlab/core: the graph of an experiment, the loop under it, and the contracts of its roles.
 */

export * from './clock.js';
export { parseConfig, show } from './config.js';
export * from './data-hash.js';
export * from './errors.js';
export * from './events/event-bus.js';
export * from './events/events.js';
export * from './experiment/describe.js';
export * from './experiment/experiment.js';
export type { ExperimentPlan } from './experiment/plan.js';
export * from './experiment/result.js';
export * from './next-turn.js';
export * from './record.js';
export * from './rng.js';
export * from './search/front.js';
export * from './search/metric.js';
export * from './search/objective.js';
export type { Trial } from './search/running-trial.js';
export { defaultLag, type SearchOptions } from './search/search-options.js';
export * from './search/search-trials.js';
export * from './search/searcher.js';
export * from './search/view.js';
export * from './space/distribution.js';
export * from './space/space.js';
export * from './stages/source.js';
export {
  defineStage,
  defineStageFactory,
  flow,
  type Stage,
  type StageContext,
  type Step,
  type StepDescription,
} from './stages/stage.js';
export * from './training/analyzer.js';
export * from './training/trainer.js';
export * from './version.js';
export * from './wiring/named-choice.js';
export * from './wiring/provider.js';
export * from './wiring/token.js';
export { type Layer, Wiring } from './wiring/wiring.js';
