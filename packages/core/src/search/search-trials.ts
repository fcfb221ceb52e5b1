/**
 * searchTrials: mergeMap with feedback. It asks a searcher for a point, runs a trial on it, tells the outcome, and asks
 * again - an ordinary, cold Observable of trial events.
 *
 * Not built from mergeMap, expand or repeat: those ask every trial before any is told, or overflow the stack on trials
 * that end synchronously. This loop is demand-driven and trampolined: a trial is asked only when its view is complete,
 * and a trial that ends while it is being started only sets a flag.
 */
import { Observable, type ObservableInput } from 'rxjs';
import { errorRecord, isTangentError, RunError } from '../errors.js';
import type { SearchFinished, TrialEvent } from '../events/events.js';
import { type Params, type ParamsOf, Space, type SpaceShape } from '../space/space.js';
import { Asking, type Assignment } from './asking.js';
import type { Metric } from './metric.js';
import type { CompleteOutcome, Outcome } from './outcome.js';
import { outcomeOf } from './outcome-of.js';
import type { Pruner } from './pruner.js';
import { type Recording, recordingOf, type Segment } from './recording.js';
import { type Ending, RunningTrial, type Trial } from './running-trial.js';
import { checkOptions, defaultLag, type SearchOptions } from './search-options.js';
import { type View, viewOf } from './view.js';

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
  typed: SearchOptions<S>,
  project: (trial: Trial<ParamsOf<S>>) => ObservableInput<Metric<M>>,
): Observable<TrialEvent<ParamsOf<S>, Metric<M>['values']>> {
  // inside, points are records of any names
  const options = typed as unknown as SearchOptions<SpaceShape>;
  checkOptions(options, project);
  const space = new Space(options.space);
  options.searcher.check?.(space);
  options.enqueued?.forEach((params, i) => {
    space.check(params as Params, `enqueued point ${i}`);
  });
  const recording = recordingOf(options.recorded ?? []);
  type P = ParamsOf<S>;
  return new Observable<TrialEvent<P, Metric<M>['values']>>((out) => {
    const search = new Search<P, M>(options, space, recording, project, (event) => out.next(event));
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
  readonly #asking: Asking;
  readonly #recording: Recording;
  readonly #project: (trial: Trial<P>) => ObservableInput<Metric<M>>;
  readonly #emit: (event: TrialEvent<P, Metric<M>['values']>) => void;
  /** In the order of their starts. An array: a Map that is emptied with every trial leaves a table behind each time. */
  readonly #running: RunningTrial<P, M>[] = [];
  /** The curves of paused trials, to go on from. */
  readonly #paused = new Map<number, readonly Metric<M>[]>();
  readonly #concurrency: number;
  /** Views lag this many slots behind; 0 means that nobody looks at outcomes, and slots wait for nothing. */
  readonly #lag: number;
  readonly #startedAt: number;
  readonly #onAbort = () => this.cancel();
  /** The next slot was answered by 'wait': it is asked again once every slot below has its outcome. */
  #waiting = false;
  /** True once a trial was given a budget: it may come to be resumed. */
  #budgets = false;
  #failures = 0;
  #countedSlots = 0;
  /** Why no further slot will be asked. */
  #spent: Omit<SearchFinished, 'type'> | undefined;
  #pumping = false;
  #dirty = false;
  #ended = false;

  constructor(
    options: SearchOptions<SpaceShape>,
    space: Space,
    recording: Recording,
    project: (trial: Trial<P>) => ObservableInput<Metric<M>>,
    emit: (event: TrialEvent<P, Metric<M>['values']>) => void,
  ) {
    const { searcher, objectives, constraints = [], rng, enqueued = [], takenOver = 0 } = options;
    this.#options = options;
    this.#asking = new Asking({
      space,
      searcher,
      objectives,
      constraints,
      rng,
      given: [...recording.answers.slice(0, takenOver), ...(enqueued as readonly Params[])],
    });
    this.#recording = recording;
    this.#project = project;
    this.#emit = emit;
    this.#concurrency = options.concurrency ?? 1;
    this.#lag = neverLooks(options) ? 0 : (options.lag ?? defaultLag(this.#concurrency));
    this.#startedAt = this.#now();
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
    for (const trial of [...this.#running]) trial.cancel();
  }

  /** Cancelled: running trials end as `cancelled`, and the stream completes. */
  cancel(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const trial of [...this.#running]) {
      const thrown = trial.cancel();
      const { slot, number, params, curve } = trial;
      this.#emit({
        type: 'trial/finished',
        slot,
        trial: number,
        params,
        values: null,
        steps: curve.length,
        ...(thrown === undefined
          ? { state: 'cancelled' }
          : { state: 'failed', error: errorRecord(thrown, 'TRIAL_FAILED') }),
      });
    }
    this.#running.length = 0;
    this.#end({ reason: 'cancelled' });
  }

  #fail(error: unknown): void {
    if (this.#ended) return;
    this.stop();
    this.onEnd(error);
  }

  #end(why: Omit<SearchFinished, 'type'>): void {
    this.#ended = true;
    this.#emit({ type: 'search/finished', ...why });
    this.onEnd();
  }

  /** Starts every trial that may start. Re-entrant calls only ask for another round. */
  #pump(): void {
    this.#dirty = true;
    if (this.#pumping) return;
    this.#pumping = true;
    while (this.#dirty) {
      this.#dirty = false;
      while (this.#mayAsk()) this.#startNext();
    }
    this.#pumping = false;
    if (!this.#ended && this.#spent !== undefined && this.#running.length === 0) this.#end(this.#spent);
  }

  #mayAsk(): boolean {
    if (this.#ended || this.#spent !== undefined || this.#running.length >= this.#concurrency) return false;
    const { asked, told } = this.#asking.log;
    if (this.#waiting) return told >= asked;
    return this.#lag === 0 || this.#options.order === 'eager' || asked < told + this.#lag;
  }

  #startNext(): void {
    try {
      const assignment = this.#assignment();
      if (assignment !== undefined) this.#begin(assignment);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** What the next slot is to do; undefined when it must wait, or there will be none. */
  #assignment(): Assignment | undefined {
    const slot = this.#asking.log.asked;
    const view = this.#viewOf(slot);
    this.#spent = this.#enough(slot, view);
    if (this.#spent !== undefined) return undefined;
    const waited = this.#waiting;
    this.#waiting = false;
    const answer = this.#asking.next(view, this.#asking.log.created < this.#options.trials);
    if (answer !== null && typeof answer === 'object') {
      this.#budgets ||= answer.budget !== undefined;
      return answer;
    }
    if (answer === null) this.#spent = { reason: 'exhausted' };
    else if (answer === 'full') this.#spent = { reason: 'trials' };
    else if (waited) throw waitsForNothing(this.#options.searcher.name, slot);
    else this.#waiting = true;
    return undefined;
  }

  /** Why this slot is not to be asked, if so. */
  #enough(slot: number, view: View): Omit<SearchFinished, 'type'> | undefined {
    const { trials, stopRules = [], objectives, maxFailures } = this.#options;
    // resumptions cost no trial; but only a searcher that gave budgets has any to ask for
    if (this.#asking.log.created >= trials && !this.#budgets) return { reason: 'trials' };
    if (maxFailures !== undefined) this.#countFailures(view, maxFailures);
    const elapsedMs = this.#elapsedBefore(slot);
    const rule = stopRules.find((candidate) => candidate.stop({ objectives, view, slot, elapsedMs }));
    return rule === undefined ? undefined : { reason: 'stopped', rule: rule.name };
  }

  /** The time of the search before this slot; a recorded one was begun in time. */
  #elapsedBefore(slot: number): number {
    if (slot < this.#recording.begun) return 0;
    return (this.#options.elapsedMs ?? 0) + this.#now() - this.#startedAt;
  }

  /** The clock, if there is a rule that may want it. */
  #now(): number {
    const { clock, stopRules = [] } = this.#options;
    return stopRules.length === 0 ? 0 : (clock?.() ?? 0);
  }

  #countFailures(view: View, most: number): void {
    for (; this.#countedSlots < view.told; this.#countedSlots++) {
      const outcome = view.outcome(this.#countedSlots);
      if (outcome.state !== 'failed' || ++this.#failures <= most) continue;
      throw new RunError('SEARCH_ABORTED', {
        where: 'maxFailures',
        expected: `at most ${most} trials may fail`,
        got: `${this.#failures} (the last one by: ${outcome.error.message})`,
        todo: 'correct the cause, or allow more',
      });
    }
  }

  /** What slot n may know: View(n) at the lag; when it has waited, or eagerly, all that is known without a gap. */
  #viewOf(slot: number): View {
    const { log } = this.#asking;
    if (this.#lag === 0) return viewOf(log, slot, slot + 1);
    const upToDate = this.#waiting || this.#options.order === 'eager';
    return viewOf(log, slot, upToDate ? slot - log.told + 1 : this.#lag);
  }

  #begin(assignment: Assignment): void {
    const { slot, trial: number, resumed, note } = assignment;
    const before = this.#paused.get(number) ?? [];
    this.#paused.delete(number);
    const trial = this.#place(assignment, before);
    const type = resumed ? 'trial/resumed' : 'trial/started';
    this.#emit({ type, slot, trial: number, params: trial.params, ...(note === undefined ? {} : { note }) });
    if (this.#ended) return; // a subscriber cancelled on hearing of it
    const known = this.#recording.segmentOf(assignment);
    if (known === undefined) this.#run(assignment, trial, 0);
    else this.#retell(assignment, trial, before, known);
  }

  /** A trial in flight: from here on it can be cancelled. */
  #place(assignment: Assignment, before: readonly Metric<M>[]): RunningTrial<P, M> {
    const trial = new RunningTrial<P, M>(assignment, this.#options.rng, before);
    this.#running.push(trial);
    return trial;
  }

  #leave(trial: RunningTrial<P, M>): void {
    this.#running.splice(this.#running.indexOf(trial), 1);
  }

  #run(assignment: Assignment, trial: RunningTrial<P, M>, attempt: number): void {
    const { trial: number, slot, budget } = assignment;
    const { pruner } = this.#options;
    const pruned = pruner === undefined ? () => false : this.#pruning(pruner, slot, trial);
    trial.run(this.#project, {
      metric: ({ step, values }) => {
        this.#emit({ type: 'trial/metric', trial: number, step, values });
        if (pruned()) return 'pruned';
        return budget !== undefined && step >= budget ? 'paused' : 'go on';
      },
      end: (ending) => this.#finish(assignment, trial, ending, attempt),
    });
  }

  /** The pruner's question after each step; what the slot may know is settled when it starts. */
  #pruning(pruner: Pruner, slot: number, { number, curve }: RunningTrial<P, M>): () => boolean {
    const { objectives } = this.#options;
    const view = this.#viewOf(slot);
    return () => pruner.prune({ objectives, view, trial: number, curve });
  }

  /** Tells again what a recorded slot has done. */
  #retell(assignment: Assignment, trial: RunningTrial<P, M>, before: readonly Metric<M>[], known: Segment): void {
    for (const { step, values } of known.metrics) {
      this.#emit({ type: 'trial/metric', trial: assignment.trial, step, values: values as Metric<M>['values'] });
      if (this.#ended) return;
    }
    this.#leave(trial);
    const curve = [...before, ...(known.metrics as readonly Metric<M>[])];
    this.#settle(assignment, known.outcomeWith(curve), curve);
  }

  #finish(assignment: Assignment, trial: RunningTrial<P, M>, ending: Ending, attempt: number): void {
    if (this.#ended) return;
    this.#leave(trial);
    if (ending.kind === 'threw' && isRetryable(ending.error) && attempt < (this.#options.retries ?? 0)) {
      const error = errorRecord(ending.error, 'TRIAL_FAILED');
      this.#emit({ type: 'trial/retried', slot: trial.slot, trial: trial.number, error });
      if (!this.#ended) this.#run(assignment, this.#place(assignment, trial.curve), attempt + 1);
      return;
    }
    const { objectives, constraints } = this.#options;
    const curve = trial.curve.slice(); // kept from here on, so without the room that an array grows by
    const outcome = outcomeOf(ending, trial.number, curve, objectives, constraints);
    if ('fatal' in outcome) this.#fail(outcome.fatal);
    else this.#settle(assignment, outcome, curve);
  }

  /** The slot has its outcome. */
  #settle({ slot, trial, params: point }: Assignment, outcome: Outcome, curve: readonly Metric<M>[]): void {
    const params = point as P;
    const steps = curve.length;
    this.#asking.log.record(slot, outcome);
    if (outcome.state === 'paused') {
      this.#paused.set(trial, curve);
      this.#emit({ type: 'trial/paused', slot, trial, params, values: outcome.values, steps });
    } else if (outcome.state === 'failed') {
      this.#emit({
        type: 'trial/finished',
        slot,
        trial,
        params,
        state: 'failed',
        values: null,
        steps,
        error: outcome.error,
      });
    } else {
      const { state, values } = outcome;
      const { violations } = outcome as CompleteOutcome;
      const broken = violations === undefined ? {} : { violations };
      this.#emit({ type: 'trial/finished', slot, trial, params, state, values, steps, ...broken });
    }
    this.#pump();
  }
}

/**
 * Only explicit promises count: a part that forgot to say so would otherwise learn nothing, silently.
 */
function neverLooks({ searcher, pruner, stopRules = [], maxFailures }: SearchOptions<SpaceShape>): boolean {
  const parts = [searcher, ...(pruner === undefined ? [] : [pruner]), ...stopRules];
  return maxFailures === undefined && parts.every(({ feedback }) => feedback === false);
}

function isRetryable(error: unknown): boolean {
  return isTangentError(error) && error.code === 'RESOURCE_FAILED';
}

function waitsForNothing(name: string, slot: number): RunError {
  return new RunError('SEARCH_ABORTED', {
    where: `searcher "${name}", slot ${slot}`,
    expected: "'wait' is no answer once every earlier slot has its outcome",
    todo: 'answer with a point, a resumption or null',
  });
}
