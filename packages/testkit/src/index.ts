/**
 * The public face of @tangentlab/testkit: conformance suites for the roles of Tangentlab.
 */
export * from './law.js';
export * from './searcher-laws.js';
