/**
 * What a suggestion costs: ask and tell in memory, one thread, with so many complete trials before. Process time, median
 * over rounds.
 */
import { choice, int, logUniform, maximize, Rng, Space, TrialLog, uniform, viewOf } from '@tangentlab/core';

export const HISTORY = [10, 100, 1000, 10_000];
/** For searchers with a model of all trials. */
export const MODEL_HISTORY = [10, 100, 500, 1000];

const TEN = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`x${i}`, uniform(0, 1)]));
const MIXED = {
  lr: logUniform(1e-5, 1e-1),
  width: int(16, 256, { log: true }),
  depth: int(1, 8),
  act: choice('relu', 'tanh', 'gelu'),
  batch: choice(16, 32, 64, 128),
};
/** Ten floats, and five parameters of all kinds. */
export const SPACES = { f10: TEN, mix: MIXED };

/** Milliseconds of process time per ask and tell, by the number of trials before. */
export function latency(shape, makeSearcher, history = HISTORY, rounds = 20) {
  const space = new Space(shape);
  const root = Rng.root(1);
  const log = new TrialLog();
  const searcher = makeSearcher();
  const outcome = (slot) => ({ state: 'complete', values: [root.split('value', slot).uniform()], curve: [] });
  const tell = (params) => {
    const slot = log.asked;
    log.propose(params);
    log.record(slot, outcome(slot));
  };
  const ask = () => {
    const slot = log.asked;
    const request = { space, objectives: [maximize('y')], constraints: [], view: viewOf(log, slot, 1), slot };
    return searcher.ask({ ...request, rng: root.split('ask', slot), runRng: root.split('search') });
  };
  const figures = {};
  for (const before of history) {
    while (log.asked < before) tell(space.sample(root.split('before', log.asked)));
    for (let warm = 0; warm < 5; warm++) tell(ask());
    const times = [];
    for (let round = 0; round < rounds; round++) {
      const start = process.cpuUsage();
      tell(ask());
      const { user, system } = process.cpuUsage(start);
      times.push((user + system) / 1000);
    }
    times.sort((a, b) => a - b);
    figures[before] = times[rounds >> 1];
  }
  return figures;
}
