/**
 * storageLaws: what every store must hold to: logs that keep their order and their bits, that survive a kill, and that
 * runs can be resumed from. How fast a store is, and what else it offers, is not its affair.
 */
import { type Law, registerLaws, type SuiteOptions } from './law.js';
import { LOG_CHECKS } from './storage-laws/log-laws.js';
import { RESUMING_CHECKS } from './storage-laws/resuming-laws.js';
import type { StorageCheck, StorageSubject } from './storage-laws/storage-subject.js';
import { SURVIVAL_CHECKS } from './storage-laws/survival-laws.js';

const CHECKS: readonly StorageCheck[] = [...LOG_CHECKS, ...SURVIVAL_CHECKS, ...RESUMING_CHECKS];

/**
 * Registers the laws of stores with the test runner. Each law gets a subject of its own, empty, and disposes of it.
 *
 * *Determinism*: events are drawn under one fixed seed.
 */
export function storageLaws(name: string, create: () => StorageSubject, options: SuiteOptions = {}): void {
  registerLaws(`storageLaws: ${name}`, lawsOfStorages(), create, options);
}

/** The laws themselves. */
export function lawsOfStorages(): readonly Law<StorageSubject>[] {
  return CHECKS.map(({ name, check }) => ({
    name,
    check: async (make) => {
      const subject = make();
      try {
        await check(subject);
      } finally {
        await subject.dispose?.();
      }
    },
  }));
}
