/**
 * The source `makeBlobs`: round Gaussian clusters, one class each, with scikit-learn's numbers.
 *
 * Not for classes of several clusters: makeClassification has them. Invariant: nothing is drawn before the source is
 * opened, and each opening gives the same table.
 */
import { ConfigError, defineSource, parseConfig, type Source, show } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import type { Table } from '@tangentlab/tensor';
import { defer, of } from 'rxjs';
import type { RandomState } from '../random/numpy-random.js';
import { optionsSchema, randomStateFor, randomStateOption } from '../random/random-state-option.js';
import { countOption, deviationOption, flagOption, numberOption } from './option-schemas.js';
import { shuffleRows } from './shuffle-rows.js';

/** What makeBlobs draws; every option may be left out. */
export interface BlobsOptions {
  /** Rows in all, dealt out evenly, or the rows of each cluster. *Range*: 1 and up in all; 100 by default. */
  readonly samples?: number | readonly number[];
  /** Columns, unless `centers` are given. *Range*: 1 and up; 2 by default. */
  readonly features?: number;
  /** How many centres to draw, or the centres themselves; 3, or one per entry of `samples`, by default. */
  readonly centers?: number | readonly (readonly number[])[];
  /** The standard deviation of all clusters or of each its own. *Range*: 0 and up; 1 by default. */
  readonly clusterStd?: number | readonly number[];
  /** Centres are drawn uniformly between these two, in each column. *Range*: low <= high; [-10, 10] by default. */
  readonly centerBox?: readonly [number, number];
  /** Rows in random order, or, if false, cluster by cluster; true by default. */
  readonly shuffle?: boolean;
  /** NumPy's seed, for scikit-learn's own numbers. *Range*: an integer in 0..2^32-1; the run's seed decides by default. */
  readonly randomState?: number;
}

/** A table of clusters, and where they were put. */
export interface BlobsTable extends Table {
  /** classes x features, row-major. */
  readonly centers: Float64Array;
}

const SAMPLES = 'must be an integer of 1 or more, or a list of integers of 0 or more';
const CENTERS = 'must be an integer of 1 or more, or a list of points';
const STD = 'must be a number of 0 or more, or a list of them';
const BOX = 'must be two finite numbers, the lower first';

const schema = optionsSchema({
  samples: z.union([z.int().min(1, SAMPLES), z.array(z.int().min(0, SAMPLES)).min(1, SAMPLES)], SAMPLES).default(100),
  features: countOption(1).default(2),
  centers: z
    .union([z.int().min(1, CENTERS), z.array(z.array(numberOption).min(1, CENTERS)).min(1, CENTERS)], CENTERS)
    .optional(),
  clusterStd: z.union([deviationOption, z.array(deviationOption)], STD).default(1),
  centerBox: z.tuple([z.number(BOX), z.number(BOX)], BOX).default([-10, 10]),
  shuffle: flagOption.default(true),
  randomState: randomStateOption,
});

const WHERE = 'makeBlobs';

/** Checked options, with every size settled. */
interface BlobsPlan {
  readonly sizes: readonly number[]; // rows of each cluster
  readonly deviations: readonly number[]; // one per cluster
  readonly features: number;
  readonly given: readonly (readonly number[])[] | undefined;
  readonly box: readonly [number, number];
  readonly shuffle: boolean;
}

/**
 * Round Gaussian clusters, one class each.
 *
 * *Shapes*: x is samples x features, centers classes x features. *Cost*: O(samples x features), when opened.
 * *Determinism*: with `randomState`, scikit-learn's own numbers to 1e-12; without, MT19937 seeded from the path of the
 * source, so that the seed of the run decides. *Source*: scikit-learn 1.9.1, `make_blobs`.
 *
 * @throws ConfigError CONFIG_INVALID for an unknown option, or for options that do not fit, alone or together.
 * @example
 * makeBlobs({ centers: [[0, 0], [5, 5]], clusterStd: [1, 0.5] }).steps.map((step) => step.name) // => ['makeBlobs']
 */
export function makeBlobs(options: BlobsOptions = {}): Source<BlobsTable> {
  const parsed = parseConfig(WHERE, schema, options);
  const plan = planOf(parsed);
  return defineSource<BlobsTable>({
    name: WHERE,
    config: { ...options },
    open: ({ rng }) => defer(() => of(blobsTable(plan, randomStateFor(parsed.randomState, rng)))),
  });
}

function planOf({ samples, features, centers, clusterStd, centerBox, shuffle }: z.output<typeof schema>): BlobsPlan {
  const given = typeof centers === 'object' ? centers : undefined;
  const clusters =
    given?.length ?? (centers as number | undefined) ?? (typeof samples === 'number' ? 3 : samples.length);
  const columns = given?.[0]?.length ?? features;
  const sizes = typeof samples === 'number' ? dealOut(samples, clusters) : samples;
  const deviations = typeof clusterStd === 'number' ? new Array<number>(clusters).fill(clusterStd) : clusterStd;
  if (sizes.length !== clusters) {
    throw invalid(
      `samples must name the rows of each of the ${clusters} centers`,
      `${sizes.length} numbers`,
      'samples',
    );
  }
  if (sizes.every((size) => size === 0)) throw invalid('samples must hold at least one sample', 'none', 'samples');
  if (deviations.length !== clusters) {
    throw invalid(`clusterStd must have one number per center, ${clusters}`, `${deviations.length}`, 'clusterStd');
  }
  const ragged = given?.findIndex((center) => center.length !== columns) ?? -1;
  if (ragged >= 0) {
    throw invalid(`center ${ragged} must have ${columns} coordinates like center 0`, show(given?.[ragged]), 'centers');
  }
  if (centerBox[0] > centerBox[1])
    throw invalid('centerBox must give the lower end first', show(centerBox), 'centerBox');
  return { sizes, deviations, features: columns, given, box: centerBox, shuffle };
}

function dealOut(samples: number, clusters: number): readonly number[] {
  return Array.from({ length: clusters }, (_, k) => Math.floor(samples / clusters) + (k < samples % clusters ? 1 : 0));
}

function blobsTable({ sizes, deviations, features, given, box, shuffle }: BlobsPlan, random: RandomState): BlobsTable {
  const classes = sizes.length;
  const centers =
    given === undefined
      ? Float64Array.from({ length: classes * features }, () => random.uniform(...box))
      : Float64Array.from(given.flat());
  const samples = sizes.reduce((total, size) => total + size, 0);
  const x = new Float64Array(samples * features);
  const y = Int32Array.from(sizes.flatMap((size, k) => new Array<number>(size).fill(k)));
  for (let i = 0; i < x.length; i++) {
    const k = y[Math.floor(i / features)]!;
    x[i] = centers[k * features + (i % features)]! + deviations[k]! * random.standardNormal();
  }
  const table: BlobsTable = { x, y, samples, features, classes, centers };
  return shuffle ? shuffleRows(table, random) : table;
}

function invalid(expected: string, got: string, option: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', { where: WHERE, expected, got, todo: `check ${option}` });
}
