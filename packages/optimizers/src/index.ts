/**
 * The public face of @tangentlab/optimizers: search strategies. They know nothing of networks.
 */
export * from './history/point-key.js';
export * from './qmc/halton.js';
export * from './qmc/latin-hypercube.js';
export { owenScramble, SOBOL_DIMENSIONS, scrambledSobol, sobolBits } from './qmc/sobol.js';
export * from './searchers/exhaustive-search.js';
export * from './searchers/grid.js';
export * from './searchers/grid-search.js';
export * from './searchers/index-permutation.js';
export * from './searchers/quasi-random.js';
export * from './searchers/random-search.js';
export * from './searchers/tpe.js';
