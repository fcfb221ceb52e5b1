/**
 * The search of a run: the options of `searchTrials` and its project function, from the plan and the resolved parts. The
 * search knows nothing of executors, data and stores; the run knows nothing of slots.
 */
import { from, type Observable, switchMap } from 'rxjs';
import { CLOCK } from '../clock.js';
import { EXECUTOR, trialsAtOnce } from '../execution/executor.js';
import type { Rng } from '../rng.js';
import type { Metric } from '../search/metric.js';
import { PRUNER } from '../search/pruner.js';
import type { Trial } from '../search/running-trial.js';
import type { SearchOptions } from '../search/search-options.js';
import { SEARCHER } from '../search/searcher.js';
import { STOP_RULE } from '../search/stop-rule.js';
import type { Params, SpaceShape } from '../space/space.js';
import { ANALYZER } from '../training/analyzer.js';
import type { Wiring } from '../wiring/wiring.js';
import type { EarlierRun } from './earlier-run.js';
import type { TrialParts } from './fit-trial.js';
import type { ExperimentPlan } from './plan.js';
import { sharedDescription, trialTask } from './trial-task.js';

/** What the search takes from the run that it is part of. */
export interface SearchContext {
  readonly rng: Rng;
  readonly earlier: EarlierRun;
  readonly signal: AbortSignal;
}

/** What is searched, by whom, and for how long. */
export function searchOptionsOf(
  plan: ExperimentPlan,
  wiring: Wiring,
  { rng, earlier, signal }: SearchContext,
): SearchOptions<SpaceShape> {
  const { space, objectives, trials, lag, policy } = plan;
  const [pruner] = wiring.allResolved(PRUNER);
  return {
    ...policy,
    space,
    searcher: wiring.resolved(SEARCHER),
    objectives,
    trials,
    concurrency: trialsAtOnce(wiring.resolved(EXECUTOR), plan.concurrency),
    lag,
    rng,
    stopRules: wiring.allResolved(STOP_RULE),
    recorded: earlier.recorded,
    takenOver: earlier.takenOver,
    clock: wiring.resolved(CLOCK),
    elapsedMs: earlier.elapsedMs,
    signal,
    ...(pruner === undefined ? {} : { pruner }),
  };
}

/** What trials are trained on, and whom they tell. */
export interface TrialContext extends Pick<TrialParts, 'data' | 'keepAlive' | 'trainerNamed' | 'warn' | 'keep'> {
  readonly dataHash: string;
  /** Undefined while the store keeps up; else settles when a further trial may begin. */
  room(): Promise<void> | undefined;
}

/** From a trial of the search to its metrics, by the run's executor. */
export function trialsOf(
  plan: ExperimentPlan,
  wiring: Wiring,
  { dataHash, room, ...context }: TrialContext,
): (trial: Trial<unknown>) => Observable<Metric> {
  const parts: TrialParts = {
    ...context,
    model: plan.model,
    train: plan.train,
    analyzers: wiring.allResolved(ANALYZER),
    resolve: (token) => wiring.resolved(token),
  };
  const executor = wiring.resolved(EXECUTOR);
  const shared = sharedDescription(plan, dataHash);
  return (trial) => {
    const metrics = executor.run(trialTask(shared, parts, trial as Trial<Params>));
    const held = room();
    // a store that has fallen far behind holds back new trials; the events that wait for it are bounded by that
    return held === undefined ? metrics : from(held).pipe(switchMap(() => metrics));
  };
}
