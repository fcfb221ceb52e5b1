/**
 * Scikit-learn's make_classification as a pure function of checked options and a random state.
 *
 * Not a source and not a validator. Invariant: the draws are scikit-learn's, in its order; reordering two steps here
 * changes every number after them.
 */
import type { Table } from '@tangentlab/tensor';
import type { RandomState } from '../random/numpy-random.js';
import type { ClassificationPlan } from './classification-options.js';
import { hypercubeCorners } from './hypercube.js';

// n samples, f features, d informative features, c clusters; x is n x f, row-major

/** The table under construction. */
interface Draft {
  readonly plan: ClassificationPlan;
  readonly random: RandomState;
  readonly x: Float64Array; // n x f
  readonly y: Int32Array; // n
}

/**
 * The table of these options.
 *
 * *Shapes*: samples x features. *Cost*: O(samples x features x informative).
 * *Source*: Guyon 2003, "Design of experiments for the NIPS 2003 variable selection benchmark"; scikit-learn 1.9.1.
 */
export function classificationTable(plan: ClassificationPlan, random: RandomState): Table {
  const { samples, features, informative, redundant, repeated, classes } = plan;
  const draft: Draft = { plan, random, x: new Float64Array(samples * features), y: new Int32Array(samples) };
  const centroids = clusterCentroids(plan, random); // c x d
  fillNormal(draft, 0, informative);
  placeClusters(draft, centroids);
  if (redundant > 0) combineColumns(draft);
  if (repeated > 0) repeatColumns(draft);
  fillNormal(draft, informative + redundant + repeated, features);
  flipLabels(draft);
  shiftAndScale(draft);
  return { ...(plan.shuffle ? shuffled(draft) : { x: draft.x, y: draft.y }), samples, features, classes };
}

/** How many samples each cluster gets: its class's part rounded down, the rest dealt out one by one. */
function clusterSizes({ samples, classes, clustersPerClass, weights }: ClassificationPlan): Int32Array {
  const parts = weights ?? new Array<number>(classes).fill(1 / classes);
  // added up from the left, as Python does for an array; its sum of a *list* is compensated since 3.12 and may differ
  const last = 1 - parts.reduce((total, part) => total + part, 0);
  const sizes = Int32Array.from({ length: classes * clustersPerClass }, (_, k) =>
    Math.trunc((samples * (parts[k % classes] ?? last)) / clustersPerClass),
  );
  const rest = samples - sizes.reduce((total, size) => total + size, 0);
  for (let i = 0; i < rest; i++) (sizes[i % sizes.length] as number)++;
  return sizes;
}

/** Corners of a cube of side 2 classSep about the origin, or of a polytope drawn from it. *Shapes*: c x d. */
function clusterCentroids(plan: ClassificationPlan, random: RandomState): Float64Array {
  const { classSep, informative: d, hypercube } = plan;
  const c = plan.classes * plan.clustersPerClass;
  const centroids = Float64Array.from(hypercubeCorners(c, d, random), (bit) => bit * (2 * classSep) - classSep);
  if (hypercube) return centroids;
  const perCluster = uniforms(c, random);
  const perDimension = uniforms(d, random);
  return centroids.map(
    (value, i) => value * (perCluster[Math.floor(i / d)] as number) * (perDimension[i % d] as number),
  );
}

function uniforms(count: number, random: RandomState): Float64Array {
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = random.uniform();
  return values;
}

/** Entries uniform in [-1, 1). */
function mixingMatrix(rows: number, columns: number, random: RandomState): Float64Array {
  return uniforms(rows * columns, random).map((u) => 2 * u - 1);
}

function fillNormal({ plan: { samples, features }, random, x }: Draft, from: number, to: number): void {
  for (let row = 0; row < samples; row++) {
    for (let column = from; column < to; column++) x[row * features + column] = random.standardNormal();
  }
}

/** Gives each cluster its own covariance, its place and its label. */
function placeClusters({ plan, random, x, y }: Draft, centroids: Float64Array): void {
  const { features, informative: d, classes } = plan;
  const sizes = clusterSizes(plan);
  let start = 0;
  sizes.forEach((size, k) => {
    // drawn for an empty cluster too
    const mixing = mixingMatrix(d, d, random); // d x d
    const stop = start + size;
    for (let row = start; row < stop; row++) {
      const at = row * features;
      const mixed = rowTimes(x.subarray(at, at + d), mixing, d); // d
      for (let j = 0; j < d; j++) x[at + j] = (mixed[j] as number) + (centroids[k * d + j] as number);
      y[row] = k % classes;
    }
    start = stop;
  });
}

/** Fills the redundant columns with linear combinations of the informative ones. */
function combineColumns({ plan, random, x }: Draft): void {
  const { samples, features, informative: d, redundant } = plan;
  const mixing = mixingMatrix(d, redundant, random); // d x redundant
  for (let row = 0; row < samples; row++) {
    const at = row * features;
    x.set(rowTimes(x.subarray(at, at + d), mixing, redundant), at + d);
  }
}

/** A row vector times a matrix of `columns` columns. */
function rowTimes(row: Float64Array, matrix: Float64Array, columns: number): Float64Array {
  const product = new Float64Array(columns);
  row.forEach((value, i) => {
    for (let j = 0; j < columns; j++) (product[j] as number) += value * (matrix[i * columns + j] as number);
  });
  return product;
}

/** Copies random useful columns; the first and the last of them are half as likely as the others, as in scikit-learn. */
function repeatColumns({ plan, random, x }: Draft): void {
  const { samples, features, repeated } = plan;
  const useful = plan.informative + plan.redundant;
  const copied = uniforms(repeated, random).map((u) => Math.trunc((useful - 1) * u + 0.5));
  for (let row = 0; row < samples; row++) {
    const at = row * features;
    copied.forEach((column, j) => {
      x[at + useful + j] = x[at + column] as number;
    });
  }
}

function flipLabels({ plan: { samples, flipY, classes }, random, y }: Draft): void {
  // all decisions are drawn before the first new label
  const chances = uniforms(samples, random);
  chances.forEach((chance, row) => {
    if (chance < flipY) y[row] = random.randint(classes);
  });
}

function shiftAndScale({ plan, random, x }: Draft): void {
  const { features, classSep } = plan;
  const shift = plan.shift ?? uniforms(features, random).map((u) => (2 * u - 1) * classSep);
  const scale = plan.scale ?? uniforms(features, random).map((u) => 1 + 100 * u);
  const shiftOf = typeof shift === 'number' ? () => shift : (column: number) => shift[column] as number;
  const scaleOf = typeof scale === 'number' ? () => scale : (column: number) => scale[column] as number;
  for (let i = 0; i < x.length; i++) x[i] = ((x[i] as number) + shiftOf(i % features)) * scaleOf(i % features);
}

function shuffled({ plan: { samples, features }, random, x, y }: Draft): { x: Float64Array; y: Int32Array } {
  const rows = random.permutation(samples);
  const columns = random.permutation(features);
  const mixed = new Float64Array(x.length); // n x f
  rows.forEach((row, i) => {
    columns.forEach((column, j) => {
      mixed[i * features + j] = x[row * features + column] as number;
    });
  });
  return { x: mixed, y: Int32Array.from(rows, (row) => y[row] as number) };
}
