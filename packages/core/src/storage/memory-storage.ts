/**
 * A store in memory: for tests, and for runs that are resumed in one process. It holds the lines that a file would hold,
 * so that nothing an owner of an event does later can change what was stored.
 */
import type { RunEvent } from '../events/events.js';
import { defineProvider, type Provider } from '../wiring/provider.js';
import { decodeEvent, encodeEvent } from './event-codec.js';
import { type RunLog, STORAGE, type Storage } from './storage.js';
import { checkLogName, freeLogId, logHasMoved, logIsClosed, unknownLog } from './storage-errors.js';

/** A store whose logs last as long as it does. */
export class MemoryStorage implements Storage {
  readonly name = 'memory';
  readonly #logs = new Map<string, string[]>();

  async create(name: string): Promise<RunLog> {
    checkLogName(this.name, name);
    const id = freeLogId(name, (candidate) => this.#logs.has(candidate));
    const lines: string[] = [];
    this.#logs.set(id, lines);
    return new MemoryLog(id, lines);
  }

  async open(id: string): Promise<RunLog> {
    const lines = this.#logs.get(id);
    if (lines === undefined) throw unknownLog(this.name, id, this.#logs.keys());
    return new MemoryLog(id, lines);
  }

  async list(): Promise<readonly string[]> {
    return [...this.#logs.keys()];
  }
}

class MemoryLog implements RunLog {
  readonly #lines: string[];
  /** How many lines this handle knows of. */
  #known: number;
  #closed = false;

  constructor(
    readonly id: string,
    lines: string[],
  ) {
    this.#lines = lines;
    this.#known = lines.length;
  }

  async append(events: readonly RunEvent[]): Promise<void> {
    this.#checkOpen();
    // all before the first is added: a batch is stored whole or not at all
    const added = events.map(encodeEvent);
    if (this.#lines.length !== this.#known) throw logHasMoved(this.id, this.#known, this.#lines.length);
    for (const line of added) this.#lines.push(line);
    this.#known = this.#lines.length;
  }

  async read(): Promise<readonly RunEvent[]> {
    this.#checkOpen();
    this.#known = this.#lines.length;
    return this.#lines.map((line, i) => decodeEvent(line, i + 1));
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #checkOpen(): void {
    if (this.#closed) throw logIsClosed(this.id);
  }
}

/**
 * The store in memory as a part. Unlike most parts it outlives the run: all runs with this provider share the store.
 *
 * *Determinism*: draws nothing.
 *
 * @param store Where the logs are, for who wants to read them; a new one unless given.
 * @example
 * memoryStorage().name // => 'memory'
 */
export function memoryStorage(store: MemoryStorage = new MemoryStorage()): Provider<Storage> {
  return defineProvider({ token: STORAGE, name: store.name, create: () => store });
}
