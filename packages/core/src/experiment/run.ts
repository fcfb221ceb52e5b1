/**
 * A run: one execution of an experiment. It resolves the parts, opens the data, subscribes to the search, and tells
 * everything to its bus. What the search decides is not decided here.
 */
import { defer, filter, type Observable, type Subscription, timer } from 'rxjs';
import { CLOCK, type Clock } from '../clock.js';
import { dataHash } from '../data-hash.js';
import { errorRecord, isTangentError, messageOf, RunError, type TangentError } from '../errors.js';
import { EventBus, type GuardedObserver } from '../events/event-bus.js';
import type {
  ResolvedPart,
  RunEvent,
  RunStarted,
  StopReason,
  TrialEvent,
  TrialFinished,
  TrialMetric,
} from '../events/events.js';
import { Rng } from '../rng.js';
import { isFeasible } from '../search/constraint.js';
import { Front } from '../search/front.js';
import { PRUNER } from '../search/pruner.js';
import type { SearchOptions } from '../search/search-options.js';
import { searchTrials } from '../search/search-trials.js';
import { SEARCHER } from '../search/searcher.js';
import { STOP_RULE } from '../search/stop-rule.js';
import { type Params, Space, type SpaceShape } from '../space/space.js';
import { openOnce } from '../stages/source.js';
import { ANALYZER } from '../training/analyzer.js';
import { VERSION } from '../version.js';
import { Wiring } from '../wiring/wiring.js';
import { checkSameData, type EarlierRun, earlierRun } from './earlier-run.js';
import { fitTrial, type TrialParts } from './fit-trial.js';
import type { ExperimentPlan } from './plan.js';
import type { Diagnostic, RunSummary } from './result.js';
import type { RunOptions } from './run-options.js';
import { type AnyWinner, TrialRecorder, type Values } from './trial-recorder.js';

/** What a run ends with, before the types of its experiment are put back on. */
export interface AnyResult extends RunSummary<Params, unknown, Values> {
  readonly front: readonly AnyWinner[];
  /** Only under a single objective. */
  readonly best?: AnyWinner & { readonly value: number };
}

/** A run without the types of its experiment; `Experiment.run()` puts them back on. */
export class AnyRun {
  readonly events$: Observable<RunEvent>;
  readonly metrics$: Observable<TrialMetric>;
  readonly trials$: Observable<TrialFinished>;
  readonly best$: Observable<TrialFinished>;

  /** The description that it executes. */
  readonly plan: ExperimentPlan;
  /** What the trainer calls itself; undefined before the first trial. */
  trainerName: string | undefined;
  readonly #earlier: EarlierRun;
  readonly #where: string;
  readonly #wiring: Wiring;
  readonly #recorder: TrialRecorder;
  readonly #diagnostics: Diagnostic[] = [];
  readonly #abort = new AbortController();
  /** Work that may still use the parts after its trial was cancelled. */
  readonly #busy = new Set<Promise<unknown>>();
  readonly #bus = new EventBus<RunEvent>((name, error) => this.#subscriberFailed(name, error));
  readonly #settled: Promise<{ readonly value: AnyResult } | { readonly error: unknown }>;
  #result: Promise<AnyResult> | undefined;
  #finished = false;

  /** Starts on the next microtask. *Throws* WIRING_MISSING and WIRING_AMBIGUOUS at once, and as `earlierRun`. */
  constructor(plan: ExperimentPlan, options: RunOptions = {}) {
    const { signal } = options;
    this.plan = plan;
    this.#where = `experiment "${plan.name}"`;
    this.#earlier = earlierRun(this.#where, plan, options);
    this.#wiring = new Wiring(this.#where, plan.layers);
    this.#recorder = new TrialRecorder(plan.objectives);
    this.events$ = this.#bus.asObservable();
    this.metrics$ = this.events$.pipe(filter((event) => event.type === 'trial/metric'));
    this.trials$ = this.events$.pipe(filter((event) => event.type === 'trial/finished'));
    this.best$ = defer(() => {
      const front = new Front<TrialFinished & { readonly values: readonly number[] }>(plan.objectives);
      return this.trials$.pipe(filter((event) => isScored(event) && front.offer(event)));
    });
    const forward = () => this.cancel(messageOf(signal?.reason));
    if (signal?.aborted) forward();
    signal?.addEventListener('abort', forward, { once: true });
    this.#settled = Promise.resolve()
      .then(() => this.#execute())
      .then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      )
      .finally(() => signal?.removeEventListener('abort', forward));
  }

