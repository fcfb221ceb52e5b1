/**
 * The public face of @tangentlab/core: the graph of an experiment, the loop under it, and the contracts of its roles.
 */
export * from './analyzer.js';
export * from './clock.js';
export { parseConfig, show } from './config.js';
export * from './data-hash.js';
export * from './describe.js';
export * from './distribution.js';
export * from './errors.js';
export * from './event-bus.js';
export * from './events.js';
export * from './experiment.js';
export * from './front.js';
export * from './metric.js';
export * from './named-choice.js';
export * from './next-turn.js';
export * from './objective.js';
export type { ExperimentPlan } from './plan.js';
export * from './provider.js';
export * from './record.js';
export * from './result.js';
export * from './rng.js';
export type { Trial } from './running-trial.js';
export { defaultLag, type SearchOptions } from './search-options.js';
export * from './search-trials.js';
export * from './searcher.js';
export * from './source.js';
export * from './space.js';
export {
  defineStage,
  defineStageFactory,
  flow,
  type Stage,
  type StageContext,
  type Step,
  type StepDescription,
} from './stage.js';
export * from './token.js';
export * from './trainer.js';
export * from './version.js';
export * from './view.js';
export { type Layer, Wiring } from './wiring.js';
