/**
 * A trial inside a thread: its metrics, warnings and parameters go out over its port as they come, and the word to stop
 * comes in.
 */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { carriedError, type Metric, revivedError, type TrialDescription, type TrialHost } from '@tangentlab/core';
import { Observable, Subscription } from 'rxjs';
import type { Said, Stop } from './messages.js';

/** One trial, from its begin until nothing of it goes on. */
export class HostedTrial {
  readonly #port: MessagePort;
  readonly #abort = new AbortController();
  readonly #running = new Subscription();
  /** What goes on after the trial's end. */
  readonly #busy = new Set<Promise<unknown>>();
  #end: { resolve(): void; reject(error: unknown): void } | undefined;

  constructor(port: MessagePort) {
    this.#port = port;
  }

  /** Resolves when the trial has ended or was stopped; rejects with what stopping it threw. */
  run(host: TrialHost, description: TrialDescription): Promise<void> {
    const ended = new Promise<void>((resolve, reject) => {
      this.#end = { resolve, reject };
    });
    this.#listen(); // it may have been stopped while the host was set up
    this.#port.on('message', (stop: Stop) => this.#stop(stop));
    const metrics = new Observable<Metric>((out) => {
      this.#running.add(out); // known before the metrics begin: a trial may be stopped while it emits synchronously
      const metrics$ = host.run(description, {
        signal: this.#abort.signal,
        warn: (warning) => this.#say({ type: 'warning', warning }),
        keep: (parameters) => this.#keep(parameters),
        keepAlive: (work) => this.#keepAlive(work),
      });
      return out.closed ? undefined : metrics$.subscribe(out);
    });
    metrics.subscribe({
      next: (metric) => this.#metric(metric),
      error: (error: unknown) => this.#finish({ type: 'error', error: carriedError(error) }),
      complete: () => this.#finish({ type: 'complete' }),
    });
    return ended;
  }

  /** Resolves when all work has settled that the trial left behind. */
  async idle(): Promise<void> {
    while (this.#busy.size > 0) await Promise.all(this.#busy);
  }

  #say(said: Said, transfer: readonly ArrayBuffer[] = []): void {
    this.#port.postMessage(said, transfer);
  }

  #metric(metric: Metric): void {
    try {
      this.#say({ type: 'metric', metric });
    } catch (error) {
      // no metric at all, but something that cannot be cloned
      this.#finish({ type: 'error', error: carriedError(error) });
      this.#stop({ reason: carriedError(error) });
    }
    this.#listen();
  }

  #keep(parameters: Float64Array): void {
    const { buffer, byteLength } = parameters;
    // a snapshot's parameters are a copy of their own, so they move; a part of something larger, or nothing, is cloned
    const moves = Object.prototype.toString.call(buffer) === '[object ArrayBuffer]' && byteLength > 0;
    this.#say(
      { type: 'parameters', parameters },
      moves && byteLength === buffer.byteLength ? [buffer as ArrayBuffer] : [],
    );
  }

  #keepAlive(work: Promise<unknown>): void {
    const settled: Promise<unknown> = work.catch(() => undefined).finally(() => this.#busy.delete(settled));
    this.#busy.add(settled);
  }

  /** The word to stop, if it has come: a trainer that never gives way to the event loop would not hear it otherwise. */
  #listen(): void {
    const received = receiveMessageOnPort(this.#port) as { readonly message: Stop } | undefined;
    if (received !== undefined) this.#stop(received.message);
  }

  #stop({ reason }: Stop): void {
    this.#abort.abort(revivedError(reason));
    try {
      this.#running.unsubscribe();
      this.#end?.resolve();
    } catch (error) {
      this.#end?.reject(error);
    }
  }

  #finish(said: Said): void {
    this.#say(said);
    this.#end?.resolve();
  }
}
