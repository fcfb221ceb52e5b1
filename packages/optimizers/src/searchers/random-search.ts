/**
 * Random search: every slot draws a point of its own, whatever came before.
 */
import { defineProvider, type Provider, SEARCHER, type Searcher } from '@tangentlab/core';

/**
 * Searches by independent random points.
 *
 * *Cost*: O(parameters) per suggestion. *Determinism*: slot n draws from `ask/n`; suggestions do not depend on outcomes,
 * so trials never wait for each other. *Source*: Bergstra and Bengio (2012).
 *
 * @example
 * randomSearch().name // => 'random'
 */
export function randomSearch(): Provider<Searcher> {
  return defineProvider({
    token: SEARCHER,
    name: 'random',
    create: randomSearcher,
  });
}

/** The searcher itself, for graphs that are composed by hand. */
export function randomSearcher(): Searcher {
  return { name: 'random', feedback: false, ask: ({ space, rng }) => space.sample(rng) };
}
