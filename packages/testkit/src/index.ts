/**
 * The public face of @tangentlab/testkit: conformance suites for the roles of Tangentlab.
 */

export { type AnalyzerSubject, analyzerLaws, lawsOfAnalyzers } from './analyzer-laws.js';
export { type ErrorListener, listenToErrors } from './backend/error-bounds.js';
export { type BackendFactory, type BackendLawsOptions, backendLaws, lawsOfBackends } from './backend-laws.js';
export { type DeterminismSubject, determinismLaws, lawsOfDeterminism } from './determinism-laws.js';
export type { ExecutorSubject } from './executor-laws/executor-bench.js';
export { type ExecutorLawsOptions, executorLaws, lawsOfExecutors } from './executor-laws.js';
export * from './law.js';
export { type LinearAlgebraFactory, lawsOfLinearAlgebra, linearAlgebraLaws } from './linear-algebra-laws.js';
export { lawsOfMatrixOp, type MatrixOpSubject, matrixOpLaws } from './matrix-op-laws.js';
export { lawsOfNetworks, networkLaws } from './network-laws.js';
export { lawsOfPruners, prunerLaws } from './pruner-laws.js';
export * from './searcher-laws.js';
export * from './sensitive-fakes.js';
export type { StorageSubject } from './storage-laws/storage-subject.js';
export { lawsOfStorages, storageLaws } from './storage-laws.js';