  /** Made on first use, so that a run whose result nobody reads never ends in an unhandled rejection. */
  get result(): Promise<AnyResult> {
    this.#result ??= this.#settled.then((settled) => {
      if ('error' in settled) throw settled.error;
      return settled.value;
    });
    return this.#result;
  }

  /** Who listens, for `describe`. */
  get listeners(): { readonly named: readonly string[]; readonly raw: number } {
    return this.#bus.listeners;
  }

  subscribe(name: string, observer: GuardedObserver<RunEvent> | ((event: RunEvent) => void)): Subscription {
    return this.#bus.subscribe(name, observer);
  }

  cancel(reason = 'cancelled'): void {
    this.#abort.abort(reason);
  }

  /** Cancels the run, if it has not ended, and waits until everything is released. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.cancel('disposed');
    await this.#settled;
  }

  async #execute(): Promise<AnyResult> {
    let now: Clock = () => 0;
    let startedAt = 0;
    let data: unknown;
    let reason: StopReason = 'failed';
    let failure: TangentError | undefined;
    try {
      now = await this.#wiring.get(CLOCK);
      startedAt = now();
      const rng = Rng.root(this.plan.seed);
      data = await this.#unlessCancelled(async () => {
        await this.#wiring.resolveAll();
        return openOnce(this.#where, this.plan.data, { rng: rng.split('data') });
      });
      if (data === CANCELLED) reason = 'cancelled';
      else {
        const hash = dataHash(data);
        checkSameData(this.#where, this.#earlier, hash);
        this.#bus.publish(this.#header(hash));
        reason = await this.#search(rng, data);
      }
      if (this.#recorder.winners.length === 0) failure = this.#noneComplete(reason);
    } catch (error) {
      failure = this.#normalised(error);
    }
    const roles = this.#wiring.describe();
    await this.#release();
    return this.#finish({ reason, data, roles, elapsedMs: now() - startedAt, failure });
  }

  /** What `work` resolves to; CANCELLED at once when the run is cancelled, also while it waits for something that never comes. */
  #unlessCancelled(work: () => Promise<unknown>): Promise<unknown> {
    const { signal } = this.#abort;
    const cancelled = new Promise((resolve) => {
      if (signal.aborted) resolve(CANCELLED);
      else signal.addEventListener('abort', () => resolve(CANCELLED), { once: true });
    });
    return signal.aborted ? cancelled : Promise.race([work(), cancelled]);
  }

  /** Waits for what still uses the parts, then releases them; neither of them for ever. */
  async #release(): Promise<void> {
    await withinPatience(Promise.allSettled([...this.#busy]));
    const failures = await withinPatience(this.#wiring.release());
    if (failures === LATE) this.#releaseFailed(releaseHangs(this.#where));
    else for (const error of failures) this.#releaseFailed(error);
  }

  #keepAlive(work: Promise<unknown>): void {
    const settled: Promise<unknown> = work.catch(() => undefined).finally(() => this.#busy.delete(settled));
    this.#busy.add(settled);
  }

  #search(rng: Rng, data: unknown): Promise<StopReason> {
    const { model, train, space, objectives, trials, concurrency, lag, policy } = this.plan;
    const parts: TrialParts = {
      data,
      model,
      train,
      analyzers: this.#wiring.allResolved(ANALYZER),
      resolve: (token) => this.#wiring.resolved(token),
      keepAlive: (work) => this.#keepAlive(work),
      trainerNamed: (trainer) => {
        this.trainerName ??= trainer;
      },
      warn: (trial, { step, name, message, values }) =>
        this.#bus.publish({ type: 'trial/warning', trial, step, name, message, values }),
      keep: (trial, trained) => this.#recorder.keep(trial, trained),
    };
    const searcher = this.#wiring.resolved(SEARCHER);
    const [pruner] = this.#wiring.allResolved(PRUNER);
    const options: SearchOptions<SpaceShape> = {
      ...policy,
      space,
      searcher,
      objectives,
      trials,
      concurrency,
      lag,
      rng,
      stopRules: this.#wiring.allResolved(STOP_RULE),
      recorded: this.#earlier.recorded,
      takenOver: this.#earlier.takenOver,
      clock: this.#wiring.resolved(CLOCK),
      signal: this.#abort.signal,
      ...(pruner === undefined ? {} : { pruner }),
    };
    return new Promise((resolve, reject) => {
      let reason: StopReason = 'failed';
      searchTrials(options, (trial) => fitTrial(parts, { ...trial, params: trial.params as Params })).subscribe({
        next: (event) => {
          if (event.type === 'search/finished') reason = event.reason;
          this.#recorder.take(event as TrialEvent);
          this.#bus.publish(event as TrialEvent);
        },
        error: reject,
        complete: () => resolve(reason),
      });
    });
  }

  #finish({ reason, data, roles, elapsedMs, failure }: Ending): AnyResult {
    const failed = failure !== undefined;
    this.#finished = true;
    this.#bus.publish({
      type: 'run/finished',
      reason: failed && reason !== 'cancelled' ? 'failed' : reason,
      elapsedMs,
      roles,
      ...(failed ? { error: errorRecord(failure, 'SEARCH_ABORTED') } : {}),
    });
    this.#bus.complete();
    if (failed) throw failure;
    const front = this.#recorder.winners;
    const [first] = front;
    const value = first?.values[0];
    const best = this.plan.several || first === undefined || value === undefined ? {} : { best: { ...first, value } };
    const { trials } = this.#recorder;
    return { reason, trials, data, diagnostics: this.#diagnostics, elapsedMs, front, ...best };
  }

  #header(hash: string): RunStarted {
    const { name, seed, trials, concurrency, lag, objectives, policy } = this.plan;
    const { link } = this.#earlier;
    return {
      type: 'run/started',
      name,
      seed,
      trials,
      concurrency,
      lag,
      order: policy.order ?? 'reproducible',
      objectives,
      space: new Space(this.plan.space).leaves,
      ...(link === undefined ? {} : { continues: link }),
      roles: this.#wiring.describe(),
      dataHash: hash,
      version: VERSION,
      engine: engineName(),
    };
  }

  #noneComplete(reason: StopReason): RunError {
    const { trials } = this.#recorder;
    if (reason === 'cancelled') {
      return new RunError('RUN_CANCELLED', {
        where: this.#where,
        expected: `the run was cancelled (${String(this.#abort.signal.reason)}) before any trial was complete`,
        todo: 'run it again',
      });
    }
    if (trials.some(({ state }) => state === 'complete')) {
      return new RunError('SEARCH_ABORTED', {
        where: this.#where,
        expected: 'at least one complete trial must keep to the constraints',
        got: `none of ${trials.length}`,
        todo: 'loosen "subjectTo", or search on',
      });
    }
    const cause = trials.find((trial) => trial.error !== undefined)?.error;
    return new RunError('SEARCH_ABORTED', {
      where: this.#where,
      expected: 'at least one trial must complete',
      got: `${trials.length} that failed (first cause: ${cause?.message ?? 'none was started'})`,
      todo: 'correct the first cause',
      cause,
    });
  }

  /** The border: whatever was thrown in a part leaves the run as an error of the house. */
  #normalised(thrown: unknown): TangentError {
    if (isTangentError(thrown)) return thrown;
    return new RunError('SEARCH_ABORTED', {
      where: this.#where,
      expected: 'the run could not go on',
      got: `the error "${messageOf(thrown)}"`,
      todo: 'see its cause',
      cause: thrown,
    });
  }

  /** A run that is complete is not undone by a part that does not let go. */
  #releaseFailed(failure: TangentError): void {
    const error = errorRecord(failure, 'RESOURCE_FAILED');
    this.#diagnostics.push({ about: 'release', name: String(failure.details['role'] ?? 'unknown'), error });
    this.#bus.publish({ type: 'release/failed', error });
  }

  #subscriberFailed(name: string, thrown: unknown): void {
    const error = errorRecord(thrown, 'RESOURCE_FAILED');
    this.#diagnostics.push({ about: 'subscriber', name, error });
    // run/finished stays the last event
    if (!this.#finished) this.#bus.publish({ type: 'subscriber/failed', name, error });
  }
}

