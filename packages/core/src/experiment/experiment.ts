/**
 * experiment(): a flat record of roles in, runs out. A thin composition over searchTrials; everything it does can be
 * written by hand from the public parts.
 */
import type { Observable, Subscription } from 'rxjs';
import { systemClock } from '../clock.js';
import type { GuardedObserver } from '../events/event-bus.js';
import type { RunEvent, TrialFinished, TrialMetric } from '../events/events.js';
import { inProcess } from '../execution/executor.js';
import { refuseInTrialThread } from '../execution/trial-thread.js';
import type { Constraint } from '../search/constraint.js';
import type { Objective } from '../search/objective.js';
import { type Concurrency, defaultLag } from '../search/search-options.js';
import type { Searcher } from '../search/searcher.js';
import { constrained, type Where } from '../space/constraint.js';
import type { CheckSpace } from '../space/shape.js';
import type { Params, ParamsOf, SpaceShape } from '../space/space.js';
import type { Source } from '../stages/source.js';
import type { AnalyzerProvider } from '../training/analyzer.js';
import type { Trainer } from '../training/trainer.js';
import type { AnyProvider, Provider } from '../wiring/provider.js';
import { effectiveProviders } from '../wiring/wiring.js';
import { checkMeasures, checkOverrides, checkProviders, checkRunOptions, checkSpec } from './check-spec.js';
import type { Describable } from './describe.js';
import type { ExperimentPlan, SearchPolicy } from './plan.js';
import type { MetricValues, Result } from './result.js';
import { AnyRun } from './run.js';
import type { RunOptions } from './run-options.js';

/** One objective, or at least two. */
export type Objectives<M extends string> = Objective<M> | readonly [Objective<M>, Objective<M>, ...Objective<M>[]];

/** The record of roles. `M` are the trainer's metrics, `A` the analyzers' measures, `O` the objectives. */
export interface Spec<S extends SpaceShape, D, Mo, M extends string, A extends string, O extends Objectives<string>> {
  /** Names the experiment in messages, files and pictures. */
  readonly name: string;
  /** `import.meta.url` of the module that exports the experiment: executors need it that run trials in other threads. */
  readonly module?: string;
  /** All randomness comes from it. */
  readonly seed: number;
  readonly data: Source<D>;
  readonly space: S & CheckSpace<S>;
  /** Which points are allowed, say `(p) => p.low < p.high` or `lessThan('low', 'high')`; others are never tried. */
  readonly where?: Where<ParamsOf<S>>;
  /** Builds the model of a trial. */
  model(c: { params: ParamsOf<S>; data: D }): Mo;
  /** Builds the trainer of a trial. */
  train(c: { params: ParamsOf<S>; data: D }): Trainer<NoInfer<Mo>, NoInfer<D>, M>;
  /** Instruments that look at the model while it trains; their measures may be objectives. */
  readonly analyze?: readonly AnalyzerProvider<NoInfer<Mo>, NoInfer<D>, A>[];
  readonly objective: O & Objectives<NoInfer<M> | NoInfer<A>>;
  /** Bounds on metrics: `[atMost('valLoss', 0.5)]`. A trial that breaks one is never the best. */
  readonly subjectTo?: readonly Constraint<NoInfer<M> | NoInfer<A>>[];
  /** How points are chosen; unless given that of the defaults, which is `auto()` in `tangentlab` and nothing in core. */
  readonly search?: Provider<Searcher>;
  /** How many trials at most. */
  readonly trials: number;
  /**
   * Trials in flight at once; 1 unless given. `'cores'` asks the executor: as many as it has threads, 1 where all trials
   * share this one.
   */
  readonly concurrency?: Concurrency;
  /** How many slots a view lags behind; 1 at concurrency 1, else 2 x concurrency, and 16 under `'cores'` on any machine. */
  readonly lag?: number;
  /** The run ends with the first cause once more trials than this have failed; never unless given. */
  readonly maxFailures?: number;
  /** How often a trial that lost a resource (a worker, say) is tried again in its slot; 0 unless given. */
  readonly retries?: number;
  /** `eager` starts trials on what happens to be known: faster with unequal trials, not reproducible. */
  readonly order?: 'reproducible' | 'eager';
  /** Points to try first. */
  readonly enqueue?: readonly ParamsOf<S>[];
}

/** What `override` may change. */
export interface Overrides {
  readonly seed?: number;
  readonly trials?: number;
  readonly concurrency?: Concurrency;
  readonly lag?: number;
}

/** One execution. `describe(run)` draws it, subscribers included. */
export interface Run<P, D, Mo, M extends string, A extends string, O> extends Describable {
  /** Everything the run says, replayed to late subscribers (the last 4096 events). An observer that throws is RxJS' affair. */
  readonly events$: Observable<RunEvent<P, MetricValues<M, A>>>;
  /** One value per trial and epoch. */
  readonly metrics$: Observable<TrialMetric<MetricValues<M, A>>>;
  /** One value per trial, when it has ended. */
  readonly trials$: Observable<TrialFinished<P>>;
  /** Each trial that is the best so far (joins the front, with several objectives), when it has ended. */
  readonly best$: Observable<TrialFinished<P>>;
  /** What the run ends with; rejects when no trial was completed. */
  readonly result: Promise<Result<P, D, Mo, MetricValues<M, A>, O>>;
  /** Subscribes a named observer that may throw without hurting the run. */
  subscribe(
    name: string,
    observer: GuardedObserver<RunEvent<P, MetricValues<M, A>>> | ((event: RunEvent<P, MetricValues<M, A>>) => void),
  ): Subscription;
  /** Ends the run early; `result` then holds what is complete. */
  cancel(reason?: string): void;
  /** `await using run = experiment.run()`: cancels what has not ended and waits until all parts are released. */
  [Symbol.asyncDispose](): Promise<void>;
}

