/**
 * The public face of @tangentlab/optimizers: search strategies. They know nothing of networks.
 */
export * from './grid.js';
export * from './grid-search.js';
export * from './index-permutation.js';
export * from './random-search.js';
