/**
 * The public face of @tangentlab/core: the graph of an experiment, the loop under it, and the contracts of its roles.
 */

export * from './clock.js';
export { parseConfig, show } from './config.js';
export * from './data-hash.js';
export * from './errors.js';
export * from './events/event-bus.js';
export * from './events/events.js';
export * from './execution/carried-error.js';
export * from './execution/executor.js';
export { travellingParts } from './execution/travelling-parts.js';
export * from './execution/trial-host.js';
export { enterTrialThread } from './execution/trial-thread.js';
export * from './experiment/describe.js';
export * from './experiment/experiment.js';
export * from './experiment/mermaid.js';
export type { ExperimentPlan } from './experiment/plan.js';
export * from './experiment/result.js';
export type { RunOptions } from './experiment/run-options.js';
export * from './next-turn.js';
export * from './record.js';
export * from './rng.js';
export * from './search/ask-tell.js';
export { atLeast, atMost, type Constraint, isFeasible } from './search/constraint.js';
export * from './search/front.js';
export * from './search/metric.js';
export * from './search/objective.js';
export * from './search/outcome.js';
export * from './search/pruner.js';
export type { Trial } from './search/running-trial.js';
export { type Concurrency, defaultLag, type SearchOptions } from './search/search-options.js';
export * from './search/search-trials.js';
export * from './search/searcher.js';
export * from './search/stop-rule.js';
export * from './search/view.js';
export * from './space/compare-spaces.js';
export {
  constrained,
  type LessThan,
  lessThan,
  type Where,
} from './space/constraint.js';
export {
  type AnyDistribution,
  type ChoiceDistribution,
  choice,
  type Dist,
  type Distribution,
  describeDistribution,
  type FloatDistribution,
  type IntDistribution,
  int,
  type LabelledDistribution,
  type ListDistribution,
  logUniform,
  type ParamValue,
  type RealDist,
  type Scalar,
  type ScalarDist,
  type ShapeData,
  uniform,
  type VariantDistribution,
  type WhenEntry,
} from './space/distribution.js';
export * from './space/distribution-of.js';
export type { Encoded } from './space/encode.js';
export { type Axis, axisOf, Enumeration, fullAxis } from './space/enumeration.js';
export { labelled } from './space/labelled.js';
export type { Condition, Leaf } from './space/leaves.js';
export * from './space/list.js';
export * from './space/optuna-json.js';
export * from './space/quantile.js';
export type { CheckSpace } from './space/shape.js';
export * from './space/space.js';
export * from './space/variant.js';
export * from './space/when.js';
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
export { decodeEvent, encodeEvent } from './storage/event-codec.js';
export { MemoryStorage, memoryStorage } from './storage/memory-storage.js';
export * from './storage/storage.js';
export * from './storage/storage-errors.js';
export * from './training/analyzer.js';
export * from './training/trainer.js';
export * from './training/training-steps.js';
export * from './version.js';
export * from './wiring/load-plugins.js';
export * from './wiring/named-choice.js';
export {
  definePlugin,
  PLUGIN_API_VERSION,
  type Plugin,
  type PluginFactory,
  type PluginParts,
  type PluginRoles,
} from './wiring/plugin.js';
export * from './wiring/plugin-set.js';
export { type ClassOptions, provideClass } from './wiring/provide-class.js';
export * from './wiring/provider.js';
export * from './wiring/token.js';
export { type Layer, Wiring } from './wiring/wiring.js';
