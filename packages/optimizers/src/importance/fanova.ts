/**
 * fANOVA: how much of the variance over the whole space each hyperparameter explains on its own, by a forest's prediction.
 */
import { cardinality, indexOfValue, parseConfig, Rng, type Scalar, type Space, toUnit } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { type FinishedTrial, type Importances, shares, soundTrials } from './finished-trials.js';
import { type Cell, growCells } from './regression-tree.js';

/** What `fanova` takes. */
export interface FanovaOptions {
  /** 64 unless given. */
  readonly trees?: number;
  /** Where the bootstrap samples come from; 0 unless given. */
  readonly seed?: number;
}

const SCHEMA = z.strictObject({
  trees: z.number().int().min(1).default(64),
  seed: z.number().int().default(0),
});

/**
 * The share of the explained variance that each leaf has on its own.
 *
 * A forest predicts the value over the unit cube; of each tree the mean over all other coordinates is known exactly, and
 * so is its variance along one. Choices have one coordinate, cut between them; where a leaf does not exist it stands in
 * the middle. *Cost*: O(trees x trials x (log trials + leaves)). *Throws* CONFIG_INVALID for its options and for fewer than
 * two finite values; SPACE_INVALID for points outside of the space. *Determinism*: a function of its arguments. *Source*:
 * Hutter, Hoos and Leyton-Brown (2014).
 *
 * @example
 * const space = new Space({ a: uniform(0, 1), b: uniform(0, 1) });
 * const trials = Array.from({ length: 100 }, (_, i) => ({ params: { a: i / 99, b: ((i * 37) % 100) / 99 }, value: i }));
 * Object.keys(fanova(space, trials))[0] // => 'a'
 */
export function fanova(space: Space, trials: readonly FinishedTrial[], options: FanovaOptions = {}): Importances {
  const { trees, seed } = parseConfig('fanova', SCHEMA, options);
  const sound = soundTrials('fanova', space, trials);
  const x = sound.map(({ params }) => coordinatesOf(space, params)); // n x d
  const y = standardised(sound.map(({ value }) => value)); // n
  const d = space.leaves.length;
  const sums = new Float64Array(d);
  for (let tree = 0; tree < trees; tree++) {
    const uniform = Rng.root(seed).split('fanova', tree).stream();
    const rows = x.map(() => Math.floor(uniform() * x.length));
    const cells = growCells(x, y, rows, { leafSize: 1, candidates: Math.max(1, Math.ceil(d / 1.5)), uniform });
    const own = Array.from({ length: d }, (_, j) => varianceAlong(cells, j));
    const total = varianceOf(cells);
    if (total > 0)
      own.forEach((variance, j) => {
        sums[j]! += variance / total;
      });
  }
  return shares(
    space.leaves.map(({ name }) => name),
    sums,
  );
}

/** Choices in the middle of their cells, and what does not exist in the middle of all. */
function coordinatesOf(space: Space, params: FinishedTrial['params']): Float64Array {
  const flat = space.flatten(params);
  return Float64Array.from(space.leaves, ({ name, distribution }) => {
    if (!Object.hasOwn(flat, name)) return 0.5;
    const value = flat[name] as Scalar;
    if (distribution.kind === 'choice') return (indexOfValue(distribution, value) + 0.5) / cardinality(distribution);
    return toUnit(distribution, value);
  });
}

/** Mean 0 and largest magnitude 1, so that values of 1e300 do not overflow when they are squared. */
function standardised(values: readonly number[]): Float64Array {
  const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const mean = values.reduce((sum, value) => sum + value / scale, 0) / values.length;
  return Float64Array.from(values, (value) => value / scale - mean);
}

function volumeOf({ low, high }: Cell): number {
  return low.reduce((product, from, j) => product * (high[j]! - from), 1);
}

/** The variance of the tree's prediction over the cube. */
function varianceOf(cells: readonly Cell[]): number {
  let [mean, square] = [0, 0];
  for (const cell of cells) {
    const volume = volumeOf(cell);
    mean += volume * cell.value;
    square += volume * cell.value ** 2;
  }
  return Math.max(0, square - mean ** 2);
}

/** The variance along coordinate j of the mean over all others. */
function varianceAlong(cells: readonly Cell[], j: number): number {
  const borders = [...new Set(cells.flatMap(({ low, high }) => [low[j]!, high[j]!]))].sort((a, b) => a - b);
  const index = new Map(borders.map((border, i) => [border, i]));
  // each cell adds its value, times its extent in the other coordinates, to the pieces that it covers: at both ends of a
  // difference, summed up afterwards
  const steps = new Float64Array(borders.length);
  for (const cell of cells) {
    const [low, high] = [cell.low[j]!, cell.high[j]!];
    const share = (volumeOf(cell) / (high - low)) * cell.value;
    steps[index.get(low)!]! += share;
    steps[index.get(high)!]! -= share;
  }
  let [value, mean, square] = [0, 0, 0];
  for (let i = 0; i < borders.length - 1; i++) {
    value += steps[i]!;
    const width = borders[i + 1]! - borders[i]!;
    mean += width * value;
    square += width * value ** 2;
  }
  return Math.max(0, square - mean ** 2);
}
