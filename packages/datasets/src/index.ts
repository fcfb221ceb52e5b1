/**
 * The public face of @tangentlab/datasets: data sources with scikit-learn's numbers, and the stages that prepare them.
 */
export type { ClassificationOptions } from './generators/classification-options.js';
export { type BlobsOptions, type BlobsTable, makeBlobs } from './generators/make-blobs.js';
export { type CirclesOptions, makeCircles } from './generators/make-circles.js';
export { makeClassification } from './generators/make-classification.js';
export { type MoonsOptions, makeMoons } from './generators/make-moons.js';
export { type LinearTable, makeRegression, type RegressionOptions } from './generators/make-regression.js';
export { RandomState } from './random/numpy-random.js';
export { standardScale } from './scalers/standard-scale.js';
export { type HoldoutOptions, holdout } from './splits/holdout.js';
export { type FoldOptions, kFold, stratifiedKFold } from './splits/k-fold.js';
