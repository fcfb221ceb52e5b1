/**
 * A run on its way into a store: its log, what the log held before, and the writer that adds to it. What goes wrong with
 * the store is told to the run and never thrown at it: a run does not lose its result by it.
 */
import type { LogLink, RunEvent } from '../events/events.js';
import { LogWriter } from './log-writer.js';
import type { RunLog, Storage } from './storage.js';
import { storageFailed } from './storage-errors.js';
import { StoredEvents } from './stored-events.js';

/** The log of one run, while it is written. */
export class StoredRun {
  /** The events of the log as it was opened; none in a new one. */
  readonly before: readonly RunEvent[];
  readonly #log: RunLog;
  readonly #known: StoredEvents;
  readonly #writer: LogWriter;
  readonly #failed: (error: unknown) => void;

  private constructor(log: RunLog, before: readonly RunEvent[], failed: (error: unknown) => void) {
    this.before = before;
    this.#log = log;
    this.#known = new StoredEvents(before);
    this.#writer = new LogWriter(log, failed);
    this.#failed = failed;
  }

  /**
   * A new log under this name, or the one to resume.
   *
   * @param failed Told of what the store cannot do later, once.
   * @throws TangentError What the store throws now: a run that cannot be stored from the start had better not begin.
   */
  static async open(
    storage: Storage,
    { name, resume }: { readonly name: string; readonly resume: string | undefined },
    failed: (error: unknown) => void,
  ): Promise<StoredRun> {
    try {
      if (resume === undefined) return new StoredRun(await storage.create(name), [], failed);
      const log = await storage.open(resume);
      return new StoredRun(log, await log.read(), failed);
    } catch (cause) {
      throw storageFailed(storage.name, cause);
    }
  }

  get link(): LogLink {
    return { id: this.#log.id, events: this.before.length };
  }

  /** Takes an event of the run; what the log holds already is not added again. */
  take(event: RunEvent): void {
    try {
      for (const added of this.#known.news(event)) this.#writer.take(added);
    } catch (error) {
      this.#writer.fail(error); // it is no plain data, and so cannot be compared
    }
  }

  /** Undefined while the store keeps up; else settles when a further trial may begin. */
  room(): Promise<void> | undefined {
    return this.#writer.room();
  }

  /** Settles when everything taken is stored, or the store has failed. */
  flush(): Promise<void> {
    return this.#writer.flush();
  }

  /** Lets go of the log, after what was taken. */
  async close(): Promise<void> {
    await this.flush();
    try {
      await this.#log.close();
    } catch (error) {
      this.#failed(error);
    }
  }
}
