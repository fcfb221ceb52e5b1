/**
 * The threads of one run. They start when the first trials come, one for each trial at once up to their number, and are
 * kept until the run releases them. Trials beyond wait here.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { MessagePort } from 'node:worker_threads';
import { type Executor, type Metric, messageOf, RunError, type TangentError, type TrialTask } from '@tangentlab/core';
import { Piscina } from 'piscina';
import { firstValueFrom, fromEvent, map, merge, Observable, timer } from 'rxjs';
import { ownModule, projectOf } from './experiment-module.js';
import type { Release, Released, ThreadData, ThreadTask } from './messages.js';
import { inSharedMemory } from './shared-data.js';
import { ThreadTrial, type TrialPlace } from './thread-trial.js';

/** What a pool is made of; all of it is optional in `workers()`. */
export interface PoolOptions {
  readonly threads?: number | undefined;
  readonly stopTimeoutMs: number;
  readonly root?: string | undefined;
}

/** Threads load built files, also where tests run the sources. */
const PROGRAM = fileURLToPath(new URL('../dist/trial-thread.js', import.meta.url));

/** How long the hosts of a run may take to let go, before their threads end all the same; a run waits for a second. */
const RELEASE_MS = 500;

/** Runs trials on threads. */
export class ThreadPool implements Executor, TrialPlace {
  readonly name = 'workers';
  readonly capacity: number;
  readonly stopTimeoutMs: number;
  readonly #root: string;
  #pool: Piscina | undefined;
  #running = 0;
  readonly #waiting = new Set<() => void>();
  /** One for each host that lives. */
  readonly #controls = new Set<MessagePort>();
  readonly #troubles: TangentError[] = [];

  constructor({ threads = availableParallelism(), stopTimeoutMs, root = projectOf(process.cwd()) }: PoolOptions) {
    this.capacity = threads;
    this.stopTimeoutMs = stopTimeoutMs;
    this.#root = root;
  }

  /** The metrics of a trial; it begins when a thread is free. */
  run(task: TrialTask): Observable<Metric> {
    const { experiment, module } = task.description;
    return new Observable((out) => {
      ownModule(`experiment "${experiment}"`, module, this.#root); // before any thread is started
      this.#pool ??= this.#open(task);
      const begin = () => {
        this.#running++;
        const trial = new ThreadTrial(task, this, out);
        out.add(() => trial.stop());
        trial.free.then(() => this.#ended());
      };
      if (this.#running < this.capacity) begin();
      else {
        this.#waiting.add(begin);
        out.add(() => this.#waiting.delete(begin));
      }
    });
  }

  /** For the header of the run. */
  describe(): string {
    return `${this.capacity} ${this.capacity === 1 ? 'thread' : 'threads'}`;
  }

  start(task: ThreadTask, signal: AbortSignal): Promise<void> {
    return this.#pool!.run(task, { transferList: [task.port], signal });
  }

  hosted(control: MessagePort): void {
    this.#controls.add(control);
    control.once('close', () => this.#controls.delete(control));
    control.unref();
  }

  trouble(error: TangentError): void {
    this.#troubles.push(error);
  }

  /** Releases the hosts, and ends all threads. *Throws* RESOURCE_FAILED when something went wrong beside the trials. */
  async release(): Promise<void> {
    await Promise.all([...this.#controls].map((control) => this.#releaseHost(control)));
    await this.#pool?.destroy();
    const [trouble, ...others] = this.#troubles;
    if (trouble === undefined) return;
    throw others.length === 0 ? trouble : several(this.#troubles);
  }

  /** The data is handed over with the first trial: all trials of a run have the same. */
  #open({ data, description: { dataHash } }: TrialTask): Piscina {
    const handedOver = inSharedMemory(data);
    const workerData: ThreadData = {
      root: this.#root,
      ...(handedOver === undefined ? {} : { handedOver: { ...handedOver, dataHash } }),
    };
    const pool = new Piscina({
      filename: PROGRAM,
      minThreads: 0,
      maxThreads: this.capacity,
      idleTimeout: Number.POSITIVE_INFINITY,
      atomics: 'disabled', // an idle thread must hear that it is to release its hosts
      stricterFIFO: true, // the earlier trial first, whichever thread is ready
      recordTiming: false,
      argv: process.argv.slice(2), // modules that read the command line find the same
      workerData,
    });
    pool.on('error', (error: unknown) => this.trouble(diedIdle(error)));
    return pool;
  }

  #ended(): void {
    this.#running--;
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    next();
  }

  async #releaseHost(control: MessagePort): Promise<void> {
    const released = fromEvent<{ readonly data: Released }>(control, 'message').pipe(map(({ data }) => data.failures));
    const died = fromEvent(control, 'close').pipe(map(() => [])); // with its thread
    const late = timer(RELEASE_MS).pipe(map(() => [`its parts did not let go within ${RELEASE_MS} ms`]));
    const answer = firstValueFrom(merge(released, died, late));
    control.postMessage({ type: 'release' } satisfies Release);
    for (const failure of await answer) this.trouble(notReleased(failure));
    control.close();
  }
}

function diedIdle(cause: unknown): TangentError {
  return new RunError('RESOURCE_FAILED', {
    where: 'workers',
    expected: 'a thread must live between trials, too',
    got: `the error "${messageOf(cause)}"`,
    todo: 'look for work that a trial leaves behind without keepAlive()',
    cause,
  });
}

function notReleased(failure: string): TangentError {
  return new RunError('RESOURCE_FAILED', {
    where: 'workers',
    expected: 'the parts of a thread must be released',
    got: `"${failure}"`,
    todo: 'look at their release()',
  });
}

function several(troubles: readonly TangentError[]): TangentError {
  const messages = new Set(troubles.map(({ message }) => message));
  return new RunError('RESOURCE_FAILED', {
    where: 'workers',
    expected: 'nothing must go wrong beside the trials',
    got: [...messages].join(' | '),
    todo: 'see each of them',
    cause: troubles[0],
  });
}
