/**
 * The other side of an executor: trials of an experiment, run from their descriptions by who has the experiment's module
 * and nothing of the run - a worker thread, another machine. It has parts and data of its own, and knows no search.
 */
import { defer, type Observable } from 'rxjs';
import { dataHash } from '../data-hash.js';
import { ConfigError, listOf, RunError, type TangentError } from '../errors.js';
import { fitTrial, type TrialParts } from '../experiment/fit-trial.js';
import type { ExperimentPlan } from '../experiment/plan.js';
import { Rng } from '../rng.js';
import type { Metric } from '../search/metric.js';
import { openOnce } from '../stages/source.js';
import { ANALYZER } from '../training/analyzer.js';
import { Wiring } from '../wiring/wiring.js';
import type { TrialChannel, TrialDescription } from './executor.js';
import { hostedProviders, travellingParts } from './travelling-parts.js';

/** Runs trials of one experiment on one data set. */
export interface TrialHost {
  /** The metrics of a trial, cold; what else it says goes through the channel. */
  run(description: TrialDescription, channel: TrialChannel): Observable<Metric>;
  /** Releases the parts. Resolves to what could not be released. */
  release(): Promise<readonly TangentError[]>;
}

/** The data of the run, handed over in memory that both sides share. */
export interface HandedOver {
  readonly data: unknown;
}

/**
 * Sets up the parts of an experiment and opens its data, to run trials of it.
 *
 * *Cost*: that of the parts and the data, once; only that of the parts with data that is handed over. *Throws* as a run does while it begins; WORKER_NOT_SERIALISABLE when
 * its parts are not those of the run, CONFIG_INVALID when its data is not.
 * *Determinism*: a trial gives the bits that it gives within the run.
 *
 * @param experiment The one that the module of the description exports under the name of the description.
 * @param handedOver Used as it is, and not checked: it is what the run itself has opened. Without it the host opens its own.
 */
export async function hostTrials(
  { plan }: { readonly plan: ExperimentPlan },
  { seed, parts, dataHash: wanted }: Pick<TrialDescription, 'seed' | 'parts' | 'dataHash'>,
  handedOver?: HandedOver,
): Promise<TrialHost> {
  const where = `experiment "${plan.name}", as a host`;
  checkParts(where, parts, travellingParts(plan));
  const wiring = new Wiring(where, [hostedProviders(plan)]);
  try {
    await wiring.resolveAll();
    const data = handedOver === undefined ? await openSame(where, plan, seed, wanted) : handedOver.data;
    return {
      run: (description, channel) => hosted(plan, wiring, data, description, channel),
      release: () => wiring.release(),
    };
  } catch (error) {
    await wiring.release();
    throw error;
  }
}

/** The host's own data, if it is that of the run. */
async function openSame(where: string, plan: ExperimentPlan, seed: number, wanted: string): Promise<unknown> {
  const data = await openOnce(where, plan.data, { rng: Rng.root(seed).split('data') });
  const found = dataHash(data);
  if (found !== wanted) throw otherData(where, wanted, found);
  return data;
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
    trainerNamed: () => undefined, // a name for pictures; nothing travels for it
    warn: (_trial, warning) => channel.warn(warning),
    keep: (_trial, { parameters }) => channel.keep(parameters),
  };
  const { signal } = channel;
  return defer(() => fitTrial(parts, { number, params, rng: Rng.at(rngPath), signal, resumedAt, budget }));
}

function checkParts(where: string, wanted: readonly string[], found: readonly string[]): void {
  if (JSON.stringify(wanted) === JSON.stringify(found)) return;
  const [missing, surplus] = [wanted.filter((p) => !found.includes(p)), found.filter((p) => !wanted.includes(p))];
  throw new RunError('WORKER_NOT_SERIALISABLE', {
    where,
    expected: `the module must export the experiment with the parts of the run (missing there: ${listOf(missing)})`,
    got: `others (${listOf(surplus)})`,
    todo: 'add them by with(...) in the module, before the export',
    details: { missing, surplus },
  });
}

function otherData(where: string, wanted: string, found: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', {
    where,
    expected: `the data must be that of the run (${wanted})`,
    got: found,
    todo: 'see that both read the same files, and draw from the rng of their context alone',
  });
}
