/**
 * The public face of @tangentlab/testkit: conformance suites for the roles of Tangentlab.
 */
export { type BackendFactory, type BackendLawsOptions, backendLaws, lawsOfBackends } from './backend-laws.js';
export * from './law.js';
export * from './searcher-laws.js';
