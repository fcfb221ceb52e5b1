/**
 * Exhaustive search: every point of a finite space once, whatever was tried before, then the search is exhausted.
 */
import {
  defineProvider,
  type Provider,
  parseConfig,
  type Rng,
  SEARCHER,
  type Searcher,
  type Space,
} from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { TriedPointsCache } from '../history/tried-points.js';
import { Grid } from './grid.js';
import { indexPermutation } from './index-permutation.js';

/** What `exhaustiveSearch` takes. */
export interface ExhaustiveSearchOptions {
  /** `shuffled` unless given; `lexicographic` changes the last parameter fastest. */
  readonly order?: 'shuffled' | 'lexicographic';
}

const SCHEMA = z.strictObject({ order: z.enum(['shuffled', 'lexicographic']).default('shuffled') });

/**
 * Tries every point of a finite space that was not tried yet: enqueued points and those of an earlier run are passed over,
 * conditional parameters never repeat a point, and null says that the space is spent.
 *
 * *Cost*: O(leaves) per suggestion, a key kept per point. *Throws* CONFIG_INVALID for its options; SPACE_INVALID, before
 * the first trial, for a space that is not finite. *Determinism*: the order is drawn from the run's `search/exhaustive`;
 * suggestions do not depend on outcomes.
 *
 * @example
 * exhaustiveSearch().name // => 'exhaustive'
 */
export function exhaustiveSearch(options: ExhaustiveSearchOptions = {}): Provider<Searcher> {
  const { order } = parseConfig('exhaustiveSearch', SCHEMA, options);
  return defineProvider({
    token: SEARCHER,
    name: 'exhaustive',
    config: { order },
    create: () => exhaustiveSearcher(order),
  });
}

/** The place in its order up to which everything was tried. */
interface Progress {
  readonly grid: Grid;
  indexAt(position: number): number;
  asked: number;
  position: number;
}

/** The searcher itself, for graphs that are composed by hand. */
export function exhaustiveSearcher(order: 'shuffled' | 'lexicographic' = 'shuffled'): Searcher {
  const tried = new TriedPointsCache();
  const searches = new WeakMap<object, Progress>();
  return {
    name: 'exhaustive',
    feedback: false,
    check: (space) => void new Grid(space, undefined, 'exhaustiveSearch'),
    ask: ({ space, view, runRng }) => {
      const points = tried.of(space, view);
      let progress = searches.get(view.search);
      if (progress === undefined || progress.asked > view.asked) progress = start(space, order, runRng);
      searches.set(view.search, progress);
      progress.asked = view.asked;
      const { grid, indexAt } = progress;
      // what stands before the position was tried, and stays so
      for (; progress.position < grid.size; progress.position++) {
        const point = grid.point(indexAt(progress.position));
        if (!points.has(point)) return point;
      }
      return null;
    },
  };
}

function start(space: Space, order: 'shuffled' | 'lexicographic', runRng: Rng): Progress {
  const grid = new Grid(space, undefined, 'exhaustiveSearch');
  const indexAt =
    order === 'shuffled'
      ? indexPermutation(grid.size, runRng.split('exhaustive').seed32())
      : (position: number) => position;
  return { grid, indexAt, asked: 0, position: 0 };
}
