/**
 * linearAlgebraLaws: what every linear algebra must hold to. Backward errors within p(n) eps on Hilbert, graded, clustered,
 * repeated and rank-deficient matrices, in extreme units and of every awkward size; refusals, purity, equal bits.
 */
import type { LinearAlgebra } from '@tangentlab/tensor';
import { type Law, registerLaws, type SuiteOptions } from './law.js';
import { CONTRACT_CHECKS } from './linear-algebra/contract-laws.js';
import { FACTORISATION_CHECKS } from './linear-algebra/factorisation-laws.js';
import { LANCZOS_CHECKS } from './linear-algebra/lanczos-laws.js';
import { PRODUCT_CHECKS } from './linear-algebra/product-laws.js';
import { SINGULAR_VALUE_CHECKS } from './linear-algebra/singular-value-laws.js';
import { SPECTRUM_CHECKS } from './linear-algebra/spectrum-laws.js';

/** A linear algebra to be tested; made afresh for every law. */
export type LinearAlgebraFactory = () => LinearAlgebra | Promise<LinearAlgebra>;

/**
 * Registers the laws of linear algebra with the test runner.
 *
 * *Throws* CONFIG_INVALID without a test runner, or for a skip that names no law. *Determinism*: the matrices are fixed.
 */
export function linearAlgebraLaws(name: string, create: LinearAlgebraFactory, options: SuiteOptions = {}): void {
  registerLaws(`linearAlgebraLaws: ${name}`, lawsOfLinearAlgebra(), create, options);
}

/** The laws themselves. */
export function lawsOfLinearAlgebra(): readonly Law<LinearAlgebra | Promise<LinearAlgebra>>[] {
  const checks = [
    ...CONTRACT_CHECKS,
    ...PRODUCT_CHECKS,
    ...FACTORISATION_CHECKS,
    ...SINGULAR_VALUE_CHECKS,
    ...SPECTRUM_CHECKS,
    ...LANCZOS_CHECKS,
  ];
  return checks.map(({ name, check }) => ({ name, check: async (make) => check(await make()) }));
}
