/**
 * A trial seen from the run's thread: what its thread says becomes metrics, warnings and parameters, and the end of a
 * subscription becomes the word to stop.
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import {
  carriedError,
  type Metric,
  messageOf,
  RunError,
  recordOf,
  revivedError,
  type TangentError,
  type TrialTask,
} from '@tangentlab/core';
import { type Subscriber, type Subscription, timer } from 'rxjs';
import type { Said, Stop, ThreadTask } from './messages.js';

/** What a trial needs of its pool. */
export interface TrialPlace {
  /** Runs the trial on a thread: resolves when the thread is free again, rejects when it is lost. Aborting the signal ends the thread. */
  start(task: ThreadTask, signal: AbortSignal): Promise<void>;
  /** A host was set up on a thread; this is how it is told to let go. */
  hosted(control: MessagePort): void;
  /** What went wrong when nobody listened to the trial any more. */
  trouble(error: TangentError): void;
  readonly stopTimeoutMs: number;
}

/** One trial, from its begin until its thread is free. */
export class ThreadTrial {
  readonly #task: TrialTask;
  readonly #place: TrialPlace;
  readonly #out: Subscriber<Metric>;
  readonly #port: MessagePort;
  readonly #kill = new AbortController();
  /** The trial has told its end, which is not yet the end of all its work. */
  #ended = false;
  /** Runs out when the thread is not free in time after the end, or after the word to stop. */
  #late: Subscription | undefined;
  /** Settles, and never rejects, when the thread is free. */
  readonly free: Promise<void>;

  constructor(task: TrialTask, place: TrialPlace, out: Subscriber<Metric>) {
    this.#task = task;
    this.#place = place;
    this.#out = out;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.on('message', (said: Said) => this.#hear(said));
    const { description } = task;
    this.free = place.start({ description, port: port2 }, this.#kill.signal).then(
      () => this.#rest(),
      (error: unknown) => this.#rest({ error }),
    );
    task.keepAlive(this.free);
  }

  /** To be called when nobody listens any more: a trial that has not ended is told to stop. */
  stop(): void {
    if (this.#late !== undefined) return;
    this.#late = timer(this.#place.stopTimeoutMs).subscribe(() => this.#kill.abort());
    if (this.#ended) return;
    const { signal } = this.#task;
    const reason = carriedError(signal.aborted ? signal.reason : unsubscribed(this.#where));
    this.#port.postMessage({ reason } satisfies Stop);
  }

  get #where(): string {
    return `trial ${this.#task.description.trial}`;
  }

  #hear(said: Said): void {
    if (said.type === 'hosted') this.#place.hosted(said.control);
    if (this.#out.closed || said.type === 'hosted') return;
    if (said.type === 'metric') this.#out.next(unfolded(said.metric));
    else if (said.type === 'warning') this.#task.warn(said.warning);
    else if (said.type === 'parameters') this.#task.keep(said.parameters);
    else {
      this.#ended = true;
      if (said.type === 'complete') this.#out.complete();
      else this.#out.error(revivedError(said.error));
    }
  }

  /** The thread is free, or gone. */
  #rest(lost?: { readonly error: unknown }): void {
    // what was said before may not have arrived yet
    for (let last = receiveMessageOnPort(this.#port); last !== undefined; last = receiveMessageOnPort(this.#port))
      this.#hear(last.message as Said);
    this.#port.close();
    this.#late?.unsubscribe();
    if (lost === undefined) return;
    this.#ended = true;
    const error = this.#kill.signal.aborted
      ? hung(this.#where, this.#place.stopTimeoutMs)
      : died(this.#where, lost.error);
    if (this.#out.closed) this.#place.trouble(error);
    else this.#out.error(error);
    this.#late?.unsubscribe();
  }
}

/** The names of metrics are the user's: as everywhere, such a record inherits nothing. */
function unfolded(metric: Metric): Metric {
  const { values } = metric ?? {};
  return typeof values === 'object' && values !== null
    ? { ...metric, values: recordOf(Object.entries(values)) }
    : metric;
}

function died(where: string, cause: unknown): TangentError {
  return new RunError('RESOURCE_FAILED', {
    where,
    expected: 'its thread must live until the trial has ended',
    got: `the error "${messageOf(cause)}"`,
    todo: 'set `retries: 1` to try such trials again; look for process.exit(), or for memory',
    cause,
  });
}

function hung(where: string, timeoutMs: number): TangentError {
  return new RunError('RESOURCE_FAILED', {
    where,
    expected: `a trial must stop within ${timeoutMs} ms of being told to`,
    got: 'a thread that did not answer, and was ended',
    todo: 'let the trainer give way to the event loop between epochs (nextTurn), or raise workers({ stopTimeoutMs })',
  });
}

function unsubscribed(where: string): TangentError {
  return new RunError('RUN_CANCELLED', {
    where,
    expected: 'nobody listens to it any more',
    todo: 'nothing is left to do',
  });
}
