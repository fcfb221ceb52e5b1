/**
 * The public face of @tangentlab/tensor: tables, the contracts of the matrix core and of f64 linear algebra, and their
 * reference implementations.
 */
export * from './activation.js';
export * from './arena.js';
export * from './backend-trainer.js';
export * from './computation-steps.js';
export * from './counter-random.js';
export * from './define-activation.js';
export * from './define-loss.js';
export * from './dense-matrix.js';
export * from './dot.js';
export * from './erf.js';
export * from './evaluate-loss.js';
export * from './from-columns.js';
export * from './lanczos/krylov-basis.js';
export * from './lanczos/lanczos.js';
export * from './lanczos/run-lanczos.js';
export * from './linear-algebra.js';
export * from './loss.js';
export * from './matrix-backend.js';
export * from './matrix-op.js';
export * from './numerical-rank.js';
export * from './one-hot.js';
export * from './optimizer.js';
export * from './product-scalars.js';
export * from './reference-backend.js';
export * from './reference-linear-algebra.js';
export * from './shapes.js';
export * from './table.js';
export * from './triangular-pivots.js';