/** What the end of a run is made of. */
interface Ending {
  readonly reason: StopReason;
  readonly data: unknown;
  readonly roles: readonly ResolvedPart[];
  readonly elapsedMs: number;
  readonly failure: TangentError | undefined;
}

const CANCELLED = Symbol('cancelled');
const LATE = Symbol('late');

/** How long a run waits at its end for what ought to let go. */
const PATIENCE_MS = 1000;

/** What `work` resolves to, or LATE. The timer does not outlive the answer. */
function withinPatience<T>(work: Promise<T>): Promise<T | typeof LATE> {
  return new Promise((resolve, reject) => {
    const late = timer(PATIENCE_MS).subscribe(() => resolve(LATE));
    work.then(resolve, reject).finally(() => late.unsubscribe());
  });
}

function releaseHangs(where: string): RunError {
  return new RunError('RESOURCE_FAILED', {
    where,
    expected: `all parts must be released within ${PATIENCE_MS} ms`,
    todo: 'look for a release() that waits for something that does not come',
  });
}

/** True of a trial that may be the best. */
function isScored(event: TrialFinished): event is TrialFinished & { readonly values: readonly number[] } {
  return event.state === 'complete' && event.values !== null && isFeasible(event);
}

function engineName(): string {
  const v8 = typeof process === 'object' ? process.versions?.v8 : undefined;
  return v8 === undefined ? 'unknown' : `V8 ${v8.split('.').slice(0, 2).join('.')}`;
}
