/**
 * gp(): Bayesian optimisation with Gaussian processes, as a searcher.
 */
import { defineProvider, type Provider, parseConfig, SEARCHER, type Searcher } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { LINEAR_ALGEBRA, type LinearAlgebra, referenceLinearAlgebra } from '@tangentlab/tensor';
import { GpSearch } from '../gp/gp-search.js';

/** What `gp` takes. */
export interface GpOptions {
  /** What makes a point worth trying; the logarithm of the expected improvement unless given. */
  readonly acquisition?: 'logEi' | 'ei' | 'pi' | 'ucb' | 'thompson';
  /** Trials that cover the space evenly before the first model; 10 unless given. */
  readonly startup?: number;
  /** The variance of the objective's noise as a share of the variance of all losses, if it is known; learned unless given. */
  readonly noise?: number;
  /** Whether points of a finite space may be tried again: for objectives with noise. False unless given. */
  readonly repeats?: boolean;
}

/** What `gpSearcher` takes besides. */
export interface GpSearcherOptions extends GpOptions {
  /** Where matrices are factorised; plain TypeScript unless given. */
  readonly linearAlgebra?: LinearAlgebra;
}

const SCHEMA = z.strictObject({
  acquisition: z.enum(['logEi', 'ei', 'pi', 'ucb', 'thompson']).default('logEi'),
  startup: z.number().int().min(1).default(10),
  noise: z.number().min(0).optional(),
  repeats: z.boolean().default(false),
});

/**
 * Bayesian optimisation: a Gaussian process describes what was told, and the point with the highest acquisition under it is
 * tried next. The searcher for trials that are dear: it gets most out of the first few hundred.
 *
 * One process serves the whole tree of conditional parameters. Losses are bent to a scale on which a few bad trials do not
 * hide the rest; failed trials, broken constraints and infinite losses are learned from. Pruned and paused trials count as
 * no better than the median. Two objectives are searched by the expected hypervolume improvement, more by random weights.
 * From eight ranges on - real ones, or steps too many to try each - one objective is searched within a trust region around
 * the best trial; the note of a slot tells its size as `region`.
 * Open slots count as if they had come out as expected. No point of a finite space is tried twice, and null says that it is
 * spent.
 *
 * *Cost*: hyperparameters are fitted to at most 256 trials, after every tell up to 50 trials and then after every n / 50;
 * a suggestion costs O(n^2) times some hundred candidates, n at most some 1000. *Throws* CONFIG_INVALID for its options.
 * *Determinism*: slot n draws from `ask/n`, the even start from the run's `search/gp`; bits are those of the role
 * LinearAlgebra. *Source*: Matern 5/2 kernel; priors of Hvarfner et al. (2024); log-EI of Ament et al. (2023);
 * TuRBO-1 of Eriksson et al. (2019).
 *
 * @example
 * gp({ startup: 5 }).config // => { acquisition: 'logEi', startup: 5, repeats: false }
 */
export function gp(options: GpOptions = {}): Provider<Searcher> {
  const config = parseConfig('gp', SCHEMA, options);
  return defineProvider({
    token: SEARCHER,
    name: 'gp',
    config,
    requires: [LINEAR_ALGEBRA],
    create: (linearAlgebra) => gpSearcher({ ...options, linearAlgebra }),
  });
}

/** The searcher itself, for graphs that are composed by hand. *Throws* CONFIG_INVALID for its options. */
export function gpSearcher({ linearAlgebra = referenceLinearAlgebra, ...options }: GpSearcherOptions = {}): Searcher {
  const { noise, ...config } = parseConfig('gp', SCHEMA, options);
  const search = new GpSearch(linearAlgebra, { ...config, noise });
  return { name: 'gp', feedback: true, ask: (request) => search.ask(request) };
}
