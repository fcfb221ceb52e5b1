/**
 * The public face of @tangentlab/theory: instruments that measure the theory of a network, functions first.
 */
export type { AnalyzerOptions } from './analyzers/analyzed-samples.js';
export * from './analyzers/jacobian-rank-analyzer.js';
export * from './analyzers/linear-distance.js';
export * from './analyzers/ntk-analyzers.js';
export * from './analyzers/path-to-interpolation.js';
export { vjp } from './derivatives/backward-pass.js';
export * from './derivatives/curvature-products.js';
export { type ForwardTangent, forwardTangent, jvp } from './derivatives/forward-tangent.js';
export * from './derivatives/jacobian.js';
export * from './derivatives/jacobian-products.js';
export * from './derivatives/layer-blocks.js';
export * from './derivatives/layer-tangents.js';
export * from './derivatives/loss-curvature.js';
export * from './kernel/analytic-kernel.js';
export * from './kernel/dual-activation.js';
export * from './kernel/gaussian-pair.js';
export * from './kernel/kernel-forms.js';
export * from './kernel/kernel-prediction.js';
export * from './kernel/tangent-kernel.js';
export {
  type LayeredWideNetwork,
  type UniformWideNetwork,
  type WideLayer,
  type WideNetwork,
  wideNetwork,
} from './kernel/wide-network.js';
export * from './linearisation/coordinate-check.js';
export * from './linearisation/lazy-training.js';
export * from './linearisation/linear-dynamics.js';
export * from './linearisation/linearize.js';
export { activationSeries } from './linearisation/power-series.js';
export * from './linearisation/taylor-expansion.js';
export * from './rank/activation-pattern.js';
export { exactColumnRank } from './rank/exact-column-rank.js';
export * from './rank/exact-rank.js';
export * from './rank/jacobian-error.js';
export * from './rank/jacobian-rank.js';
export { type ModularOptions, rankModulo } from './rank/modular-elimination.js';
export * from './rank/modular-rank.js';
export * from './rank/numerical-rank.js';
export { PrimeField } from './rank/prime-field.js';
export * from './rank/rank-certificate.js';
export * from './rank/row-span.js';
export * from './rank/structural-bound.js';
export * from './rank/tangent-cholesky.js';
