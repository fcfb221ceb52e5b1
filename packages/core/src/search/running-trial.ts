/**
 * One trial in flight: it subscribes to the metrics, keeps the curve, and tells its end exactly once. What the end means
 * for the search is not decided here.
 */
import { from, Observable, type ObservableInput, Subscription } from 'rxjs';
import { show } from '../config.js';
import { ConfigError, RunError, TrialError } from '../errors.js';
import type { Rng } from '../rng.js';
import type { Metric } from './metric.js';
import { isBetter, type Objective } from './objective.js';

/** One trial, as the project function sees it. */
export interface Trial<P> {
  readonly number: number;
  readonly params: P;
  /** Random numbers of this trial; the same whoever runs it, and when. */
  readonly rng: Rng;
  /** Aborted when the trial is cancelled. */
  readonly signal: AbortSignal;
}

/** What a running trial tells. */
export interface TrialListener<M extends string> {
  metric(metric: Metric<M>): void;
  /** Called once, after the trial's own teardown: what it held is free before another trial starts. */
  end(error?: unknown): void;
}

/** A trial between its start and its end. */
export class RunningTrial<P, M extends string> {
  readonly curve: Metric<M>[] = [];
  readonly number: number;
  readonly params: P;
  readonly #rng: Rng;
  readonly #abort = new AbortController();
  readonly #subscription = new Subscription();
  /** How the stream of metrics ended; undefined while it has not. */
  #end: { readonly error?: unknown } | undefined;

  constructor(number: number, params: P, options: { readonly rng: Rng }) {
    this.number = number;
    this.params = params;
    this.#rng = options.rng.split('trial', number);
  }

  run(project: (trial: Trial<P>) => ObservableInput<Metric<M>>, listener: TrialListener<M>): void {
    const { number, params } = this;
    const metrics = new Observable<Metric<M>>((out) => {
      // known before the metrics are subscribed to, so that cancelling also stops a source that emits synchronously
      this.#subscription.add(out);
      return from(project({ number, params, rng: this.#rng, signal: this.#abort.signal })).subscribe(out);
    });
    metrics
      .subscribe({
        next: (metric) => this.#next(metric, listener),
        error: (error: unknown) => {
          this.#end = { error: error ?? new Error(`${error} was thrown`) };
        },
        complete: () => {
          this.#end = {};
        },
      })
      // added last, so run last
      .add(() => {
        if (this.#end !== undefined) listener.end(this.#end.error);
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

  /** The value of every objective, or why there is none. */
  values(objectives: readonly Objective[]): { readonly values: readonly number[] } | { readonly error: unknown } {
    const values: number[] = [];
    for (const objective of objectives) {
      const value = countedValue(objective, this.curve);
      if (value === undefined) return { error: unknownMetric(this.number, objective, this.curve) };
      if (!Number.isFinite(value)) return { error: notFinite(this.number, objective.metric, value) };
      values.push(value);
    }
    return { values };
  }

  #next(metric: Metric<M>, listener: TrialListener<M>): void {
    if (typeof metric?.step === 'number' && typeof metric.values === 'object' && metric.values !== null) {
      this.curve.push(metric);
      listener.metric(metric);
      return;
    }
    const error = new TrialError('TRIAL_FAILED', {
      where: `trial ${this.number}`,
      expected: 'a trial must emit metrics of the form { step, values }',
      got: show(metric),
      todo: 'correct what its project function returns',
    });
    this.#end = { error };
    this.#stop(error);
  }

  #stop(reason: unknown): void {
    // abort first: a trainer that awaits should find the reason before its subscription is gone
    this.#abort.abort(reason);
    this.#subscription.unsubscribe();
  }
}

/** The value that counts under the objective; undefined if no step that counts has one. */
function countedValue(objective: Objective, curve: readonly Metric<string>[]): number | undefined {
  let best: number | undefined;
  for (const { values } of objective.at === 'last' ? curve.slice(-1) : curve) {
    if (!Object.hasOwn(values, objective.metric)) continue;
    const value = values[objective.metric] as number;
    // NaN is never the best, but it is a value: a trial of nothing else is not finite, and not without its metric
    if (best === undefined || Number.isNaN(best) || isBetter(objective, value, best)) best = value;
  }
  return best;
}

function unknownMetric(
  trial: number,
  { metric, at }: Objective,
  curve: readonly Metric<string>[],
): ConfigError | TrialError {
  const last = curve.at(-1);
  if (last === undefined) {
    return new TrialError('TRIAL_FAILED', {
      where: `trial ${trial}`,
      expected: 'at least one step must be emitted',
      got: 'none',
      todo: 'check the number of epochs',
    });
  }
  const where = at === 'last' ? "a trial's last step" : 'some step of a trial';
  return new ConfigError('CONFIG_INVALID', {
    where: 'objective',
    expected: `"${metric}" must be among the values of ${where} (its last one has ${Object.keys(last.values).join(', ')})`,
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
