/**
 * The public face of @tangentlab/datasets: data sources with scikit-learn's numbers, and the stages that prepare them.
 */
export type { ClassificationOptions } from './classification-options.js';
export { type HoldoutOptions, holdout } from './holdout.js';
export { makeClassification } from './make-classification.js';
export { RandomState } from './numpy-random.js';
export { standardScale } from './standard-scale.js';
