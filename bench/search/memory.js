/**
 * What a searcher keeps per trial, the log aside: node --expose-gc bench/search/memory.js
 */
import { maximize, Rng, Space, TrialLog, uniform, viewOf } from '@tangentlab/core';
import { cmaEsSearcher, localSearcher, nsga2Searcher, tpeSearcher } from '@tangentlab/optimizers';

const TRIALS = 100_000;
const space = new Space(Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`x${i}`, uniform(0, 1)])));
const root = Rng.root(1);
const log = new TrialLog();
for (let slot = 0; slot < TRIALS; slot++) {
  log.propose(space.sample(root.split(slot)));
  log.record(slot, { state: 'complete', values: [root.split('value', slot).uniform()], curve: [] });
}

/** Bytes that are reachable only through the searcher. */
function kept(make) {
  let searcher = make();
  searcher.ask({
    space,
    objectives: [maximize('y')],
    constraints: [],
    view: viewOf(log, TRIALS, 1),
    slot: TRIALS,
    rng: root.split('ask'),
    runRng: root.split('search'),
  });
  const holding = used();
  searcher = undefined;
  return holding - used();
}

function used() {
  globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

for (const make of [tpeSearcher, cmaEsSearcher, nsga2Searcher, localSearcher])
  process.stdout.write(`${make().name}: ${Math.round(kept(make) / TRIALS)} bytes per trial\n`);
