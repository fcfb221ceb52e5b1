/**
 * The contract of trainers: what turns a model and data into a stream of metrics.
 */
import type { Observable } from 'rxjs';
import type { Rng } from '../rng.js';
import type { Metric } from '../search/metric.js';
import type { AnyToken, Token } from '../wiring/token.js';

/** The state of the model after an epoch, offered to whoever wants to look. */
export interface TrainerSnapshot {
  /** 1, 2, 3, ...: equal to the `step` of the metric that follows. */
  readonly epoch: number;
  /** True for the last epoch of the trial. */
  readonly last: boolean;
  /** The flat parameter vector, copied when asked for and only then. Call it before the snapshot's promise resolves. */
  parameters(): Promise<Float64Array>;
  /** The flat parameter vector that the training began from, made when asked for; absent where there is no such one. */
  initial?(): Float64Array;
}

/** Something that a user should know of a training that nevertheless goes on. Plain data. */
export interface TrainingWarning {
  /** The step it belongs to: it is told before that step's metric. */
  readonly step: number;
  /** What happened, as a name for programs: `gradients/vanishing`, `gradients/exploding`. */
  readonly name: string;
  /** *where: expected, got, what to do*, for people. */
  readonly message: string;
  /** The numbers behind it. */
  readonly values: Readonly<Record<string, number>>;
}

/** What a trainer may use while it works on one trial. */
export interface FitContext {
  /** The trial's number. */
  readonly trial: number;
  /** Random numbers of this trial: split it by use (`'init'`, `'dropout'`) and epoch. */
  readonly rng: Rng;
  /** Aborted when the trial is cancelled; unsubscribing does the same. */
  readonly signal: AbortSignal;
  /** The value of a role that the trainer declared in `requires`. Call it once per fit, never in a training loop. */
  get<T>(token: Token<T>): T;
  /**
   * Tells the run that its parts are in use until `work` has settled: after a cancellation they are not released before,
   * within a second. Call it with the promise of everything that goes on after an unsubscription.
   */
  keepAlive(work: Promise<unknown>): void;
  /** Offers the state after an epoch, before that epoch's metric is emitted. Await it before training on. */
  snapshot(snapshot: TrainerSnapshot): Promise<void>;
  /** Tells the run's subscribers of trouble that ends nothing, as the event `trial/warning`. */
  warn(warning: TrainingWarning): void;
}

/**
 * Trains one model.
 *
 * `fit` is cold and emits one metric per epoch, giving way to the event loop there (`nextTurn`). Unsubscribing stops it
 * at the next epoch at the latest.
 */
export interface Trainer<Model, Data, M extends string> {
  readonly name: string;
  /** The roles that `fit` gets from its context. */
  readonly requires: readonly AnyToken[];
  fit(model: Model, data: Data, context: FitContext): Observable<Metric<M>>;
}
