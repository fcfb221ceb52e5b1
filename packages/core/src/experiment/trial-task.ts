/**
 * From a trial of the search to what an executor gets: its description as plain data, and the way to run it here.
 */
import type { TrialDescription, TrialTask } from '../execution/executor.js';
import type { Trial } from '../search/running-trial.js';
import type { Params } from '../space/space.js';
import { fitTrial, modelOf, type TrialParts } from './fit-trial.js';
import type { ExperimentPlan } from './plan.js';

/** The task of a trial. The data's hash is that of the run. */
export function trialTask(
  { name, module, seed }: Pick<ExperimentPlan, 'name' | 'module' | 'seed'>,
  dataHash: string,
  parts: TrialParts,
  trial: Trial<Params>,
): TrialTask {
  const { number, params, rng, resumedAt, budget } = trial;
  const description: TrialDescription = {
    experiment: name,
    ...(module === undefined ? {} : { module }),
    seed,
    dataHash,
    trial: number,
    params,
    rngPath: rng.path,
    resumedAt,
    ...(budget === undefined ? {} : { budget }),
  };
  return {
    description,
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
