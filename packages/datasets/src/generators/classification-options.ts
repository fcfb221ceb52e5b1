/**
 * The options of makeClassification: their meaning, defaults and bounds, which are scikit-learn's.
 *
 * Not the algorithm. Invariant: options that pass here fit together, and nothing after this file checks them again.
 */
import { ConfigError, parseConfig } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { optionsSchema, randomStateOption } from '../random/random-state-option.js';

/** What makeClassification draws; every option may be left out. */
export interface ClassificationOptions {
  /** Rows. *Range*: 1 and up; 100 by default. */
  readonly samples?: number;
  /** Columns, of all four kinds together. *Range*: 1 and up; 20 by default. */
  readonly features?: number;
  /** Columns that carry the classes: the dimensions of the hypercube. *Range*: 1 and up; 2 by default. */
  readonly informative?: number;
  /** Columns that are random linear combinations of the informative ones. *Range*: 0 and up; 2 by default. */
  readonly redundant?: number;
  /** Columns that repeat random informative or redundant ones. *Range*: 0 and up; 0 by default. */
  readonly repeated?: number;
  /** Labels, 0..classes-1. *Range*: 1 and up; 2 by default. */
  readonly classes?: number;
  /** Gaussian clusters of each class. *Range*: 1 and up; 2 by default. */
  readonly clustersPerClass?: number;
  /** The part of the samples that each class gets, the last one optional; equal parts by default. *Range*: sum <= 1. */
  readonly weights?: readonly number[];
  /** The part of the samples whose label is drawn anew, perhaps the same. *Range*: [0, 1]; 0.01 by default. */
  readonly flipY?: number;
  /** Half the side of the hypercube: the larger, the easier. *Range*: above 0; 1 by default. */
  readonly classSep?: number;
  /** Clusters at the corners of a hypercube, or, if false, of a random polytope; true by default. */
  readonly hypercube?: boolean;
  /** Added to all columns or to each its own; null draws each from [-classSep, classSep). 0 by default. */
  readonly shift?: number | readonly number[] | null;
  /** Multiplies, after the shift, all columns (above 0) or each by its own; null draws each from [1, 101). 1 by default. */
  readonly scale?: number | readonly number[] | null;
  /** Rows and columns in random order, or, if false, by cluster and by kind; true by default. */
  readonly shuffle?: boolean;
  /** NumPy's seed, for scikit-learn's own numbers. *Range*: an integer in 0..2^32-1; the run's seed decides by default. */
  readonly randomState?: number;
}

const count = (least: 0 | 1) => {
  const message = `must be an integer of ${least} or more`;
  return z.int(message).min(least, message);
};
const PART = 'must be a number of 0 or more';
const FLIP = 'must be a number in [0, 1]';
const positive = z.number('must be a number above 0').gt(0, 'must be a number above 0');
const perColumn = z.array(z.number());

const schema = optionsSchema({
  samples: count(1).default(100),
  features: count(1).default(20),
  informative: count(1).default(2),
  redundant: count(0).default(2),
  repeated: count(0).default(0),
  classes: count(1).default(2),
  clustersPerClass: count(1).default(2),
  weights: z.array(z.number(PART).min(0, PART), 'must be a list of numbers of 0 or more').optional(),
  flipY: z.number(FLIP).min(0, FLIP).max(1, FLIP).default(0.01),
  classSep: positive.default(1),
  hypercube: z.boolean('must be true or false').default(true),
  shift: z
    .union([z.number(), perColumn, z.null()], 'must be a finite number, a list of one per column, or null')
    .default(0),
  scale: z
    .union([positive, perColumn, z.null()], 'must be a finite number above 0, a list of one number per column, or null')
    .default(1),
  shuffle: z.boolean('must be true or false').default(true),
  randomState: randomStateOption,
});

/** The options with their defaults. */
export type ClassificationPlan = z.output<typeof schema>;

const WHERE = 'makeClassification';

/** The options with their defaults. @throws ConfigError CONFIG_INVALID for options that do not fit, alone or together. */
export function classificationPlan(options: ClassificationOptions): ClassificationPlan {
  const plan = parseConfig(WHERE, schema, options);
  checkColumns(plan);
  checkClusters(plan);
  checkWeights(plan);
  checkLength('shift', plan.shift, plan.features);
  checkLength('scale', plan.scale, plan.features);
  return plan;
}

function checkColumns({ features, informative, redundant, repeated }: ClassificationPlan): void {
  if (informative + redundant + repeated <= features) return;
  throw invalid(
    'informative + redundant + repeated must not exceed features',
    `${informative} + ${redundant} + ${repeated} > ${features}`,
    'raise features, or lower one of the three (informative and redundant are 2 unless you say otherwise)',
  );
}

function checkClusters({ classes, clustersPerClass, informative }: ClassificationPlan): void {
  if (Math.log2(classes * clustersPerClass) <= informative) return;
  throw invalid(
    'classes * clustersPerClass must not exceed the 2^informative corners of the hypercube',
    `${classes} * ${clustersPerClass} > 2^${informative}`,
    'raise informative, or lower clustersPerClass',
  );
}

function checkWeights({ weights, classes }: ClassificationPlan): void {
  if (weights === undefined) return;
  if (weights.length !== classes && weights.length !== classes - 1) {
    throw invalid(
      `weights must name the part of each of the ${classes} classes, or of all but the last`,
      `${weights.length}`,
      'give one weight per class',
    );
  }
  const sum = weights.reduce((total, weight) => total + weight, 0);
  // scikit-learn lets a larger sum pass and silently gives the last clusters fewer samples, or none
  if (sum > 1 + 1e-9) {
    throw invalid('weights must not sum to more than 1', String(sum), 'divide each weight by their sum');
  }
}

function checkLength(name: string, value: number | readonly number[] | null, features: number): void {
  if (!Array.isArray(value) || value.length === features) return;
  throw invalid(
    `${name} must have one number per column, ${features}`,
    `${value.length}`,
    `check ${name} and features`,
  );
}

function invalid(expected: string, got: string, todo: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', { where: WHERE, expected, got, todo });
}
