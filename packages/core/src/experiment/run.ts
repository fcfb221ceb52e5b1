/**
 * A run: one execution of an experiment. It resolves the parts, opens the data, subscribes to the search, and tells
 * everything to its bus. What the search decides is not decided here.
 */
import { defer, filter, type Observable, type Subscription } from 'rxjs';
import { CLOCK, type Clock } from '../clock.js';
import { dataHash } from '../data-hash.js';
import { errorRecord, messageOf, type TangentError } from '../errors.js';
import { EventBus, type GuardedObserver } from '../events/event-bus.js';
import type { ResolvedPart, RunEvent, StopReason, TrialEvent, TrialFinished, TrialMetric } from '../events/events.js';
import { EXECUTOR, trialsAtOnce } from '../execution/executor.js';
import { Rng } from '../rng.js';
import { isFeasible } from '../search/constraint.js';
import { Front } from '../search/front.js';
import { searchTrials } from '../search/search-trials.js';
import type { Params } from '../space/space.js';
import { openOnce } from '../stages/source.js';
import { STORAGE, type Storage } from '../storage/storage.js';
import { storageFailed } from '../storage/storage-errors.js';
import { StoredRun } from '../storage/stored-run.js';
import { Wiring } from '../wiring/wiring.js';
import { CANCELLED, cancelledBy, unlessCancelled } from './cancellation.js';
import { Diagnostics } from './diagnostics.js';
import { checkSameData, type EarlierRun, earlierRun } from './earlier-run.js';
import { LATE, releaseHangs, withinPatience } from './patience.js';
import type { ExperimentPlan } from './plan.js';
import type { RunSummary } from './result.js';
import { resumption } from './resumption.js';
import { noStore, nothingComplete, ofTheHouse } from './run-errors.js';
import { runHeader } from './run-header.js';
import type { RunOptions } from './run-options.js';
import { searchOptionsOf, trialsOf } from './run-search.js';
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
  #earlier: EarlierRun;
  /** The log to resume. */
  readonly #resume: string | undefined;
  /** Only with a store. */
  #stored: StoredRun | undefined;
  readonly #where: string;
  readonly #wiring: Wiring;
  readonly #recorder: TrialRecorder;
  readonly #abort = new AbortController();
  /** Work that may still use the parts after its trial was cancelled. */
  readonly #busy = new Set<Promise<unknown>>();
  readonly #bus = new EventBus<RunEvent>((name, error) => this.#diagnostics.subscriberFailed(name, error));
  readonly #diagnostics = new Diagnostics((event) => {
    if (!this.#finished) this.#bus.publish(event); // run/finished stays the last event
  });
  readonly #settled: Promise<{ readonly value: AnyResult } | { readonly error: unknown }>;
  #result: Promise<AnyResult> | undefined;
  #finished = false;

  /**
   * Starts on the next microtask. *Throws* WIRING_MISSING and WIRING_AMBIGUOUS at once, CONFIG_INVALID for a run to resume
   * without a store, and as `earlierRun`.
   */
  constructor(plan: ExperimentPlan, options: RunOptions = {}) {
    const { signal, resume } = options;
    this.plan = plan;
    this.#where = `experiment "${plan.name}"`;
    this.#earlier = earlierRun(this.#where, plan, options);
    this.#wiring = new Wiring(this.#where, plan.layers);
    this.#resume = resume;
    if (resume !== undefined && !this.#wiring.has(STORAGE)) throw noStore(this.#where, resume);
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

  /** Who listens, for `describe`; the store is a part, and no listener. */
  get listeners(): { readonly named: readonly string[]; readonly raw: number } {
    const { named, raw } = this.#bus.listeners;
    return { named: this.#stored === undefined ? named : named.filter((_, i) => i !== named.indexOf('storage')), raw };
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
      const opened = await unlessCancelled(this.#abort.signal, () => this.#open(rng));
      if (opened === CANCELLED) reason = 'cancelled';
      else {
        data = opened.data;
        this.#begin(opened);
        reason = await this.#search(rng, opened);
      }
      if (this.#recorder.winners.length === 0)
        failure = nothingComplete(this.#where, this.#recorder.trials, cancelledBy(reason, this.#abort.signal));
    } catch (error) {
      failure = ofTheHouse(this.#where, error);
    }
    const roles = this.#wiring.describe();
    // while there are events to come that can say what went wrong with the store
    await this.#stored?.flush();
    await this.#release();
    const elapsedMs = now() - startedAt;
    await this.#finish({ reason, roles, elapsedMs, failure });
    if (failure !== undefined) throw failure;
    return this.#resultOf(reason, data, elapsedMs);
  }

  /** The parts, the log of the run, and the data. */
  async #open(rng: Rng): Promise<Opened> {
    // first, and so released last: the store takes the events of the end, too
    const storage = this.#wiring.has(STORAGE) ? await this.#wiring.get(STORAGE) : undefined;
    const open = async () => {
      if (storage !== undefined && !this.#abort.signal.aborted) this.#stored = await this.#openLog(storage);
    };
    if (this.#resume !== undefined) await open();
    await this.#wiring.resolveAll();
    if (this.#stored !== undefined)
      this.#earlier = resumption(this.#where, this.plan, this.#stored.before, this.#wiring.describe());
    const data = await openOnce(this.#where, this.plan.data, { rng: rng.split('data') });
    const hash = dataHash(data);
    checkSameData(this.#where, this.#earlier, hash);
    if (this.#stored === undefined) await open();
    return { data, dataHash: hash };
  }

  async #openLog(storage: Storage): Promise<StoredRun> {
    const opening = StoredRun.open(storage, { name: this.plan.name, resume: this.#resume }, (error) =>
      this.#diagnostics.storageFailed(storage.name, storageFailed(storage.name, error)),
    );
    this.#keepAlive(opening);
    const stored = await opening;
    if (this.#finished) await stored.close(); // cancelled, and out of patience
    return stored;
  }

  /** From here on everything said is stored, the header first. */
  #begin({ dataHash }: Opened): void {
    const stored = this.#stored;
    if (stored !== undefined) this.#bus.subscribe('storage', (event) => stored.take(event));
    this.#bus.publish(
      runHeader(this.plan, {
        link: this.#earlier.link,
        log: stored?.link,
        roles: this.#wiring.describe(),
        dataHash,
        concurrency: trialsAtOnce(this.#wiring.resolved(EXECUTOR), this.plan.concurrency),
      }),
    );
  }

  /** Waits for what still uses the parts, then releases them but for the store; neither of them for ever. */
  async #release(): Promise<void> {
    await withinPatience(Promise.allSettled([...this.#busy]));
    this.#report(await withinPatience(this.#wiring.release(STORAGE)));
  }

  #report(failures: readonly TangentError[] | typeof LATE): void {
    if (failures === LATE) this.#diagnostics.releaseFailed(releaseHangs(this.#where));
    else for (const error of failures) this.#diagnostics.releaseFailed(error);
  }

  #keepAlive(work: Promise<unknown>): void {
    const settled: Promise<unknown> = work.catch(() => undefined).finally(() => this.#busy.delete(settled));
    this.#busy.add(settled);
  }

  #search(rng: Rng, { data, dataHash }: Opened): Promise<StopReason> {
    const context = { rng, earlier: this.#earlier, signal: this.#abort.signal };
    const options = searchOptionsOf(this.plan, this.#wiring, context);
    const train = trialsOf(this.plan, this.#wiring, {
      data,
      dataHash,
      room: () => this.#stored?.room(),
      keepAlive: (work) => this.#keepAlive(work),
      trainerNamed: (trainer) => {
        this.trainerName ??= trainer;
      },
      warn: (trial, { step, name, message, values }) =>
        this.#bus.publish({ type: 'trial/warning', trial, step, name, message, values }),
      keep: (trial, trained) => this.#recorder.keep(trial, trained),
    });
    return new Promise((resolve, reject) => {
      let reason: StopReason = 'failed';
      searchTrials(options, train).subscribe({
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

  /** The last event, stored like the others; then the store is let go. */
  async #finish({ reason, roles, elapsedMs, failure }: Ending): Promise<void> {
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
    if (!this.#wiring.has(STORAGE)) return;
    await this.#stored?.flush();
    if ((await withinPatience(this.#stored?.close() ?? Promise.resolve())) === LATE) this.#report(LATE);
    this.#report(await withinPatience(this.#wiring.release()));
  }

  #resultOf(reason: StopReason, data: unknown, elapsedMs: number): AnyResult {
    const front = this.#recorder.winners;
    const [first] = front;
    const value = first?.values[0];
    const best = this.plan.several || first === undefined || value === undefined ? {} : { best: { ...first, value } };
    const { trials } = this.#recorder;
    const log = this.#stored === undefined ? {} : { log: this.#stored.link.id };
    return { reason, trials, data, diagnostics: this.#diagnostics.all, elapsedMs, ...log, front, ...best };
  }
}

/** What a run has when it begins. */
interface Opened {
  readonly data: unknown;
  readonly dataHash: string;
}

/** What the end of a run is made of. */
interface Ending {
  readonly reason: StopReason;
  readonly roles: readonly ResolvedPart[];
  readonly elapsedMs: number;
  readonly failure: TangentError | undefined;
}

/** True of a trial that may be the best. */
function isScored(event: TrialFinished): event is TrialFinished & { readonly values: readonly number[] } {
  return event.state === 'complete' && event.values !== null && isFeasible(event);
}
