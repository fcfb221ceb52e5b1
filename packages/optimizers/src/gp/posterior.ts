/**
 * posterior(): what a Gaussian process believes after some trials, along one or two parameters - mean, band, acquisition
 * and the trials themselves, as data for a picture.
 */
import {
  ConfigError,
  fromUnit,
  maximize,
  minimize,
  parseConfig,
  Rng,
  type Scalar,
  type Space,
  show,
  TrialLog,
  viewOf,
} from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { type LinearAlgebra, referenceLinearAlgebra } from '@tangentlab/tensor';
import { genomeOf } from '../evolution/genome.js';
import { type FinishedTrial, soundTrials } from '../importance/finished-trials.js';
import { sumOfWishes } from './criterion.js';
import { GpSearch } from './gp-search.js';
import { wishesFor } from './wishes.js';

/** What `posterior` takes. */
export interface PosteriorOptions {
  /** The leaves along which to look, by their storage names: one or two. The first one or two of the space unless given. */
  readonly along?: readonly string[];
  /** Which values are good; `minimize` unless given. */
  readonly direction?: 'minimize' | 'maximize';
  /** Places along a real range: 101 of one, 41 of each of two unless given. */
  readonly places?: number;
  readonly acquisition?: 'logEi' | 'ei' | 'pi' | 'ucb';
  /** Where matrices are factorised; plain TypeScript unless given. */
  readonly linearAlgebra?: LinearAlgebra;
}

/** A leaf along which the posterior is looked at. */
export interface PosteriorAxis {
  readonly leaf: string;
  /** Coordinates in [0, 1], ascending, and the values that they stand for. */
  readonly coordinates: readonly number[];
  readonly values: readonly Scalar[];
}

/** The posterior at a grid. Lists over the grid: the second axis, if there is one, changes fastest. */
export interface Posterior {
  readonly axes: readonly PosteriorAxis[];
  /** What is expected, in the unit of the trials' values; `low` and `high` lie two standard deviations away. */
  readonly mean: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** What a trial there would be worth; of `logEi` and `pi` the logarithm. */
  readonly acquisition: readonly number[];
  /** The trials' coordinates along the axes, null where a leaf does not exist, and their values. */
  readonly trials: readonly { readonly coordinates: readonly (number | null)[]; readonly value: number }[];
}

const SCHEMA = z.strictObject({
  along: z.array(z.string()).min(1).max(2).optional(),
  direction: z.enum(['minimize', 'maximize']).default('minimize'),
  places: z.number().int().min(2).optional(),
  acquisition: z.enum(['logEi', 'ei', 'pi', 'ucb']).default('logEi'),
});

/**
 * What the model of `gp()` believes after these trials. Leaves that are not looked along stand as in the best trial.
 *
 * *Cost*: that of one suggestion, and O(n^2) for each place. *Throws* CONFIG_INVALID for its options, for fewer than two
 * finite values, and for a leaf that does not exist in the best trial; SPACE_INVALID for points outside of the space.
 * *Determinism*: a function of its arguments.
 *
 * @example
 * const space = new Space({ x: uniform(0, 1) });
 * const trials = [0, 0.3, 0.6, 1].map((x) => ({ params: { x }, value: (x - 0.4) ** 2 }));
 * const { axes, mean, low, high } = posterior(space, trials, { places: 3 });
 * axes[0]?.values // => [0, 0.5, 1]
 * mean.every((value, i) => low[i]! <= value && value <= high[i]!) // => true
 */
export function posterior(
  space: Space,
  trials: readonly FinishedTrial[],
  { linearAlgebra = referenceLinearAlgebra, ...options }: PosteriorOptions = {},
): Posterior {
  const { direction, acquisition, ...wanted } = parseConfig('posterior', SCHEMA, options);
  const sound = soundTrials('posterior', space, trials);
  const along = wanted.along ?? space.leaves.slice(0, 2).map(({ name }) => name);
  const places = wanted.places ?? (along.length === 1 ? 101 : 41);
  const sign = direction === 'maximize' ? -1 : 1;
  const best = sound.reduce((a, b) => (sign * b.value < sign * a.value ? b : a));
  const centre = genomeOf(space, best.params);
  const leaves = along.map((name) => leafNamed(space, name, centre));

  const log = new TrialLog();
  sound.forEach(({ params, value }, slot) => {
    log.propose(params);
    log.record(slot, { state: 'complete', values: [value], curve: [] });
  });
  const objectives = [direction === 'maximize' ? maximize('value') : minimize('value')];
  const request = { space, objectives, view: viewOf(log, sound.length, 1) };
  const search = new GpSearch(linearAlgebra, { acquisition, startup: 1, repeats: true, noise: undefined });
  const model = search.model(request);
  const features = search.featuresOf(request);
  const uniform = Rng.root(0).stream(); // nothing is drawn under one objective

  const axes = leaves.map((j): PosteriorAxis => {
    const { name, distribution } = space.leaves[j]!;
    const few = features.valuesOf(j);
    const raw = few.length > 0 ? [...few] : Array.from({ length: places }, (_, i) => i / (places - 1));
    const coordinates = [...new Set(raw.map((u) => features.snapped(centre.map((own, k) => (k === j ? u : own)))[j]!))];
    return { leaf: name, coordinates, values: coordinates.map((u) => fromUnit(distribution, u)) };
  });
  const rows = grid(axes.map(({ coordinates }) => coordinates)).map((at) =>
    // leaves that come to exist along the way stand in the middle
    features.snapped(
      centre.map((own, j) => (leaves.includes(j) ? at[leaves.indexOf(j)]! : Number.isNaN(own) ? 0.5 : own)),
    ),
  );
  const points = new Float64Array(rows.length * features.width);
  rows.forEach((row, k) => {
    features.write(row, points, k * features.width);
  });
  const { surrogate, warp } = model.objectives[0]!;
  const { means, deviations } = surrogate.process.at(points, rows.length);
  const criterion = sumOfWishes(features, wishesFor(model, acquisition, linearAlgebra, features, uniform));
  const at = (deviationsAway: number) =>
    Array.from(means, (mean, k) => sign * warp.loss(mean + deviationsAway * sign * deviations[k]!));
  return {
    axes,
    mean: at(0),
    low: at(-2),
    high: at(2),
    acquisition: Array.from(criterion.at(rows)),
    trials: sound.map(({ params, value }) => {
      const row = genomeOf(space, params);
      return { coordinates: leaves.map((j) => (Number.isNaN(row[j]!) ? null : row[j]!)), value };
    }),
  };
}

function leafNamed({ leaves }: Space, name: string, centre: Float64Array): number {
  const j = leaves.findIndex((leaf) => leaf.name === name);
  if (j >= 0 && !Number.isNaN(centre[j]!)) return j;
  throw new ConfigError('CONFIG_INVALID', {
    where: 'posterior, along',
    expected: 'the name of a leaf that exists in the best trial is needed',
    got: show(name),
    todo: `take one of ${leaves.flatMap((leaf, k) => (Number.isNaN(centre[k]!) ? [] : [leaf.name])).join(', ')}`,
  });
}

/** All combinations, the last one changing fastest. */
function grid(axes: readonly (readonly number[])[]): number[][] {
  return axes.reduce<number[][]>((rows, axis) => rows.flatMap((row) => axis.map((u) => [...row, u])), [[]]);
}
