/**
 * The other side of an executor: trials of an experiment, run from their descriptions by who has the experiment's module
 * and nothing of the run - a worker thread, another machine. It has parts and data of its own, and knows no search.
 */
import { defer, type Observable } from 'rxjs';
import { dataHash } from '../data-hash.js';
import { ConfigError, type TangentError } from '../errors.js';
import { fitTrial, type TrialParts } from '../experiment/fit-trial.js';
import type { ExperimentPlan } from '../experiment/plan.js';
import { Rng } from '../rng.js';
import type { Metric } from '../search/metric.js';
import { PRUNER } from '../search/pruner.js';
import { SEARCHER } from '../search/searcher.js';
import { STOP_RULE } from '../search/stop-rule.js';
import { openOnce } from '../stages/source.js';
import { STORAGE } from '../storage/storage.js';
import { ANALYZER } from '../training/analyzer.js';
import { Wiring } from '../wiring/wiring.js';
import { EXECUTOR, type TrialChannel, type TrialDescription } from './executor.js';

/** Runs trials of one experiment on one data set. */
export interface TrialHost {
  /** The metrics of a trial, cold; what else it says goes through the channel. */
  run(description: TrialDescription, channel: TrialChannel): Observable<Metric>;
  /** Releases the parts. Resolves to what could not be released. */
  release(): Promise<readonly TangentError[]>;
}

/** Roles of the run alone: a host must not open the store a second time. */
const OF_THE_RUN = new Set([SEARCHER, PRUNER, STOP_RULE, STORAGE, EXECUTOR].map(({ key }) => key));

/**
 * Sets up the parts of an experiment and opens its data, to run trials of it.
 *
 * *Cost*: that of the parts and the data, once. *Throws* as a run does while it begins, and CONFIG_INVALID when the data is
 * not that of the run. *Determinism*: a trial gives the bits that it gives within the run.
 *
 * @param experiment The one that the module of the description exports under the name of the description.
 */
export async function hostTrials(
  { plan }: { readonly plan: ExperimentPlan },
  { seed, dataHash: wanted }: Pick<TrialDescription, 'seed' | 'dataHash'>,
): Promise<TrialHost> {
  const where = `experiment "${plan.name}", as a host`;
  const wiring = new Wiring(
    where,
    plan.layers.map((layer) => layer.filter(({ token }) => !OF_THE_RUN.has(token.key))),
  );
  try {
    await wiring.resolveAll();
    const data = await openOnce(where, plan.data, { rng: Rng.root(seed).split('data') });
    const found = dataHash(data);
    if (found !== wanted) throw otherData(where, wanted, found);
    return {
      run: (description, channel) => hosted(plan, wiring, data, description, channel),
      release: () => wiring.release(),
    };
  } catch (error) {
    await wiring.release();
    throw error;
  }
}

function hosted(
  { model, train }: ExperimentPlan,
  wiring: Wiring,
  data: unknown,
  { trial: number, params, rngPath, resumedAt, budget }: TrialDescription,
  channel: TrialChannel,
): Observable<Metric> {
  const parts: TrialParts = {
    data,
    model,
    train,
    analyzers: wiring.allResolved(ANALYZER),
    resolve: (token) => wiring.resolved(token),
    keepAlive: (work) => channel.keepAlive(work),
    warn: (_trial, warning) => channel.warn(warning),
    keep: (_trial, { parameters }) => channel.keep(parameters),
  };
  const { signal } = channel;
  return defer(() => fitTrial(parts, { number, params, rng: Rng.at(rngPath), signal, resumedAt, budget }));
}

function otherData(where: string, wanted: string, found: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', {
    where,
    expected: `the data must be that of the run (${wanted})`,
    got: found,
    todo: 'see that both read the same files, and draw from the rng of their context alone',
  });
}
