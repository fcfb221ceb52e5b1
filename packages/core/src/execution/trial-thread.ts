/**
 * The mark of a thread that was started to run trials. It loads the module of an experiment, and a module that calls run()
 * whenever it is loaded would start a search in every thread, and threads in each of those. So run() is refused there.
 *
 * The mark lies on the global object, as two copies of this package may meet in one thread.
 */
import { RunError } from '../errors.js';

const MARK = Symbol.for('tangentlab/trial-thread');
const marks = globalThis as { [MARK]?: true };

/** Marks this thread, for good. For executors, before they load the experiment's module. */
export function enterTrialThread(): void {
  marks[MARK] = true;
}

/** Throws WORKER_NOT_SERIALISABLE in a thread that runs trials. */
export function refuseInTrialThread(where: string): void {
  if (marks[MARK] === undefined) return;
  throw new RunError('WORKER_NOT_SERIALISABLE', {
    where: `${where}.run()`,
    expected: 'a thread that runs trials only loads the module of the experiment, and must not start a run',
    todo: "guard the main program: `import { isMainThread } from 'node:worker_threads'`, and `if (isMainThread) await experiment.run().result`",
  });
}
