/**
 * PED-ANOVA: which hyperparameters decide whether a trial is among the best. A parameter matters as much as the best trials
 * are spread over its range in another way than all trials are.
 */
import {
  cardinality,
  type Distribution,
  type Objective,
  parseConfig,
  type Scalar,
  type Space,
  toUnit,
} from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { ndtr } from '../density/normal.js';
import { type FinishedTrial, type Importances, shares, soundTrials } from './finished-trials.js';

/** What `pedAnova` takes. */
export interface PedAnovaOptions {
  /** Which values are good; `minimize` unless given. */
  readonly direction?: Objective['direction'];
  /** The share of trials that count as the best; 0.1 unless given. */
  readonly best?: number;
}

const SCHEMA = z.strictObject({
  direction: z.enum(['minimize', 'maximize']).default('minimize'),
  best: z.number().gt(0).lt(1).default(0.1),
});

/** Cells into which a range is cut. */
const CELLS = 50;

/**
 * The importance of each leaf for being among the best trials.
 *
 * A conditional leaf is judged by the trials that have it, and counts by how many of the best do. *Cost*: O(leaves x
 * trials). *Throws* CONFIG_INVALID for its options and for fewer than two finite values; SPACE_INVALID for points outside
 * of the space. *Source*: Watanabe, Bansal and Hutter (2023).
 *
 * @example
 * const space = new Space({ a: uniform(0, 1), b: uniform(0, 1) });
 * const trials = Array.from({ length: 100 }, (_, i) => ({ params: { a: i / 99, b: ((i * 37) % 100) / 99 }, value: i }));
 * Object.keys(pedAnova(space, trials))[0] // => 'a'
 */
export function pedAnova(space: Space, trials: readonly FinishedTrial[], options: PedAnovaOptions = {}): Importances {
  const { direction, best } = parseConfig('pedAnova', SCHEMA, options);
  const sound = soundTrials('pedAnova', space, trials);
  const sign = direction === 'maximize' ? -1 : 1;
  const sorted = sound.map((_, i) => i).sort((a, b) => sign * (sound[a]!.value - sound[b]!.value) || a - b);
  const count = Math.max(1, Math.ceil(best * sound.length));
  const line = sign * sound[sorted[count - 1]!]!.value;
  // all trials as good as the last of the best are among them: which of equal ones came first says nothing
  const isBest = sound.map(({ value }) => sign * value <= line);
  const flat = sound.map(({ params }) => space.flatten(params));
  const amounts = space.leaves.map(({ name, distribution }) => {
    const having = flat.flatMap((leaves, i) => (Object.hasOwn(leaves, name) ? [i] : []));
    if (having.length < 2 || cardinality(distribution) === 1) return 0;
    const values = (indices: readonly number[]) => indices.map((i) => flat[i]![name] as Scalar);
    const top = having.filter((i) => isBest[i]);
    if (top.length === 0) return 0;
    const among = top.length / isBest.filter(Boolean).length;
    const overall = having.length / sound.length;
    return (among ** 2 / overall) * divergence(distribution, values(top), values(having));
  });
  return shares(
    space.leaves.map(({ name }) => name),
    amounts,
  );
}

/** Pearson's divergence between the best trials' density on the cells and that of all. */
function divergence(distribution: Distribution, top: readonly Scalar[], all: readonly Scalar[]): number {
  const cells = Math.min(CELLS, cardinality(distribution));
  const [p, q] = [top, all].map((values) => density(distribution, values, cells));
  return p!.reduce((sum, share, cell) => sum + q![cell]! * (share / q![cell]! - 1) ** 2, 0);
}

/** Smoothed shares of the values in the cells, with one wide prior among them. */
function density(distribution: Distribution, values: readonly Scalar[], cells: number): Float64Array {
  const places = values.map((value) => Math.min(cells - 1, Math.floor(toUnit(distribution, value) * cells)));
  const result = new Float64Array(cells).fill(1 / cells);
  const isChoice = distribution.kind === 'choice';
  const width = isChoice ? 0 : scottWidth(places);
  for (const place of places) {
    const kernel = isChoice ? choiceKernel(place, cells, values.length + 1) : normalKernel(place, cells, width);
    for (let cell = 0; cell < cells; cell++) result[cell]! += kernel[cell]!;
  }
  return result.map((value) => value / (values.length + 1));
}

function choiceKernel(place: number, cells: number, kernels: number): Float64Array {
  const kernel = new Float64Array(cells).fill(1 / kernels / (1 + cells / kernels));
  kernel[place]! += 1 / (1 + cells / kernels);
  return kernel;
}

/** A normal distribution around the middle of a cell, cut off at the ends. */
function normalKernel(place: number, cells: number, width: number): Float64Array {
  const at = (border: number) => ndtr((border - place - 0.5) / width);
  const mass = at(cells) - at(0);
  return Float64Array.from({ length: cells }, (_, cell) => (at(cell + 1) - at(cell)) / mass);
}

/** Scott's rule, with the quartiles against outliers; at least so that 90 % stay within a cell. */
function scottWidth(places: readonly number[]): number {
  const sorted = [...places].sort((a, b) => a - b);
  const n = sorted.length;
  const mean = sorted.reduce((sum, place) => sum + place, 0) / n;
  const deviation = Math.sqrt(sorted.reduce((sum, place) => sum + (place - mean) ** 2, 0) / Math.max(1, n - 1));
  const range = sorted[Math.min(n - 1, Math.floor(0.75 * n))]! - sorted[Math.floor(0.25 * n)]!;
  return Math.max(0.5 / 1.64, 1.059 * Math.min(range / 1.34, deviation) * n ** -0.2);
}
