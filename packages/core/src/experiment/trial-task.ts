/**
 * From a trial of the search to what an executor gets: its description as plain data, and the way to run it here.
 */
import type { TrialDescription, TrialTask } from '../execution/executor.js';
import { travellingParts } from '../execution/travelling-parts.js';
import type { Trial } from '../search/running-trial.js';
import type { Params } from '../space/space.js';
import { fitTrial, modelOf, type TrialParts } from './fit-trial.js';
import type { ExperimentPlan } from './plan.js';

/** What all descriptions of a run's trials have in common. */
export type SharedDescription = Pick<TrialDescription, 'experiment' | 'module' | 'seed' | 'parts' | 'dataHash'>;

/** What a plan and the data of its run say of every trial. */
export function sharedDescription(plan: ExperimentPlan, dataHash: string): SharedDescription {
  const { name, module, seed } = plan;
  return {
    experiment: name,
    ...(module === undefined ? {} : { module }),
    seed,
    parts: travellingParts(plan),
    dataHash,
  };
}

/** The task of a trial. */
export function trialTask(shared: SharedDescription, parts: TrialParts, trial: Trial<Params>): TrialTask {
  const { number, params, rng, resumedAt, budget } = trial;
  const description: TrialDescription = {
    ...shared,
    trial: number,
    params,
    rngPath: rng.path,
    resumedAt,
    ...(budget === undefined ? {} : { budget }),
  };
  return {
    description,
    data: parts.data,
    get signal() {
      return trial.signal;
    },
    local: () => fitTrial(parts, trial),
    // what a cancelled trial still has to say belongs to no trial any more
    warn: (warning) => {
      if (!trial.signal.aborted) parts.warn(number, warning);
    },
    keep: (parameters) => {
      if (!trial.signal.aborted) parts.keep(number, { model: modelOf(parts, trial), parameters });
    },
    keepAlive: (work) => parts.keepAlive(work),
  };
}
