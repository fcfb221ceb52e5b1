/**
 * Quasi-random search: points that cover the space evenly, randomised once per run. Like random search it never looks at
 * outcomes; unlike it, it leaves no large holes and makes no near duplicates.
 */
import { defineProvider, type Provider, parseConfig, type Rng, SEARCHER, type Searcher } from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { scrambledHalton } from '../qmc/halton.js';
import { latinHypercube } from '../qmc/latin-hypercube.js';
import { scrambledSobol } from '../qmc/sobol.js';
import { acceptedPoint } from './accepted-point.js';

/** What `latinSearch` takes. */
export interface LatinSearchOptions {
  /** The number of trials: each range is cut into so many cells, each used once. */
  readonly trials: number;
}

/**
 * Searches by Owen-scrambled Sobol points: evenest after 2^k trials.
 *
 * Leaves that do not exist at a point leave their coordinate unused. *Cost*: O(32) per leaf. *Determinism*: the scramble
 * is drawn from the run's `search/sobol`; suggestions do not depend on outcomes. *Source*: Sobol (1967), Owen (1995).
 *
 * @example
 * sobolSearch().name // => 'sobol'
 */
export function sobolSearch(): Provider<Searcher> {
  return defineProvider({ token: SEARCHER, name: 'sobol', create: () => evenSearcher('sobol', scrambledSobol) });
}

/**
 * Searches by scrambled Halton points: even after any number of trials, in up to some twenty dimensions.
 *
 * *Cost*: O(32) per leaf. *Determinism*: the scramble is drawn from the run's `search/halton`; suggestions do not depend
 * on outcomes. *Source*: Halton (1960), Matousek (1998).
 *
 * @example
 * haltonSearch().name // => 'halton'
 */
export function haltonSearch(): Provider<Searcher> {
  return defineProvider({ token: SEARCHER, name: 'halton', create: () => evenSearcher('halton', scrambledHalton) });
}

/**
 * Searches by a Latin hypercube: with n trials, each of n equal parts of every range is tried once.
 *
 * *Cost*: O(leaves). *Throws* CONFIG_INVALID unless `trials` is an integer of at least 1. *Determinism*: the hypercube is
 * drawn from the run's `search/latin`, the place within a cell from slot n's `ask/n`; suggestions do not depend on
 * outcomes. *Source*: McKay, Beckman and Conover (1979).
 *
 * @example
 * latinSearch({ trials: 20 }).config // => { trials: 20 }
 */
export function latinSearch(options: LatinSearchOptions): Provider<Searcher> {
  const config = parseConfig('latinSearch', z.strictObject({ trials: z.number().int().min(1) }), options);
  return defineProvider({ token: SEARCHER, name: 'latin', config, create: () => latinSearcher(config.trials) });
}

type Sequence = (index: number, dimension: number, key: number) => number;

function evenSearcher(name: string, sequence: Sequence): Searcher {
  return {
    name,
    feedback: false,
    ask: (request) => {
      const key = scrambleKeys(request.runRng.split(name));
      return acceptedPoint(request, (dimension, attempt) => sequence(request.slot, dimension, key(attempt)));
    },
  };
}

function latinSearcher(trials: number): Searcher {
  return {
    name: 'latin',
    feedback: false,
    ask: (request) => {
      const key = scrambleKeys(request.runRng.split('latin'));
      const jitter = request.rng.stream();
      return acceptedPoint(request, (dimension, attempt) =>
        latinHypercube(request.slot, dimension, trials, key(attempt), jitter()),
      );
    },
  };
}

/** The key of each attempt's scramble; each is hashed once. */
function scrambleKeys(rng: Rng): (attempt: number) => number {
  let [known, key] = [0, rng.seed32()];
  return (attempt) => {
    if (attempt !== known) [known, key] = [attempt, rng.split('again', attempt).seed32()];
    return key;
  };
}