type MeasuresOf<T> = T extends AnalyzerProvider<never, never, infer A> ? A : never;

/** An immutable description; nothing happens before `run()`. */
export interface Experiment<P, D, Mo, M extends string, A extends string, O> {
  /** The description as data, for `describe()`. */
  readonly plan: ExperimentPlan;
  /** Swaps or adds parts: a searcher replaces the one before, analyzers add up. */
  with<const Ps extends readonly AnyProvider[]>(
    ...providers: Ps
  ): Experiment<P, D, Mo, M, A | MeasuresOf<Ps[number]>, O>;
  /** Changes numbers. */
  override(overrides: Overrides): Experiment<P, D, Mo, M, A, O>;
  /**
   * Starts a run; it goes on whether or not anybody subscribes.
   *
   * *Throws* CONFIG_INVALID, WIRING_MISSING and WIRING_AMBIGUOUS at once; WORKER_NOT_SERIALISABLE in a thread that was
   * started to run trials: it loads the experiment's module, which must not start a run there.
   */
  run(options?: RunOptions): Run<P, D, Mo, M, A, O>;
}

/** The type of `experiment`. */
export type ExperimentFactory = <
  const S extends SpaceShape,
  D,
  Mo,
  M extends string,
  const O extends Objectives<string>,
  A extends string = never,
>(
  spec: Spec<S, D, Mo, M, A, O>,
) => Experiment<ParamsOf<S>, D, Mo, M, A, O>;

/** An `experiment` function with providers that hold unless a record or `with` replaces them. */
export function experimentWith(...defaults: readonly AnyProvider[]): ExperimentFactory {
  checkProviders('experimentWith()', defaults);
  return (spec) => {
    checkSpec(spec);
    const objectives = Array.isArray(spec.objective) ? spec.objective : [spec.objective];
    const concurrency = spec.concurrency ?? 1;
    const plan: ExperimentPlan = {
      name: spec.name,
      ...(spec.module === undefined ? {} : { module: spec.module }),
      seed: spec.seed,
      data: spec.data,
      space: spec.where === undefined ? spec.space : constrained(spec.space, spec.where as never),
      objectives: objectives as never,
      several: Array.isArray(spec.objective),
      trials: spec.trials,
      concurrency,
      lag: spec.lag ?? defaultLag(concurrency),
      policy: policyOf(spec),
      layers: [
        [systemClock(), inProcess()],
        defaults,
        [...(spec.search ? [spec.search] : []), ...(spec.analyze ?? [])],
      ],
      model: spec.model as never,
      train: spec.train as never,
    };
    return experimentOf(plan, spec.lag !== undefined) as never;
  };
}

/**
 * Describes an experiment.
 *
 * *Throws* CONFIG_INVALID, SPACE_INVALID or WIRING_AMBIGUOUS when the record is not sound. *Determinism*: everything
 * random is drawn from children of `seed`: `data`, `ask/n`, `search`, `trial/n`.
 */
export const experiment: ExperimentFactory = experimentWith();

function policyOf(spec: {
  readonly subjectTo?: readonly Constraint[];
  readonly maxFailures?: number;
  readonly retries?: number;
  readonly order?: 'reproducible' | 'eager';
  readonly enqueue?: readonly unknown[];
}): SearchPolicy {
  const { subjectTo, maxFailures, retries, order, enqueue } = spec;
  return {
    ...(subjectTo === undefined ? {} : { constraints: subjectTo }),
    ...(maxFailures === undefined ? {} : { maxFailures }),
    ...(retries === undefined ? {} : { retries }),
    ...(order === undefined ? {} : { order }),
    ...(enqueue === undefined ? {} : { enqueued: enqueue as readonly Params[] }),
  };
}

type AnyExperiment = Experiment<unknown, unknown, unknown, string, string, unknown>;

function experimentOf(plan: ExperimentPlan, lagIsFixed: boolean): AnyExperiment {
  const where = `experiment "${plan.name}"`;
  checkMeasures(where, effectiveProviders(where, plan.layers));
  return Object.freeze({
    plan: Object.freeze(plan),
    with: (...providers: readonly AnyProvider[]) => {
      checkProviders(`${where}.with()`, providers);
      return experimentOf({ ...plan, layers: [...plan.layers, providers] }, lagIsFixed);
    },
    override: (overrides: Overrides) => {
      checkOverrides(`${where}.override()`, overrides);
      const given = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
      const next = { ...plan, ...given };
      const fixed = lagIsFixed || overrides.lag !== undefined;
      return experimentOf({ ...next, lag: fixed ? next.lag : defaultLag(next.concurrency) }, fixed);
    },
    run: (options: RunOptions = {}) => {
      refuseInTrialThread(where);
      checkRunOptions(`${where}.run()`, options);
      return new AnyRun(plan, options) as never;
    },
  }) as AnyExperiment;
}
