/**
 * searchTrials: mergeMap with feedback. It asks a searcher for a point, runs a trial on it, tells the outcome, and asks
 * again - an ordinary, cold Observable of trial events.
 *
 * Not built from mergeMap, expand or repeat: those ask every trial before any is told, or overflow the stack on trials
 * that end synchronously. This loop is demand-driven and trampolined: a trial is asked only when its view is complete,
 * and a trial that ends while it is being started only sets a flag.
 */
import { from, Observable, type ObservableInput, Subscription } from 'rxjs';
import {
  ConfigError,
  type ErrorRecord,
  errorRecord,
  isTangentError,
  messageOf,
  RunError,
  TrialError,
} from './errors.js';
import type { TrialEvent } from './events.js';
import type { Metric } from './metric.js';
import { checkObjective, isBetter, type Objective } from './objective.js';
import type { Rng } from './rng.js';
import type { Searcher } from './searcher.js';
import { type Params, type ParamsOf, Space, type SpaceShape } from './space.js';
import { TrialLog, viewOf } from './view.js';

/** One trial, as the project function sees it. */
export interface Trial<P> {
  readonly number: number;
  readonly params: P;
  /** Random numbers of this trial; the same whoever runs it, and when. */
  readonly rng: Rng;
  /** Aborted when the trial is cancelled. */
  readonly signal: AbortSignal;
}

/** What a search needs. */
export interface SearchOptions<S extends SpaceShape> {
  readonly space: S;
  readonly searcher: Searcher;
  /** One objective, or several for a front. */
  readonly objectives: readonly [Objective, ...Objective[]];
  /** How many trials at most. */
  readonly trials: number;
  readonly rng: Rng;
  /** Trials in flight at once; 1 unless given. */
  readonly concurrency?: number;
  /** How many slots a view lags behind; 1 at concurrency 1, else 2 x concurrency. Fix it to reproduce a run elsewhere. */
  readonly lag?: number;
  /** Ends the search early: running trials are cancelled and the stream completes with reason `cancelled`. */
  readonly signal?: AbortSignal;
}

/** The lag that a concurrency takes unless the user fixes one. */
export function defaultLag(concurrency: number): number {
  return concurrency === 1 ? 1 : 2 * concurrency;
}

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
  checkOptions(options);
  const space = new Space(options.space);
  options.searcher.check?.(space);
  type P = ParamsOf<S>;
  return new Observable<TrialEvent<P, Metric<M>['values']>>((out) => {
    const search = new Search<P, M>(options, space, project, (event) => out.next(event));
    search.onEnd = (error) => (error === undefined ? out.complete() : out.error(error));
    search.isClosed = () => out.closed;
    search.start();
    return () => search.stop();
  });
}

/** The state of one subscription. */
class Search<P, M extends string> {
  onEnd: (error?: unknown) => void = () => undefined;
  isClosed: () => boolean = () => false;

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
    this.#gate = options.searcher.feedback ? this.#lag : Number.POSITIVE_INFINITY;
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
      trial.cancel();
      this.#emit({
        type: 'trial/finished',
        trial: trial.number,
        params: trial.params,
        state: 'cancelled',
        values: null,
        steps: trial.curve.length,
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
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
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
      !this.isClosed() &&
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
      const view = viewOf(this.#log, slot, searcher.feedback ? this.#lag : slot + 1);
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

/** One trial in flight. */
class RunningTrial<P, M extends string> {
  readonly curve: Metric<M>[] = [];
  readonly number: number;
  readonly params: P;
  readonly #rng: Rng;
  readonly #abort = new AbortController();
  readonly #subscription = new Subscription();
  #done = false;

  constructor(number: number, params: P, options: { readonly rng: Rng }) {
    this.number = number;
    this.params = params;
    this.#rng = options.rng.split('trial', number);
  }

  run(
    project: (trial: Trial<P>) => ObservableInput<Metric<M>>,
    told: { metric(metric: Metric<M>): void; end(error?: unknown): void },
  ): void {
    const end = (error?: unknown) => {
      if (this.#done) return;
      this.#done = true;
      told.end(error);
    };
    let metrics: Observable<Metric<M>>;
    try {
      metrics = from(project({ number: this.number, params: this.params, rng: this.#rng, signal: this.#abort.signal }));
    } catch (error) {
      end(error ?? new Error('undefined was thrown'));
      return;
    }
    this.#subscription.add(
      metrics.subscribe({
        next: (metric) => {
          if (this.#done) return;
          this.curve.push(metric);
          told.metric(metric);
        },
        error: (error: unknown) => end(error ?? new Error('undefined was thrown')),
        complete: () => end(),
      }),
    );
  }

  cancel(): void {
    if (this.#done) return;
    this.#done = true;
    // abort first: a trainer that awaits should find the reason before its subscription is gone
    this.#abort.abort(
      new RunError('RUN_CANCELLED', {
        where: `trial ${this.number}`,
        expected: 'the trial was cancelled',
        todo: 'nothing is left to do',
      }),
    );
    this.#subscription.unsubscribe();
  }

  /** The value of every objective, or why there is none. */
  values(objectives: readonly Objective[]): { readonly values: readonly number[] } | { readonly error: unknown } {
    const values: number[] = [];
    for (const objective of objectives) {
      const value = this.#valueOf(objective);
      if (value === undefined) return { error: unknownMetric(this.number, objective.metric, this.curve) };
      if (!Number.isFinite(value)) return { error: notFinite(this.number, objective.metric, value) };
      values.push(value);
    }
    return { values };
  }

  #valueOf(objective: Objective): number | undefined {
    const values: Metric<string>[] = this.curve;
    if (objective.at === 'last') return values.at(-1)?.values[objective.metric];
    let best: number | undefined;
    for (const metric of values) {
      const value = metric.values[objective.metric];
      if (value !== undefined && !Number.isNaN(value) && (best === undefined || isBetter(objective, value, best)))
        best = value;
    }
    return best;
  }
}

function isFatal(error: unknown): boolean {
  return isTangentError(error) && FATAL.has(error.code);
}

function checkOptions(options: SearchOptions<SpaceShape>): void {
  const { trials, concurrency = 1, lag = defaultLag(concurrency), objectives } = options;
  const check = (name: string, value: number, least: number) => {
    if (Number.isSafeInteger(value) && value >= least) return;
    throw new ConfigError('CONFIG_INVALID', {
      where: name,
      expected: `an integer of at least ${least} is needed`,
      got: String(value),
      todo: `set ${name} to one`,
    });
  };
  check('trials', trials, 1);
  check('concurrency', concurrency, 1);
  check('lag', lag, 1);
  objectives.forEach((objective, i) => {
    checkObjective(objectives.length === 1 ? 'objective' : `objective ${i}`, objective);
  });
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

function unknownMetric(trial: number, metric: string, curve: readonly Metric<string>[]): ConfigError | TrialError {
  const last = curve.at(-1);
  if (last === undefined) {
    return new TrialError('TRIAL_FAILED', {
      where: `trial ${trial}`,
      expected: 'at least one step must be emitted',
      got: 'none',
      todo: 'check the number of epochs',
    });
  }
  return new ConfigError('CONFIG_INVALID', {
    where: 'objective',
    expected: `"${metric}" must be among the values of a trial's last step (${Object.keys(last.values).join(', ')})`,
    todo: 'name one of these',
  });
}

function notFinite(trial: number, metric: string, value: number): TrialError {
  return new TrialError('NUMERIC_NOT_FINITE', {
    where: `trial ${trial}`,
    expected: `"${metric}" must be finite`,
    got: String(value),
    todo: 'look at its learning rate and its data',
  });
}
