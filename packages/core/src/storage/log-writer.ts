/**
 * Writes the events of a run to its log, batch by batch, beside the run: nobody waits for an event to be stored. A store
 * that fails, or does not answer, is reported once; the log then ends before the gap, and the writer drops what follows.
 *
 * Invariant: what the log holds is a beginning of what was taken, in order.
 */
import { timer } from 'rxjs';
import { RunError } from '../errors.js';
import type { RunEvent } from '../events/events.js';
import type { RunLog } from './storage.js';

/** What a writer keeps to. */
export interface WriterLimits {
  /** Events in one append at most. */
  readonly batch: number;
  /** Events that may wait before new trials are held back. */
  readonly waiting: number;
  /** How long one append may take. */
  readonly patienceMs: number;
}

const LIMITS: WriterLimits = { batch: 512, waiting: 16_384, patienceMs: 30_000 };

/** The one writer of a log. */
export class LogWriter {
  readonly #log: RunLog;
  readonly #onFailure: (error: unknown) => void;
  readonly #limits: WriterLimits;
  #queue: RunEvent[] = [];
  /** Events that were taken and are not stored yet. */
  #waiting = 0;
  #failed = false;
  /** Settles when the queue is empty; never rejects. */
  #writing: Promise<void> | undefined;
  /** Called when there is room again. */
  readonly #held: (() => void)[] = [];

  /** @param onFailure Told of the first append that failed; what was not stored by then never will be. */
  constructor(log: RunLog, onFailure: (error: unknown) => void, limits: WriterLimits = LIMITS) {
    this.#log = log;
    this.#onFailure = onFailure;
    this.#limits = limits;
  }

  /** Takes an event; it is stored after the present turn. *Cost*: O(1). */
  take(event: RunEvent): void {
    if (this.#failed) return;
    this.#queue.push(event);
    this.#waiting++;
    // not at once: what a turn says is one batch
    this.#writing ??= Promise.resolve().then(() => this.#drain());
  }

  /** Undefined while there is room for the events of another trial; else settles when there is. */
  room(): Promise<void> | undefined {
    if (this.#failed || this.#waiting < this.#limits.waiting) return undefined;
    return new Promise((resolve) => this.#held.push(resolve));
  }

  /** Gives up: nothing is written from here on. */
  fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#queue = [];
    this.#onFailure(error);
    this.#letGo();
  }

  /** Settles when all that was taken is stored, or the store has failed. */
  async flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const taken = this.#queue;
      this.#queue = [];
      for (let at = 0; at < taken.length && !this.#failed; at += this.#limits.batch) {
        const batch = taken.slice(at, at + this.#limits.batch);
        await this.#append(batch);
        this.#waiting -= batch.length;
        if (this.#waiting <= this.#limits.waiting / 2) this.#letGo();
      }
    }
    this.#writing = undefined;
  }

  async #append(batch: readonly RunEvent[]): Promise<void> {
    try {
      await this.#inTime(this.#log.append(batch));
    } catch (error) {
      this.fail(error);
    }
  }

  /** A store that never answers must not keep a run from ending. */
  #inTime(append: Promise<void>): Promise<void> {
    const { patienceMs } = this.#limits;
    return new Promise((resolve, reject) => {
      const late = timer(patienceMs).subscribe(() => reject(silent(this.#log.id, patienceMs)));
      append.then(resolve, reject).finally(() => late.unsubscribe());
    });
  }

  #letGo(): void {
    for (const go of this.#held.splice(0)) go();
  }
}

function silent(id: string, patienceMs: number): RunError {
  return new RunError('RESOURCE_FAILED', {
    where: `log "${id}"`,
    expected: `events must be stored within ${patienceMs} ms`,
    got: 'no answer',
    todo: 'look at what holds up the store',
  });
}
