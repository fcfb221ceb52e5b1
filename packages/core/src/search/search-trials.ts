/**
 * searchTrials: mergeMap with feedback. It asks a searcher for a point, runs a trial on it, tells the outcome, and asks
 * again - an ordinary, cold Observable of trial events.
 *
 * Not built from mergeMap, expand or repeat: those ask every trial before any is told, or overflow the stack on trials
 * that end synchronously. This loop is demand-driven and trampolined: a trial is asked only when its view is complete,
 * and a trial that ends while it is being started only sets a flag.
 */
import { Observable, type ObservableInput } from 'rxjs';
import { type ErrorRecord, errorRecord, isTangentError, messageOf, RunError } from '../errors.js';
import type { TrialEvent } from '../events/events.js';
import { type Params, type ParamsOf, Space, type SpaceShape } from '../space/space.js';
import type { Metric } from './metric.js';
import { RunningTrial, type Trial } from './running-trial.js';
import { checkOptions, defaultLag, type SearchOptions } from './search-options.js';
import type { Searcher } from './searcher.js';
import { TrialLog, viewOf } from './view.js';

/** Errors that no further trial could escape: they end the search instead of failing one trial. */
const FATAL = new Set([
  'CONFIG_INVALID',
  'WIRING_MISSING',
  'WIRING_AMBIGUOUS',
  'PLUGIN_INCOMPATIBLE',
  'BACKEND_UNAVAILABLE',
]);

/**
 * Searches a space: asks, runs `project`, tells, and repeats.
 *
 * *Cost*: O(1) per trial besides the searcher and the project. *Throws* CONFIG_INVALID and SPACE_INVALID at once for
 * invalid options; the stream errors with SEARCH_ABORTED when the searcher throws, and with errors that every further
 * trial would meet. A throw or a non-finite objective within one trial only makes that trial `failed`.
 * *Determinism*: ask n draws from `rng.split('ask', n)`, trial n from `rng.split('trial', n)`; equal seed and lag give
 * equal events per trial at any concurrency.
 */
export function searchTrials<S extends SpaceShape, M extends string = string>(
  options: SearchOptions<S>,
  project: (trial: Trial<ParamsOf<S>>) => ObservableInput<Metric<M>>,
): Observable<TrialEvent<ParamsOf<S>, Metric<M>['values']>> {
  checkOptions(options, project);
  const space = new Space(options.space);
  options.searcher.check?.(space);
  type P = ParamsOf<S>;
  return new Observable<TrialEvent<P, Metric<M>['values']>>((out) => {
    const search = new Search<P, M>(options, space, project, (event) => out.next(event));
    search.onEnd = (error) => (error === undefined ? out.complete() : out.error(error));
    // before the start: a subscriber may unsubscribe while the first trials emit synchronously
    out.add(() => search.stop());
    search.start();
  });
}

/** The state of one subscription. */
class Search<P, M extends string> {
  onEnd: (error?: unknown) => void = () => undefined;

  readonly #options: SearchOptions<SpaceShape>;
  readonly #space: Space;
  readonly #project: (trial: Trial<P>) => ObservableInput<Metric<M>>;
  readonly #emit: (event: TrialEvent<P, Metric<M>['values']>) => void;
  readonly #log = new TrialLog();
  readonly #running = new Map<number, RunningTrial<P, M>>();
  readonly #concurrency: number;
  readonly #lag: number;
  /** How many of the earliest slots need no outcome before a slot may start: all, if the searcher never looks. */
  readonly #gate: number;
  readonly #onAbort = () => this.cancel();
  #exhausted = false;
  #pumping = false;
  #dirty = false;
  #ended = false;

  constructor(
    options: SearchOptions<SpaceShape>,
    space: Space,
    project: (trial: Trial<P>) => ObservableInput<Metric<M>>,
    emit: (event: TrialEvent<P, Metric<M>['values']>) => void,
  ) {
    this.#options = options;
    this.#space = space;
    this.#project = project;
    this.#emit = emit;
    this.#concurrency = options.concurrency ?? 1;
    this.#lag = options.lag ?? defaultLag(this.#concurrency);
    this.#gate = neverLooks(options.searcher) ? Number.POSITIVE_INFINITY : this.#lag;
  }

