/**
 * The public face of @tangentlab/datasets: data sources with scikit-learn's numbers, and the stages that prepare them.
 */

export { breastCancer, digits, iris, wine } from './builtin/builtin-data.js';
export type { BuiltinTable } from './builtin/builtin-table.js';
export { oneHotTargets } from './encoding/one-hot-targets.js';
export type { ClassificationOptions } from './generators/classification-options.js';
export { type BlobsOptions, type BlobsTable, makeBlobs } from './generators/make-blobs.js';
export { type CirclesOptions, makeCircles } from './generators/make-circles.js';
export { makeClassification } from './generators/make-classification.js';
export { type MoonsOptions, makeMoons } from './generators/make-moons.js';
export { type LinearTable, makeRegression, type RegressionOptions } from './generators/make-regression.js';
export { RandomState } from './random/numpy-random.js';
export { batchesFromCsv, type CsvBatchOptions } from './readers/batches-from-csv.js';
export type { CsvFormat } from './readers/csv-rows.js';
export type { DataInput } from './readers/data-input.js';
export { type CsvOptions, readCsv } from './readers/read-csv.js';
export { type JsonOptions, readJson } from './readers/read-json.js';
export { type NpyOptions, readNpy } from './readers/read-npy.js';
export type {
  ColumnKind,
  MissingRule,
  ReadColumns,
  ReadOptions,
  ReadRegressionTable,
  ReadTable,
  TableFor,
  Task,
} from './readers/read-options.js';
export { type ParquetOptions, readParquet } from './readers/read-parquet.js';
export { ColumnScaling } from './scalers/column-scaling.js';
export { maxAbsScale, maxAbsScaling } from './scalers/max-abs-scale.js';
export { type MinMaxScaleOptions, minMaxScale, minMaxScaling } from './scalers/min-max-scale.js';
export { type NormalizeRowsOptions, normalizeRows } from './scalers/normalize-rows.js';
export { type RobustScaleOptions, robustScale, robustScaling } from './scalers/robust-scale.js';
export { RunningMoments, runningScaling } from './scalers/running-moments.js';
export { type ScaledTargets, scaleTargets } from './scalers/scale-targets.js';
export type { Scalable } from './scalers/scaling-stage.js';
export { type StandardScaleOptions, standardScale, standardScaling } from './scalers/standard-scale.js';
export { type HoldoutOptions, holdout } from './splits/holdout.js';
export { type FoldOptions, kFold, stratifiedKFold } from './splits/k-fold.js';
