/**
 * Grid search: every combination once, then the search is exhausted.
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
import { Grid } from './grid.js';
import { indexPermutation } from './index-permutation.js';

/** What `gridSearch` takes. */
export interface GridSearchOptions {
  /** How many values to take of an integer or real range; all integers unless given, needed for real ranges. */
  readonly points?: number;
  /**
   * `shuffled` (unless given) visits the grid in a random order, so that a search with fewer trials than points still
   * varies every parameter; `lexicographic` changes the last parameter fastest.
   */
  readonly order?: 'shuffled' | 'lexicographic';
}

const SCHEMA = z.strictObject({
  points: z.number().int().min(1).optional(),
  order: z.enum(['shuffled', 'lexicographic']).default('shuffled'),
});

/**
 * Searches all combinations of the parameters' values.
 *
 * *Cost*: O(parameters) per suggestion, no memory per point. *Throws* CONFIG_INVALID for its options; SPACE_INVALID,
 * before the first trial, for a real range without `points`. *Determinism*: the order is drawn from the run's `search`
 * stream; suggestions do not depend on outcomes.
 *
 * @example
 * gridSearch({ points: 5 }).name // => 'grid'
 */
export function gridSearch(options: GridSearchOptions = {}): Provider<Searcher> {
  const config = parseConfig('gridSearch', SCHEMA, options);
  return defineProvider({
    token: SEARCHER,
    name: 'grid',
    config,
    create: () => gridSearcher(config.points, config.order),
  });
}

function gridSearcher(points: number | undefined, order: 'shuffled' | 'lexicographic'): Searcher {
  // the grid and its order are functions of the space and the run's rng; kept only so as not to be built per slot
  let built: { space: Space; path: string; grid: Grid; indexAt(slot: number): number } | undefined;
  const prepared = (space: Space, runRng: Rng) => {
    if (built === undefined || built.space !== space || built.path !== runRng.path) {
      const grid = new Grid(space, points);
      const indexAt =
        order === 'shuffled' ? indexPermutation(grid.size, runRng.split('grid').seed32()) : (slot: number) => slot;
      built = { space, path: runRng.path, grid, indexAt };
    }
    return built;
  };
  return {
    name: 'grid',
    feedback: false,
    check: (space) => void new Grid(space, points),
    ask: ({ space, slot, runRng }) => {
      const { grid, indexAt } = prepared(space, runRng);
      return slot < grid.size ? grid.point(indexAt(slot)) : null;
    },
  };
}
