/**
 * tpe(): the tree-structured Parzen estimator as a searcher.
 */
import { defineProvider, type Provider, parseConfig, SEARCHER, type Searcher } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { ConditionalTpe } from '../tpe/conditional-tpe.js';
import { Optuna5 } from '../tpe/optuna5.js';

/** What `tpe` takes. */
export interface TpeOptions {
  /** Trials that cover the space evenly before the first estimate; 10 unless given. */
  readonly startup?: number;
  /** Candidates that are drawn and compared for each suggestion; 24 unless given. */
  readonly candidates?: number;
  /** Whether points of a finite space may be tried again: for objectives with noise. False unless given. */
  readonly repeats?: boolean;
  /** `optuna5`: as Optuna 5 has it, faults included. */
  readonly compatible?: 'optuna5';
}

const SCHEMA = z.strictObject({
  startup: z.number().int().min(1).default(10),
  candidates: z.number().int().min(1).default(24),
  repeats: z.boolean().default(false),
  compatible: z.enum(['optuna5']).optional(),
});

/**
 * Searches where good trials lie more densely than others: trials are split into the best tenth (at most 25) and the rest,
 * both are smoothed to densities l and g over the space, and of the candidates drawn from l the one with the greatest l / g
 * is tried.
 *
 * Conditional parameters are learned from the trials that have them. Trials that were pruned or paused count behind
 * complete ones, those that break constraints behind these; failed and running ones repel. Under several objectives the
 * best tenth is that of the lowest non-domination ranks, the last one thinned out by hypervolume. No point of a finite
 * space is tried twice, and null says that it is spent.
 *
 * *Cost*: O(leaves x trials) per suggestion, O(leaves log trials) to take an outcome in. *Throws* CONFIG_INVALID for its
 * options. *Determinism*: slot n draws from `ask/n`, the even start from the run's `search/tpe`. *Source*: Bergstra et al.
 * (2011); Watanabe (2023); Ozaki et al. (2022) for several objectives.
 *
 * @example
 * tpe({ startup: 5 }).config // => { startup: 5, candidates: 24, repeats: false }
 */
export function tpe(options: TpeOptions = {}): Provider<Searcher> {
  const config = parseConfig('tpe', SCHEMA, options);
  return defineProvider({ token: SEARCHER, name: 'tpe', config, create: () => tpeSearcher(options) });
}

/** The searcher itself, for graphs that are composed by hand. *Throws* CONFIG_INVALID for its options. */
export function tpeSearcher(options: TpeOptions = {}): Searcher {
  const { startup, candidates, repeats, compatible } = parseConfig('tpe', SCHEMA, options);
  const model =
    compatible === 'optuna5' ? new Optuna5(startup, candidates) : new ConditionalTpe({ startup, candidates, repeats });
  return { name: 'tpe', feedback: true, ask: (request) => model.ask(request) };
}
