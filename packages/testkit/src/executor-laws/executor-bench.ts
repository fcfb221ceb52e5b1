/**
 * A bench for executors: the executor under test, the same trials in this thread to compare with, and the notes that trials
 * make wherever they run.
 */
import {
  dataHash,
  EXECUTOR,
  type Executor,
  hostTrials,
  type Metric,
  type Provider,
  Rng,
  recordOf,
  type TrainingWarning,
  type TrialDescription,
  type TrialHost,
  type TrialTask,
  travellingParts,
  Wiring,
} from '@tangentlab/core';
import { firstValueFrom, lastValueFrom, type Observable, Subscription, timer } from 'rxjs';
import { markOnce, notesFile, notesFolder, notesIn, removeNotes } from './notes.js';
import { type TravelParams, travelling } from './travelling.js';

/** An executor to be tested. */
export interface ExecutorSubject {
  readonly provider: Provider<Executor>;
  /** Takes away what trials are running on - kills a worker, say; absent where nothing can be lost. */
  lose?(): void | Promise<void>;
}

/** One law, on a bench of its own. */
export interface ExecutorCheck {
  readonly name: string;
  check(bench: ExecutorBench): Promise<void>;
}

/** What a trial says. */
export interface Heard {
  readonly metrics: readonly Metric[];
  readonly warnings: readonly TrainingWarning[];
  /** The parameters that were kept last. */
  readonly parameters: readonly number[] | undefined;
  /** Code and message of its error. */
  readonly error: readonly [string | undefined, string] | undefined;
}

/** A trial on its way; no promise before somebody asks, so that none is left behind by a law that fails. */
export interface Hearing {
  heard(): Promise<Heard>;
}

/** What a trial is to do. */
export type TravelOptions = Pick<TravelParams, 'kind'> & Partial<TravelParams>;

/** A task with what it was told. */
export interface Listening {
  readonly task: TrialTask;
  readonly abort: AbortController;
  readonly warnings: TrainingWarning[];
  readonly kept: Float64Array[];
  readonly busy: Promise<unknown>[];
}

const { name: experiment, module, seed } = travelling.plan;
const PARTS = travellingParts(travelling.plan);

/** What a law works with. */
export class ExecutorBench {
  readonly #wiring: Wiring;
  readonly #folder = notesFolder();
  /** Everything that runs; a law that fails must not leave a trial behind. */
  readonly #running = new Subscription();
  readonly #aborts: AbortController[] = [];
  #host: TrialHost | undefined;
  #hash = '';
  #data: unknown;

  readonly #patienceMs: number;

  constructor(
    readonly subject: ExecutorSubject,
    patienceMs: number,
  ) {
    this.#patienceMs = patienceMs;
    this.#wiring = new Wiring('executorLaws', [[subject.provider]]);
  }

  async open(): Promise<void> {
    await this.#wiring.resolveAll();
    this.#data = await lastValueFrom(travelling.plan.data.open({ rng: Rng.root(seed).split('data') }));
    this.#hash = dataHash(this.#data);
    this.#host = await hostTrials(travelling, { seed, parts: PARTS, dataHash: this.#hash });
  }

  async close(): Promise<void> {
    // both, as not every executor that is tested listens to both
    for (const abort of this.#aborts) abort.abort(new Error('the law has ended'));
    this.#running.unsubscribe();
    await this.#wiring.release();
    await this.#host?.release();
    removeNotes(this.#folder);
  }

  get executor(): Executor {
    return this.#wiring.resolved(EXECUTOR);
  }

  /** A file for notes. */
  notes(name = 'notes'): string {
    return notesFile(this.#folder, name);
  }

  /** What trials noted down so far, one line each. */
  noted(file = this.notes()): readonly string[] {
    return notesIn(file);
  }

  /** Lets gated trials end. */
  openGate(file = this.notes()): void {
    markOnce(file, 'open');
  }

  /** A trial, with ears. */
  listen(trial: number, { kind, steps = 4, notes = '' }: TravelOptions): Listening {
    const abort = new AbortController();
    this.#aborts.push(abort);
    const warnings: TrainingWarning[] = [];
    const kept: Float64Array[] = [];
    const busy: Promise<unknown>[] = [];
    const channel = {
      signal: abort.signal,
      warn: (warning: TrainingWarning) => void warnings.push(warning),
      keep: (parameters: Float64Array) => void kept.push(parameters),
      keepAlive: (work: Promise<unknown>) => void busy.push(work.catch(() => undefined)),
    };
    const description: TrialDescription = {
      experiment,
      ...(module === undefined ? {} : { module }),
      seed,
      parts: PARTS,
      dataHash: this.#hash,
      trial,
      params: recordOf(Object.entries({ kind, steps, notes })),
      rngPath: Rng.root(seed).split('trial', trial).path,
      resumedAt: 0,
    };
    const task = { ...channel, description, data: this.#data, local: () => this.#hostInUse.run(description, channel) };
    return { task, abort, warnings, kept, busy };
  }

  /** Subscribes to the trial as the executor runs it; it is stopped with the bench at the latest. */
  subscribe(
    { task }: Listening,
    next: (metric: Metric) => void,
    end: (error?: Thrown) => void = () => undefined,
  ): Subscription {
    return this.#start(this.executor.run(task), next, end);
  }

  /** Starts the trial as the executor runs it. */
  start(trial: number, params: TravelOptions): Hearing {
    const listening = this.listen(trial, params);
    return this.#hear(listening, this.executor.run(listening.task));
  }

  /** The trial as the executor runs it, to its end. */
  run(trial: number, params: TravelOptions): Promise<Heard> {
    return this.start(trial, params).heard();
  }

  /** The trial in this thread, to its end. */
  local(trial: number, params: TravelOptions): Promise<Heard> {
    const listening = this.listen(trial, params);
    return this.#hear(listening, listening.task.local()).heard();
  }

  #start(metrics$: Observable<Metric>, next: (metric: Metric) => void, end: (error?: Thrown) => void): Subscription {
    const running = metrics$.subscribe({ next, error: (thrown: Thrown) => end(thrown), complete: () => end() });
    this.#running.add(running);
    return running;
  }

  #hear({ warnings, kept, task }: Listening, metrics$: Observable<Metric>): Hearing {
    const metrics: Metric[] = [];
    let ended = false;
    let error: Heard['error'];
    this.#start(
      metrics$,
      (metric) => metrics.push(metric),
      (thrown) => {
        ended = true;
        error = thrown && [thrown.code, String(thrown.message)];
      },
    );
    return {
      heard: async () => {
        await this.until(`trial ${task.description.trial} ends`, () => ended);
        const last = kept.at(-1);
        return { metrics, warnings, parameters: last && [...last], error };
      },
    };
  }

  /** Waits until it is so; throws under this name if it does not become so in time. */
  async until(what: string, isSo: () => boolean): Promise<void> {
    for (let waitedMs = 0; waitedMs <= this.#patienceMs; waitedMs += 5) {
      if (isSo()) return;
      await firstValueFrom(timer(5));
    }
    throw new Error(`waited in vain: ${what}`);
  }

  get #hostInUse(): TrialHost {
    if (this.#host === undefined) throw new Error('the bench is not open');
    return this.#host;
  }
}

interface Thrown {
  readonly code?: string;
  readonly message?: string;
}

/** Long enough for what should not happen to happen: in time, and in turns of this thread where time is short of them. */
export async function aWhile(): Promise<void> {
  for (let turn = 0; turn < 25; turn++) await firstValueFrom(timer(2));
}
