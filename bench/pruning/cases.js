/**
 * What is searched, by whom and how long; and one such case, run with every way to prune over all seeds.
 */
import { figureFor, gapTo, progressOf } from './figures.js';
import { ALLOWED, METHODS, SEARCHERS } from './methods.js';
import { GOALS } from './replay.js';

const SEARCHES = [
  { searcher: 'random', trials: 100 },
  { searcher: 'random', trials: 300 },
  { searcher: 'tpe', trials: 100 },
];
export const CASES = Object.keys(GOALS).flatMap((goal) => SEARCHES.map((search) => ({ goal, ...search })));

const rounded = (value) => Number(value.toPrecision(5));

/**
 * For each method, the first of which is full training, and each seed: the share of epochs, the figure, the gap to full
 * training of the same seed, and the way there.
 */
export function runCase({ goal, searcher, trials }, curves, seeds, ways = METHODS) {
  const figure = figureFor(curves, goal);
  const methods = Object.entries(ways).filter(([, { several }]) => several || GOALS[goal].length === 1);
  const runs = seeds.map((seed) => {
    const found = methods.map(([, { run }]) => run(curves, { goal, searcher: SEARCHERS[searcher], trials, seed }));
    const progress = found.map((search) => progressOf(search, figure));
    const full = progress[0].at(-1).figure;
    return found.map(({ share }, m) => {
      const reached = progress[m].at(-1).figure;
      const gap = gapTo(full, reached, goal);
      return { share: rounded(share), reached: rounded(reached), gap: rounded(gap), progress: progress[m] };
    });
  });
  return {
    goal,
    searcher,
    trials,
    allowed: ALLOWED[goal],
    methods: methods.map(([name], m) => {
      const of = (key) => runs.map((run) => run[m][key]);
      return { name, share: of('share'), reached: of('reached'), gap: of('gap'), progress: of('progress') };
    }),
  };
}
