/**
 * What goes wrong beside a run - a subscriber that throws, a store that fails, a part that does not let go - and does not
 * undo it: told once on its bus, and kept for its result.
 */
import { errorRecord, type TangentError } from '../errors.js';
import type { RunEvent } from '../events/events.js';
import type { Diagnostic } from './result.js';

/** The diagnostics of one run. */
export class Diagnostics {
  readonly #all: Diagnostic[] = [];
  readonly #tell: (event: RunEvent) => void;

  /** @param tell Takes the events as long as the run has not told its last one, and drops them afterwards. */
  constructor(tell: (event: RunEvent) => void) {
    this.#tell = tell;
  }

  /** In the order in which they happened; grows as long as the run does. */
  get all(): readonly Diagnostic[] {
    return this.#all;
  }

  releaseFailed(failure: TangentError): void {
    const error = errorRecord(failure, 'RESOURCE_FAILED');
    this.#all.push({ about: 'release', name: String(failure.details['role'] ?? 'unknown'), error });
    this.#tell({ type: 'release/failed', error });
  }

  storageFailed(name: string, failure: TangentError): void {
    const error = errorRecord(failure, 'RESOURCE_FAILED');
    this.#all.push({ about: 'storage', name, error });
    this.#tell({ type: 'storage/failed', error });
  }

  subscriberFailed(name: string, thrown: unknown): void {
    const error = errorRecord(thrown, 'RESOURCE_FAILED');
    this.#all.push({ about: 'subscriber', name, error });
    this.#tell({ type: 'subscriber/failed', name, error });
  }
}
