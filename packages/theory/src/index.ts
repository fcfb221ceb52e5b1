/**
 * The public face of @tangentlab/theory: instruments that measure the theory of a network, functions first.
 */
export * from './jacobian.js';
export * from './jacobian-products.js';
export * from './jacobian-rank.js';
export * from './linearize.js';
export * from './numerical-rank.js';
export * from './row-span.js';
export * from './tangent-cholesky.js';
