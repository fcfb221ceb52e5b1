/**
 * localSearch(): changes of the best trials, as a searcher.
 */
import { defineProvider, type Provider, parseConfig, SEARCHER, type Searcher } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { normalStream } from '../density/normal.js';
import { breedingSearcher } from '../evolution/breeding-search.js';
import { isOrdered } from '../evolution/genome.js';

/** What `localSearch` takes. */
export interface LocalSearchOptions {
  /** How many of the best trials are changed; 4 unless given. */
  readonly best?: number;
  /** Trials that cover the space evenly before the first change; 10 unless given. */
  readonly startup?: number;
  /** Whether points of a finite space may be tried again. False unless given. */
  readonly repeats?: boolean;
}

const SCHEMA = z.strictObject({
  best: z.number().int().min(1).default(4),
  startup: z.number().int().min(1).default(10),
  repeats: z.boolean().default(false),
});

/** The greatest step, as a share of the range; steps go down to a hundredth of it. */
const WIDEST = 0.3;

/**
 * Searches around the best trials: each suggestion is one of them, the better the more often, with some of its parameters
 * changed by steps of all sizes. Simple, and hard to fool; no model that could be wrong.
 *
 * *Cost*: O(leaves) per suggestion. *Throws* CONFIG_INVALID for its options. *Determinism*: slot n draws from `ask/n`, the
 * even start from the run's `search/local`.
 *
 * @example
 * localSearch({ best: 1 }).name // => 'local'
 */
export function localSearch(options: LocalSearchOptions = {}): Provider<Searcher> {
  const config = parseConfig('localSearch', SCHEMA, options);
  return defineProvider({ token: SEARCHER, name: 'local', config, create: () => localSearcher(options) });
}

/** The searcher itself, for graphs that are composed by hand. *Throws* CONFIG_INVALID for its options. */
export function localSearcher(options: LocalSearchOptions = {}): Searcher {
  const { best, startup, repeats } = parseConfig('localSearch', SCHEMA, options);
  return breedingSearcher({
    name: 'local',
    startup,
    repeats,
    population: best,
    breed: ({ members }, { space: { leaves } }, uniform) => {
      const normal = normalStream(uniform);
      // squaring favours the front of the list
      const { genome } = members[Math.floor(uniform() ** 2 * members.length)]!;
      const scale = WIDEST * 10 ** (-2 * uniform());
      const active = genome.filter((value) => !Number.isNaN(value)).length;
      const rate = Math.min(1, 2 / Math.max(1, active));
      const certain = Math.floor(uniform() * leaves.length); // one leaf at least, if it exists
      return genome.map((value, j) => {
        if (Number.isNaN(value) || (uniform() >= rate && j !== certain)) return value;
        return isOrdered(leaves[j]!) ? reflected(value + scale * normal()) : uniform();
      });
    },
  });
}

/** Back into [0, 1], as from a mirror at either end. */
function reflected(u: number): number {
  const turn = Math.abs(u) % 2;
  return turn > 1 ? 2 - turn : turn;
}
