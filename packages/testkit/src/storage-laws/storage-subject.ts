/**
 * What the laws of stores are checked on, and what the checks share.
 */
import { isTangentError, type RunEvent, type RunLog, type Storage } from '@tangentlab/core';

/** A place for a store - a file, a database - and ways to open a store there. */
export interface StorageSubject {
  /** A store on the place, as the first process opens it. */
  open(): Promise<Storage>;
  /**
   * A store on the same place, as a new process finds it after the one before was killed: only what was stored counts, not
   * what earlier handles have in memory or on their way. The laws do not use those any more.
   */
  reopen(): Promise<Storage>;
  /** Lets go of the place. */
  dispose?(): Promise<void>;
}

/** One law, on a fresh subject. */
export interface StorageCheck {
  readonly name: string;
  check(subject: StorageSubject): Promise<void>;
}

/** An event that is told from others by its trial and step. */
export function metricOf(trial: number, step = 1): RunEvent {
  return { type: 'trial/metric', trial, step, values: { score: trial + step / 1000 } };
}

/** `count` such events. */
export function metricsOf(count: number, trial = 0): RunEvent[] {
  return Array.from({ length: count }, (_, i) => metricOf(trial, i + 1));
}

/** What the log of this id holds, by a handle of its own. */
export async function readLog(storage: Storage, id: string): Promise<readonly RunEvent[]> {
  const log = await storage.open(id);
  const events = await log.read();
  await log.close();
  return events;
}

/** Throws unless `work` is refused with one of these codes; gives the message. */
export async function expectRefused(
  what: string,
  codes: readonly string[],
  work: () => Promise<unknown>,
): Promise<string> {
  let thrown: unknown;
  try {
    await work();
  } catch (error) {
    thrown = error;
  }
  if (thrown === undefined) throw new Error(`${what} must be refused`);
  if (isTangentError(thrown) && codes.includes(thrown.code)) return thrown.message;
  throw new Error(`${what} must be refused with ${codes.join(' or ')}, got ${String(thrown)}`);
}

/** Appends each batch by itself. */
export async function appendAll(log: RunLog, batches: readonly (readonly RunEvent[])[]): Promise<void> {
  for (const batch of batches) await log.append(batch);
}
