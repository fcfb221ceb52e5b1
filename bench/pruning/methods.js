/**
 * The ways to search that are compared, each with its defaults; those of several objectives are the ones that know such.
 */
import { ashaPromote, hyperband, median, randomSearch, successiveHalving, tpe } from 'tangentlab';
import { EPOCHS } from './configurations.js';
import { halvesAtRandom, keepsTheWorst } from './controls.js';
import { replay } from './replay.js';

export const SEARCHERS = { random: randomSearch, tpe };

/** The share of epochs that the targets allow: for one objective, and for two. */
export const ALLOWED = { valAccuracy: 0.35, valLoss: 0.35, 'valAccuracy and cost': 0.5 };

const plain = (searcher) => searcher().create();
const pruned = (make, several = true) => ({
  several,
  run: (curves, { searcher, ...rest }) => replay(curves, { ...rest, searcher: plain(searcher), pruner: make() }),
});

/** Names as in the tables, and what runs: `several` is false for pruners of one objective. */
export const METHODS = {
  'full training': {
    several: true,
    run: (curves, { searcher, ...rest }) => replay(curves, { ...rest, searcher: plain(searcher) }),
  },
  'full training of fewer trials': {
    several: true,
    run: (curves, { searcher, trials, ...rest }) => {
      const fewer = Math.round(trials * ALLOWED[rest.goal]);
      const found = replay(curves, { ...rest, trials: fewer, searcher: plain(searcher) });
      return { ...found, share: found.epochs / (trials * EPOCHS) };
    },
  },
  median: pruned(() => median().create(), false),
  successiveHalving: pruned(() => successiveHalving().create()),
  hyperband: pruned(() => hyperband({ mostSteps: EPOCHS }).create()),
  ashaPromote: {
    several: true,
    run: (curves, { searcher, ...rest }) =>
      replay(curves, { ...rest, searcher: ashaPromote(searcher(), { mostSteps: EPOCHS }).create() }),
  },
  'halves at random': pruned(halvesAtRandom),
  'keeps the worst': pruned(keepsTheWorst),
};
