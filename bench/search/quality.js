/**
 * How good the searchers are: the figure of the best so far after 20, 30, 60 and 100 trials, one for each seed, as the
 * peers' script measures it.
 */
import { maximize, minimize, Rng, searchTrials } from '@tangentlab/core';
import { compareLosses, nonDominationRanks } from '@tangentlab/optimizers';

export const BUDGETS = [20, 30, 60, 100];
export const SEEDS = 20;

/** The figures of one run at each budget. `maximized` turns the function over, which must change nothing. */
export function figures(problem, makeSearcher, { seed, lag = 1, maximized = false, budgets = BUDGETS }) {
  const { space, objectives: count, f, gap } = problem;
  const objectives = Array.from({ length: count }, (_, i) => (maximized ? maximize : minimize)(`m${i}`));
  const sign = maximized ? -1 : 1;
  const told = [];
  const project = ({ params }) => {
    const losses = [f(params)].flat();
    told.push(losses);
    return [{ step: 1, values: Object.fromEntries(losses.map((loss, i) => [`m${i}`, sign * loss])) }];
  };
  const options = { space, searcher: makeSearcher(), objectives, trials: budgets.at(-1), rng: Rng.root(seed), lag };
  searchTrials(options, project).subscribe();
  return budgets.map((budget) => gap(bestOf(told.slice(0, budget), count)));
}

function bestOf(losses, count) {
  if (count === 1) return [Math.min(...losses.map(([loss]) => loss))];
  const ranks = nonDominationRanks(losses, 1);
  return losses.filter((_, i) => ranks[i] === 0).sort(compareLosses);
}

/** The figures of all seeds from `first` on: `regrets[budget][i]`. */
export function regrets(problem, makeSearcher, options = {}) {
  const { seeds = SEEDS, first = 0, budgets = BUDGETS } = options;
  const runs = Array.from({ length: seeds }, (_, i) => figures(problem, makeSearcher, { ...options, seed: first + i }));
  return Object.fromEntries(budgets.map((budget, b) => [budget, runs.map((run) => run[b])]));
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
