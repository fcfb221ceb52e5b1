/**
 * The contract of executors, and its token: where trials run - in this thread, in others, on other machines. An executor
 * gets each trial twice: as plain data that can travel, and as something to subscribe to here. It decides nothing about
 * the search: what a trial's metrics mean, and whether a lost one is tried again, is not its affair.
 */
import type { Observable } from 'rxjs';
import type { Metric } from '../search/metric.js';
import type { Concurrency } from '../search/search-options.js';
import type { Params } from '../space/space.js';
import type { TrainingWarning } from '../training/trainer.js';
import { defineProvider, type Provider } from '../wiring/provider.js';
import { token } from '../wiring/token.js';

/** A trial as plain data: what somebody elsewhere needs to train the same, bit for bit (`hostTrials`). */
export interface TrialDescription {
  /** The name of the experiment. */
  readonly experiment: string;
  /** The URL of the module that exports this experiment; only if the experiment states it. */
  readonly module?: string;
  /** The seed of the run, which the data is drawn from. */
  readonly seed: number;
  /** The parts that a host must have, too (`travellingParts`). */
  readonly parts: readonly string[];
  /** What the data must come to. */
  readonly dataHash: string;
  readonly trial: number;
  readonly params: Params;
  /** `Rng.at(rngPath)` is the trial's randomness. */
  readonly rngPath: string;
  /** The last step that is known already; metrics up to it are ignored. */
  readonly resumedAt: number;
  /** The trial will be stopped after this step; absent if it goes to its end. */
  readonly budget?: number;
}

/** What a trial tells beside its metrics, and how it is told to end. */
export interface TrialChannel {
  /** Aborted when the trial is cancelled, pruned or paused; unsubscribing follows. */
  readonly signal: AbortSignal;
  /** Takes a warning of the training, before the metric of its step. */
  warn(warning: TrainingWarning): void;
  /** Takes the flat parameter vector after the last epoch; an empty one from a trainer that offers none. */
  keep(parameters: Float64Array): void;
  /** Takes note of work that goes on after an unsubscription; parts are not released before it has settled. */
  keepAlive(work: Promise<unknown>): void;
}

/** One trial to run. */
export interface TrialTask extends TrialChannel {
  readonly description: TrialDescription;
  /**
   * The data of the run, as it was opened here. An executor whose hosts share memory with this thread may hand it over
   * (`hostTrials`); any other leaves it to them to open the same.
   */
  readonly data: unknown;
  /** The trial in this thread, cold. It uses the channel by itself. */
  local(): Observable<Metric>;
}

/**
 * Runs trials.
 *
 * *Determinism*: where a trial runs changes no bit of its metrics, its warnings and its parameters.
 */
export interface Executor {
  readonly name: string;
  /** How many trials run at once; further ones wait until one has ended. Infinity where none ever waits. */
  readonly capacity: number;
  /**
   * The metrics of the trial: cold, stopped by unsubscription. Errors keep their codes. A trial that lost what it ran on -
   * a worker that died, a machine that is gone - errors with RESOURCE_FAILED, so that it is tried again.
   */
  run(task: TrialTask): Observable<Metric>;
}

/**
 * The concurrency as a number: `'cores'` is the capacity of the executor, and 1 where that is infinite, as all trials then
 * share one thread.
 */
export function trialsAtOnce({ capacity }: Pick<Executor, 'capacity'>, concurrency: Concurrency): number {
  if (concurrency !== 'cores') return concurrency;
  return Number.isFinite(capacity) ? capacity : 1;
}

/** The role of the executor. */
export const EXECUTOR = token<Executor>('Executor', 'run');

/**
 * Runs trials in this thread, where they take turns between epochs; the default.
 *
 * @example
 * inProcess().name // => 'inProcess'
 */
export function inProcess(): Provider<Executor> {
  return defineProvider<Executor>({
    token: EXECUTOR,
    name: 'inProcess',
    create: () => ({ name: 'inProcess', capacity: Number.POSITIVE_INFINITY, run: (task) => task.local() }),
  });
}
