/**
 * The contract of stores, and its token: where the events of runs are kept, so that a run outlives its process. A store
 * holds logs; a log holds the events of one run, in order. What the events mean is not its affair.
 */
import type { RunEvent } from '../events/events.js';
import { token } from '../wiring/token.js';

/** The events of one run, kept. */
export interface RunLog {
  readonly id: string;
  /**
   * Adds the events in order, all of them or none. Resolves once they survive the end of the process, however sudden.
   * The values are taken at the call.
   *
   * *Throws* CONFIG_INVALID for events that are no plain data. RESOURCE_FAILED when they could not be stored; when the log
   * is closed; and when another handle has added to the log since this one was opened or last read: of two that write one
   * run, the second is told.
   */
  append(events: readonly RunEvent[]): Promise<void>;
  /** All that was appended, in order, bit for bit. *Throws* STORAGE_CORRUPT, RESOURCE_FAILED. */
  read(): Promise<readonly RunEvent[]>;
  /** Lets go of the log. Doing so twice is harmless. */
  close(): Promise<void>;
}

/** Where runs are kept. Logs of one store never mix, and may be written at the same time. */
export interface Storage {
  readonly name: string;
  /**
   * Begins a log whose id is the name, or `name#2`, `name#3`, ... if it is taken. Any text but an empty one is a name.
   *
   * *Throws* CONFIG_INVALID for an empty name.
   */
  create(name: string): Promise<RunLog>;
  /** The log of this id. *Throws* CONFIG_INVALID, with the ids that there are, if there is none. */
  open(id: string): Promise<RunLog>;
  /** The ids of all logs, the oldest first. */
  list(): Promise<readonly string[]>;
}

/** The role of the store. A run without one keeps nothing. */
export const STORAGE = token<Storage>('Storage', 'run');