  start(): void {
    this.#options.signal?.addEventListener('abort', this.#onAbort, { once: true });
    if (this.#options.signal?.aborted) this.cancel();
    else this.#pump();
  }

  /** Unsubscribed: everything stops, nothing more is said. */
  stop(): void {
    this.#ended = true;
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    for (const trial of [...this.#running.values()]) trial.cancel();
  }

  /** Cancelled: running trials end as `cancelled`, and the stream completes. */
  cancel(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const trial of [...this.#running.values()]) {
      const thrown = trial.cancel();
      this.#emit({
        type: 'trial/finished',
        trial: trial.number,
        params: trial.params,
        values: null,
        steps: trial.curve.length,
        ...(thrown === undefined
          ? { state: 'cancelled' }
          : { state: 'failed', error: errorRecord(thrown, 'TRIAL_FAILED') }),
      });
    }
    this.#running.clear();
    this.#end('cancelled');
  }

  #fail(error: unknown): void {
    if (this.#ended) return;
    this.stop();
    this.onEnd(error);
  }

  #end(reason: 'trials' | 'exhausted' | 'cancelled'): void {
    this.#ended = true;
    this.#emit({ type: 'search/finished', reason });
    this.onEnd();
  }

  /** Starts every trial that may start. Re-entrant calls only ask for another round. */
  #pump(): void {
    this.#dirty = true;
    if (this.#pumping) return;
    this.#pumping = true;
    while (this.#dirty) {
      this.#dirty = false;
      while (this.#mayStart()) this.#startNext();
    }
    this.#pumping = false;
    const spent = this.#exhausted || this.#log.asked >= this.#options.trials;
    if (!this.#ended && spent && this.#running.size === 0) this.#end(this.#exhausted ? 'exhausted' : 'trials');
  }

  #mayStart(): boolean {
    const next = this.#log.asked;
    return (
      !this.#ended &&
      !this.#exhausted &&
      this.#running.size < this.#concurrency &&
      next < this.#options.trials &&
      next < this.#log.told + this.#gate
    );
  }

  #startNext(): void {
    const number = this.#log.asked;
    const params = this.#ask(number);
    if (params === undefined) return;
    this.#log.propose(params);
    const trial = new RunningTrial<P, M>(number, params as P, this.#options);
    this.#running.set(number, trial);
    this.#emit({ type: 'trial/started', trial: number, params: params as P });
    if (this.#ended) return; // a subscriber cancelled on hearing of it
    trial.run(this.#project, {
      metric: (metric) => this.#emit({ type: 'trial/metric', trial: number, step: metric.step, values: metric.values }),
      end: (error) => this.#finish(trial, error),
    });
  }

  /** The searcher's point for this slot; undefined when the space is spent or the search has failed. */
  #ask(slot: number): Params | undefined {
    const { searcher, objectives, rng } = this.#options;
    try {
      // a searcher without feedback may run ahead of the outcomes, so it gets a view that never shows any
      const view = viewOf(this.#log, slot, neverLooks(searcher) ? slot + 1 : this.#lag);
      const params = searcher.ask({
        space: this.#space,
        objectives,
        view,
        slot,
        rng: rng.split('ask', slot),
        runRng: rng.split('search'),
      });
      if (params === null) {
        this.#exhausted = true;
        return undefined;
      }
      this.#space.check(params, `searcher "${searcher.name}", slot ${slot}`);
      return params;
    } catch (cause) {
      this.#fail(isTangentError(cause) ? cause : searcherThrew(searcher.name, slot, cause));
      return undefined;
    }
  }

  #finish(trial: RunningTrial<P, M>, thrown: unknown): void {
    if (this.#ended) return;
    const verdict = thrown === undefined ? trial.values(this.#options.objectives) : { error: thrown };
    if ('error' in verdict && isFatal(verdict.error)) {
      this.#fail(verdict.error);
      return;
    }

    this.#running.delete(trial.number);
    const { curve, number, params } = trial;
    const steps = curve.length;
    if ('values' in verdict) {
      this.#log.record(number, { state: 'complete', values: verdict.values, curve });
      this.#emit({ type: 'trial/finished', trial: number, params, state: 'complete', values: verdict.values, steps });
    } else {
      const error: ErrorRecord = errorRecord(verdict.error, 'TRIAL_FAILED');
      this.#log.record(number, { state: 'failed', error, curve });
      this.#emit({ type: 'trial/finished', trial: number, params, state: 'failed', values: null, steps, error });
    }
    this.#pump();
  }
}

/** Only an explicit promise counts: a searcher that forgot to say so would otherwise learn nothing, silently. */
function neverLooks(searcher: Searcher): boolean {
  return searcher.feedback === false;
}

function isFatal(error: unknown): boolean {
  return isTangentError(error) && FATAL.has(error.code);
}

function searcherThrew(name: string, slot: number, cause: unknown): RunError {
  return new RunError('SEARCH_ABORTED', {
    where: `searcher "${name}", slot ${slot}`,
    expected: 'a searcher must answer with a point or null',
    got: `the error "${messageOf(cause)}"`,
    todo: 'see its cause',
    cause,
  });
}
