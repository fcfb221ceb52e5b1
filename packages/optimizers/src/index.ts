/**
 * The public face of @tangentlab/optimizers: search strategies. They know nothing of networks.
 */
export { erfcx, logNdtr, ndtr, ndtri } from './density/normal.js';
export * from './front/dominance.js';
export * from './front/hypervolume.js';
export * from './gp/posterior.js';
export * from './gp/posterior-svg.js';
export * from './history/point-key.js';
export * from './importance/fanova.js';
export type { FinishedTrial, Importances } from './importance/finished-trials.js';
export * from './importance/ped-anova.js';
export * from './pruners/patient.js';
export { type MedianOptions, median, type PercentileOptions, percentile } from './pruners/percentile.js';
export { signedRank } from './pruners/signed-rank.js';
export {
  type HyperbandOptions,
  hyperband,
  type SuccessiveHalvingOptions,
  successiveHalving,
} from './pruners/successive-halving.js';
export * from './pruners/threshold.js';
export * from './pruners/wilcoxon.js';
export * from './qmc/halton.js';
export * from './qmc/latin-hypercube.js';
export { owenScramble, SOBOL_DIMENSIONS, scrambledSobol, sobolBits } from './qmc/sobol.js';
export * from './searchers/asha-promote.js';
export * from './searchers/auto.js';
export * from './searchers/cma-search.js';
export * from './searchers/exhaustive-search.js';
export * from './searchers/gp.js';
export * from './searchers/grid.js';
export * from './searchers/grid-search.js';
export * from './searchers/index-permutation.js';
export * from './searchers/local-search.js';
export * from './searchers/nsga2.js';
export * from './searchers/partially-fixed.js';
export * from './searchers/quasi-random.js';
export * from './searchers/random-search.js';
export * from './searchers/tpe.js';
export * from './searchers/warm-start.js';
