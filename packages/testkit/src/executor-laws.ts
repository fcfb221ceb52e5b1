/**
 * executorLaws: what every executor must hold to: that where a trial runs changes no bit of it, and that it stops when it
 * is told to. How fast it is, and how trials travel, is its own affair.
 */
import { ExecutorBench, type ExecutorCheck, type ExecutorSubject } from './executor-laws/executor-bench.js';
import { RUN_CHECKS } from './executor-laws/run-laws.js';
import { TRIAL_CHECKS } from './executor-laws/trial-laws.js';
import { type Law, registerLaws, type SuiteOptions } from './law.js';

const CHECKS: readonly ExecutorCheck[] = [...TRIAL_CHECKS, ...RUN_CHECKS];

/** What `executorLaws` takes beside a name and a factory. */
export interface ExecutorLawsOptions extends SuiteOptions {
  /** How long a law waits for what ought to happen; 10,000 unless given. */
  readonly patienceMs?: number;
}

/**
 * Registers the laws of executors with the test runner. Each law gets an executor of its own.
 *
 * The trials are those of a module of this package, which states its URL; they note down what they do in a temporary file,
 * so the suite needs Node.js, and executors that run on the same machine.
 */
export function executorLaws(name: string, create: () => ExecutorSubject, options: ExecutorLawsOptions = {}): void {
  registerLaws(`executorLaws: ${name}`, lawsOfExecutors(options), create, options);
}

/** The laws themselves. */
export function lawsOfExecutors({
  patienceMs = 10_000,
}: Pick<ExecutorLawsOptions, 'patienceMs'> = {}): readonly Law<ExecutorSubject>[] {
  return CHECKS.map(({ name, check }) => ({
    name,
    check: async (make) => {
      const bench = new ExecutorBench(make(), patienceMs);
      try {
        await bench.open();
        await check(bench);
      } finally {
        await bench.close();
      }
    },
  }));
}
