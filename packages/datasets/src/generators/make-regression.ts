/**
 * The source `makeRegression`: a linear model with chosen informative columns and noise, with scikit-learn's numbers.
 *
 * Not a non-linear problem: a network of one layer solves it. Invariant: without noise the targets are exactly the linear
 * model's, to rounding; nothing is drawn before the source is opened.
 */
import { defineSource, parseConfig, type Source } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import type { RegressionTable } from '@tangentlab/tensor';
import { defer, of } from 'rxjs';
import type { RandomState } from '../random/numpy-random.js';
import { optionsSchema, randomStateFor, randomStateOption } from '../random/random-state-option.js';
import { lowRankMatrix } from './low-rank-matrix.js';
import { countOption, deviationOption, flagOption, numberOption } from './option-schemas.js';
import { addNoise, shuffleRows } from './shuffle-rows.js';

/** What makeRegression draws; every option may be left out. */
export interface RegressionOptions {
  /** Rows. *Range*: 1 and up; 100 by default. */
  readonly samples?: number;
  /** Columns. *Range*: 1 and up; 100 by default. */
  readonly features?: number;
  /** Columns that the targets depend on, at most all. *Range*: 0 and up; 10 by default. */
  readonly informative?: number;
  /** Targets of each row. *Range*: 1 and up; 1 by default. */
  readonly outputs?: number;
  /** Added to every target. 0 by default. */
  readonly bias?: number;
  /** About how many singular vectors explain most of the inputs; null for independent columns, the default. */
  readonly effectiveRank?: number | null;
  /** How much the tail of the singular values counts, with `effectiveRank`. *Range*: [0, 1]; 0.5 by default. */
  readonly tailStrength?: number;
  /** The standard deviation of normal noise on the targets. *Range*: 0 and up; 0 by default. */
  readonly noise?: number;
  /** Rows and columns in random order, or, if false, the informative columns first; true by default. */
  readonly shuffle?: boolean;
  /** NumPy's seed, for scikit-learn's own numbers. *Range*: an integer in 0..2^32-1; the run's seed decides by default. */
  readonly randomState?: number;
}

/** A table of a linear model, and the model. */
export interface LinearTable extends RegressionTable {
  /** features x outputs, row-major: the weights that made the targets, 0 in a column that does not count. */
  readonly coefficients: Float64Array;
}

const TAIL = 'must be a number in [0, 1]';
const RANK = 'must be an integer of 1 or more, or null';

const schema = optionsSchema({
  samples: countOption(1).default(100),
  features: countOption(1).default(100),
  informative: countOption(0).default(10),
  outputs: countOption(1).default(1),
  bias: numberOption.default(0),
  effectiveRank: z.union([z.int().min(1, RANK), z.null()], RANK).default(null),
  tailStrength: z.number(TAIL).min(0, TAIL).max(1, TAIL).default(0.5),
  noise: deviationOption.default(0),
  shuffle: flagOption.default(true),
  randomState: randomStateOption,
});

type RegressionPlan = z.output<typeof schema>;

/**
 * A random linear regression problem.
 *
 * *Shapes*: x is samples x features, targets samples x outputs, coefficients features x outputs. *Cost*: O(samples x
 * features x outputs) when opened, with `effectiveRank` O(samples x features x min(samples, features)).
 * *Determinism*: with `randomState`, scikit-learn's own numbers to 1e-12; with `effectiveRank` they are as exact as the QR
 * decomposition of a random matrix, which was within 4e-14 for 200 x 100. Without, MT19937 seeded from the path of the
 * source, so that the seed of the run decides. *Source*: scikit-learn 1.9.1, `make_regression`.
 *
 * @throws ConfigError CONFIG_INVALID for an unknown option or a value out of range.
 * @example
 * makeRegression({ samples: 50, features: 4, noise: 1 }).steps.map((step) => step.name) // => ['makeRegression']
 */
export function makeRegression(options: RegressionOptions = {}): Source<LinearTable> {
  const plan = parseConfig('makeRegression', schema, options);
  return defineSource<LinearTable>({
    name: 'makeRegression',
    config: { ...options },
    open: ({ rng }) => defer(() => of(regressionTable(plan, randomStateFor(plan.randomState, rng)))),
  });
}

// n samples, f features, k outputs

function regressionTable(plan: RegressionPlan, random: RandomState): LinearTable {
  const { samples, features, outputs, effectiveRank, tailStrength, bias, noise } = plan;
  const x =
    effectiveRank === null
      ? Float64Array.from({ length: samples * features }, () => random.standardNormal())
      : lowRankMatrix(samples, features, { effectiveRank, tailStrength }, random); // n x f
  const coefficients = new Float64Array(features * outputs); // f x k
  const informative = Math.min(plan.informative, features) * outputs;
  for (let i = 0; i < informative; i++) coefficients[i] = 100 * random.uniform();
  const targets = linearModel(x, coefficients, plan); // n x k
  for (let i = 0; i < targets.length; i++) targets[i] = targets[i]! + bias;
  addNoise(targets, noise, random);
  const table: LinearTable = { x, targets, samples, features, outputs, coefficients };
  return plan.shuffle ? shuffled(table, random) : table;
}

function linearModel(x: Float64Array, coefficients: Float64Array, { samples, features, outputs }: RegressionPlan) {
  const product = new Float64Array(samples * outputs); // n x k
  for (let row = 0; row < samples; row++) {
    for (let j = 0; j < features; j++) {
      const value = x[row * features + j]!;
      for (let c = 0; c < outputs; c++) {
        product[row * outputs + c] = product[row * outputs + c]! + value * coefficients[j * outputs + c]!;
      }
    }
  }
  return product;
}

/** Rows first, then columns: the order of scikit-learn's draws. */
function shuffled(table: LinearTable, random: RandomState): LinearTable {
  const mixed = shuffleRows(table, random);
  const { x, samples, features, outputs, coefficients } = mixed;
  const columns = random.permutation(features);
  const moved = new Float64Array(x.length); // n x f
  for (let row = 0; row < samples; row++) {
    for (let j = 0; j < features; j++) moved[row * features + j] = x[row * features + columns[j]!]!;
  }
  const weights = new Float64Array(coefficients.length); // f x k
  columns.forEach((column, j) => {
    weights.set(coefficients.subarray(column * outputs, (column + 1) * outputs), j * outputs);
  });
  return { ...mixed, x: moved, coefficients: weights };
}
