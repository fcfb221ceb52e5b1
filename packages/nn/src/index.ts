/**
 * The public face of @tangentlab/nn: multilayer perceptrons and their training.
 */
export * from './adam.js';
export * from './classification-metrics.js';
export * from './composed-trainer.js';
export * from './forward.js';
export * from './gradient-training.js';
export * from './initialise.js';
export * from './layers.js';
export * from './mlp.js';
