/**
 * cmaEs(): CMA-ES as a searcher.
 */
import {
  ConfigError,
  defineProvider,
  type Provider,
  parseConfig,
  SEARCHER,
  type Searcher,
  type Space,
} from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { type CmaOptions, CmaRun, numericLeaves } from '../cma/cma-run.js';
import { ReadAlong } from '../history/read-along.js';

/** What `cmaEs` takes. */
export interface CmaEsOptions {
  /** Trials that cover the space evenly before the first generation; the best of them is its centre. 6 unless given. */
  readonly startup?: number;
  /** The first step size, as a share of every range; 1/6 unless given. */
  readonly sigma?: number;
  /** Trials in a generation; 4 + 3 ln n for n numbers unless given. */
  readonly population?: number;
  /** Shortens steps until they carry more signal than noise: for noise and many local minima. False unless given. */
  readonly adaptRates?: boolean;
}

const SCHEMA = z.strictObject({
  startup: z.number().int().min(1).default(6),
  sigma: z
    .number()
    .positive()
    .max(1)
    .default(1 / 6),
  population: z.number().int().min(4).optional(),
  adaptRates: z.boolean().default(false),
});

/** Attempts to draw an allowed point before the space's own sampling takes over. */
const ATTEMPTS = 100;

/**
 * Searches by a normal distribution that moves and takes shape: CMA-ES with margin for integers and BIPOP restarts, from
 * the best point of an even start.
 *
 * For one objective and numbers. Choices are drawn evenly and never learned; a conditional number keeps its coordinate
 * where it does not exist, and learns nothing there. Trials that fail, break constraints or were pruned rank last in their
 * generation. With a lag, generations are drawn from what is known.
 *
 * *Cost*: O(n^2) per suggestion, O(n^3) per generation of n numbers. *Throws* CONFIG_INVALID for its options; SPACE_INVALID,
 * before the first trial, for a space without numbers. *Determinism*: slot n draws from the run's `search/cma/n`.
 * *Source*: Hansen (2016); Hamano et al. (2022); Hansen (2009); Nomura et al. (2023).
 *
 * @example
 * cmaEs().name // => 'cmaEs'
 */
export function cmaEs(options: CmaEsOptions = {}): Provider<Searcher> {
  const config = parseConfig('cmaEs', SCHEMA, options);
  return defineProvider({ token: SEARCHER, name: 'cmaEs', config, create: () => cmaEsSearcher(options) });
}

/** The searcher itself, for graphs that are composed by hand. *Throws* CONFIG_INVALID for its options. */
export function cmaEsSearcher(options: CmaEsOptions = {}): Searcher {
  const { population, ...rest } = parseConfig('cmaEs', SCHEMA, options);
  const config: CmaOptions = { ...rest, population };
  const searches = new ReadAlong<CmaRun>();
  return {
    name: 'cmaEs',
    feedback: true,
    check: checkNumeric,
    ask: (request) => {
      const { space, view, slot, rng } = request;
      checkNumeric(space);
      const run = searches.of(view, () => new CmaRun(request, config));
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const point = run.point(slot, attempt);
        if (space.accepts(point)) return point;
      }
      return space.sample(rng.split('again'));
    },
  };
}

function checkNumeric(space: Space): void {
  if (numericLeaves(space).length > 0) return;
  throw new ConfigError('SPACE_INVALID', {
    where: 'cmaEs',
    expected: 'a space with at least one number is needed',
    got: 'choices only',
    todo: 'take tpe() for this space',
  });
}
