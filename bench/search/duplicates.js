/**
 * How often a searcher tries a point of a finite space again: 72 points, 60 trials.
 */
import { minimize, Rng, searchTrials } from '@tangentlab/core';

/** The trials whose point was tried before. */
export function duplicates(space, makeSearcher, trials, seed) {
  const seen = new Set();
  let repeated = 0;
  const options = { space, searcher: makeSearcher(), objectives: [minimize('y')], trials, rng: Rng.root(seed) };
  searchTrials(options, ({ params }) => {
    const key = JSON.stringify(params);
    if (seen.has(key)) repeated++;
    seen.add(key);
    return [{ step: 1, values: { y: Math.abs(params.a - 4) + (params.b === 'y' ? 0 : 1) + params.c / 4 } }];
  }).subscribe();
  return repeated;
}
