/**
 * backendLaws: what every matrix core must hold to. Each operation is compared with the reference back end, on shapes of
 * all kinds, within bounds counted in roundings of its precision; the laws of memory and of refusals come on top.
 *
 * Not covered: `createTrainer`. Its oracle is the same training composed from the primitives, which lives in `nn`.
 */
import type { MatrixBackend } from '@tangentlab/tensor';
import { type BackendCheck, lawsOfChecks, type Sampling } from './backend/backend-bench.js';
import { CONTRACT_CHECKS } from './backend/contract-laws.js';
import { ELEMENTWISE_CHECKS } from './backend/elementwise-laws.js';
import { IN_PLACE_CHECKS } from './backend/in-place-laws.js';
import { LOSS_CHECKS } from './backend/loss-laws.js';
import { MEMORY_CHECKS } from './backend/memory-laws.js';
import { OPTIMIZER_CHECKS } from './backend/optimizer-laws.js';
import { PRODUCT_CHECKS } from './backend/product-laws.js';
import { type Law, registerLaws, type SuiteOptions } from './law.js';

/** A back end to be tested; made afresh for every law, not initialised yet. */
export type BackendFactory = () => MatrixBackend | Promise<MatrixBackend>;

/** What `backendLaws` takes beside a name and a factory. */
export interface BackendLawsOptions extends SuiteOptions, Partial<Sampling> {}

const CHECKS: readonly BackendCheck[] = [
  ...CONTRACT_CHECKS,
  ...MEMORY_CHECKS,
  ...PRODUCT_CHECKS,
  ...ELEMENTWISE_CHECKS,
  ...LOSS_CHECKS,
  ...IN_PLACE_CHECKS,
  ...OPTIMIZER_CHECKS,
];

/**
 * Registers the laws of matrix cores with the test runner.
 *
 * Every law gets a back end of its own from `create`; the suite initialises and disposes of it. *Throws* CONFIG_INVALID
 * without a test runner, or for a skip that names no law. *Determinism*: cases are drawn from `seed` (42 unless given),
 * `numRuns` of them for each law (25 unless given).
 */
export function backendLaws(name: string, create: BackendFactory, options: BackendLawsOptions = {}): void {
  registerLaws(`backendLaws: ${name}`, lawsOfBackends(options), create, options);
}

/** The laws themselves. */
export function lawsOfBackends(
  sampling: Partial<Sampling> = {},
): readonly Law<MatrixBackend | Promise<MatrixBackend>>[] {
  return lawsOfChecks(CHECKS, sampling);
}
