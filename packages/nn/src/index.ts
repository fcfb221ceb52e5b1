/**
 * The public face of @tangentlab/nn: multilayer perceptrons and their training.
 */
export * from './adam.js';
export type { AveragedMetric } from './averaged-fits.js';
export * from './classification-metrics.js';
export * from './composed-trainer.js';
export * from './cross-validate.js';
export * from './forward.js';
export * from './gradient-training.js';
export * from './initialise.js';
export * from './layers.js';
export * from './mlp.js';
export * from './repeat-fit.js';
