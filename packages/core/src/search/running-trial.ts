/**
 * One trial in flight: it subscribes to the metrics, keeps the curve, and tells its end exactly once. What the end means
 * for the search is not decided here.
 */
import { from, Observable, type ObservableInput, Subscription } from 'rxjs';
import { show } from '../config.js';
import { RunError, TrialError } from '../errors.js';
import type { Rng } from '../rng.js';
import { type Assignment, lastStep } from './asking.js';
import type { Metric } from './metric.js';

/** One trial, as the project function sees it. */
export interface Trial<P> {
  readonly number: number;
  readonly params: P;
  /** Random numbers of this trial; the same whoever runs it, and when. */
  readonly rng: Rng;
  /** Aborted when the trial is cancelled, pruned or paused. */
  readonly signal: AbortSignal;
  /**
   * The last step that is known already, from before a pause or a retry; 0 for a fresh trial. Metrics up to it are
   * ignored: a project that has kept its state may go on after it, any other one simply starts again from the beginning.
   */
  readonly resumedAt: number;
  /** The trial will be paused after this step; undefined if it goes to its end. */
  readonly budget: number | undefined;
}

/** How a trial in flight came to rest. */
export type Ending =
  | { readonly kind: 'completed' | 'pruned' | 'paused' }
  | { readonly kind: 'threw'; readonly error: unknown };

/** What a running trial tells. */
export interface TrialListener<M extends string> {
  /** A new step. The answer says whether the trial is to end with it. */
  metric(metric: Metric<M>): 'go on' | 'pruned' | 'paused';
  /** Called once, after the trial's own teardown: what it held is free before another trial starts. */
  end(ending: Ending): void;
}

/** A trial between its start and its end. */
export class RunningTrial<P, M extends string> {
  /** The whole curve of the trial, also of what it did before a pause. */
  readonly curve: Metric<M>[];
  readonly slot: number;
  readonly number: number;
  readonly params: P;
  readonly #budget: number | undefined;
  /** The last step of an earlier slot or attempt. */
  readonly #known: number;
  readonly #rng: Rng;
  /** Made when somebody asks for the signal: a controller costs more than the rest of a short trial. */
  #abort: AbortController | undefined;
  #stopped: { readonly reason: unknown } | undefined;
  readonly #subscription = new Subscription();
  /** How the trial came to rest; undefined while it has not. */
  #end: Ending | undefined;

  constructor({ slot, trial, params, budget }: Assignment, rng: Rng, before: readonly Metric<M>[]) {
    this.slot = slot;
    this.number = trial;
    this.params = params as P;
    this.curve = [...before];
    this.#known = before.length === 0 ? Number.NEGATIVE_INFINITY : lastStep(before);
    this.#budget = budget;
    this.#rng = rng.split('trial', trial);
  }

  run(project: (trial: Trial<P>) => ObservableInput<Metric<M>>, listener: TrialListener<M>): void {
    const { number, params } = this;
    const metrics = new Observable<Metric<M>>((out) => {
      // known before the metrics are subscribed to, so that cancelling also stops a source that emits synchronously
      this.#subscription.add(out);
      const resumedAt = lastStep(this.curve);
      const own = this;
      const trial: Trial<P> = {
        number,
        params,
        rng: this.#rng,
        resumedAt,
        budget: this.#budget,
        get signal() {
          return own.#signal();
        },
      };
      return from(project(trial)).subscribe(out);
    });
    metrics
      .subscribe({
        next: (metric) => this.#next(metric, listener),
        error: (error: unknown) => {
          this.#end ??= { kind: 'threw', error: error ?? new Error(`${error} was thrown`) };
        },
        complete: () => {
          this.#end ??= { kind: 'completed' };
        },
      })
      // added last, so run last
      .add(() => {
        if (this.#end !== undefined) listener.end(this.#end);
      });
  }

  /** Stops the metrics and says nothing more. Harmless after the end. What the trial's teardown threw, if it did. */
  cancel(): unknown {
    if (this.#end !== undefined) return undefined;
    const error = new RunError('RUN_CANCELLED', {
      where: `trial ${this.number}`,
      expected: 'the trial was cancelled',
      todo: 'nothing is left to do',
    });
    try {
      this.#stop(error);
      return undefined;
    } catch (thrown) {
      return thrown;
    }
  }

  #next(metric: Metric<M>, listener: TrialListener<M>): void {
    if (typeof metric?.step === 'number' && typeof metric.values === 'object' && metric.values !== null) {
      if (metric.step <= this.#known) return; // from before a pause or a retry
      this.curve.push(metric);
      const verdict = this.#verdictOf(metric, listener);
      if (verdict !== 'go on' && this.#end === undefined)
        this.#rest({ kind: verdict }, `trial ${this.number} was ${verdict}`);
      return;
    }
    const error = new TrialError('TRIAL_FAILED', {
      where: `trial ${this.number}`,
      expected: 'a trial must emit metrics of the form { step, values }',
      got: show(metric),
      todo: 'correct what its project function returns',
    });
    this.#end = { kind: 'threw', error };
    this.#stop(error);
  }

  /** What throws on hearing of a step - a pruner - fails the trial. */
  #verdictOf(metric: Metric<M>, listener: TrialListener<M>): 'go on' | 'pruned' | 'paused' {
    try {
      return listener.metric(metric);
    } catch (error) {
      this.#end = { kind: 'threw', error: error ?? new Error(`${error} was thrown`) };
      this.#stop(error);
      return 'go on';
    }
  }

  /** Comes to rest before its metrics end. */
  #rest(ending: Ending, reason: string): void {
    this.#end = ending;
    this.#stop(
      new RunError('RUN_CANCELLED', {
        where: reason,
        expected: 'it needs no further steps',
        todo: 'nothing is left to do',
      }),
    );
  }

  #signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#stopped !== undefined) this.#abort.abort(this.#stopped.reason);
    return this.#abort.signal;
  }

  #stop(reason: unknown): void {
    // abort first: a trainer that awaits should find the reason before its subscription is gone
    this.#stopped = { reason };
    this.#abort?.abort(reason);
    this.#subscription.unsubscribe();
  }
}
