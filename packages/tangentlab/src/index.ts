/**
 * Tangentlab in one import. `experiment` comes with default parts - the reference matrix core and the reference linear
 * algebra - which any record or `with(...)` replaces; everything else is re-exported as it is.
 */
import { type ExperimentFactory, experimentWith } from '@tangentlab/core';
import { reference, referenceAlgebra } from '@tangentlab/tensor';

export {
  type AnyProvider,
  type AskRequest,
  ConfigError,
  choice,
  type Dist,
  defineAnalyzer,
  defineProvider,
  defineSource,
  defineStage,
  describe,
  type Experiment,
  type ExperimentGraph,
  flow,
  int,
  isTangentError,
  logUniform,
  maximize,
  minimize,
  type Objective,
  type Overrides,
  type ParamsOf,
  type Provider,
  pickNamed,
  type Result,
  Rng,
  type Run,
  type RunEvent,
  type RunStarted,
  SEARCHER,
  type Searcher,
  type Source,
  type Stage,
  searchTrials,
  TangentError,
  type Trainer,
  type TrialEvent,
  type TrialFinished,
  type TrialMetric,
  toMermaid,
  uniform,
  VERSION,
} from '@tangentlab/core';
export { holdout, makeClassification, standardScale } from '@tangentlab/datasets';
export { adam, type EpochMetric, type Mlp, mlp, predict } from '@tangentlab/nn';
export { gpu } from '@tangentlab/ops-gpu';
export { gridSearch, randomSearch } from '@tangentlab/optimizers';
export {
  type MatrixBackend,
  reference,
  referenceAlgebra,
  referenceLinearAlgebra,
  type Split,
  type Table,
} from '@tangentlab/tensor';
export {
  type JacobianRank,
  jacobian,
  jacobianRank,
  jacobianRankOf,
  linearize,
  numericalRank,
} from '@tangentlab/theory';

/** Describes an experiment; parts that the record does not name are the reference ones. */
export const experiment: ExperimentFactory = experimentWith(reference(), referenceAlgebra());
