import { defineProvider, EXECUTOR, type Executor, isTangentError, type TrialTask } from '@tangentlab/core';
import { executorLaws } from '@tangentlab/testkit';
import { workers } from '@tangentlab/workers';
import type { ThreadTask } from './messages.js';
import { ThreadPool } from './thread-pool.js';

/** A pool whose threads can be taken away, for laws whose module is there as it is built: threads load no TypeScript. */
class LosablePool extends ThreadPool {
  readonly #losses = new AbortController();

  override run(task: TrialTask): ReturnType<ThreadPool['run']> {
    const module = task.description.module!.replace('/src/', '/dist/').replace(/\.ts$/, '.js');
    return super.run({ ...task, description: { ...task.description, module } });
  }

  override start(task: ThreadTask, signal: AbortSignal): Promise<void> {
    return super.start(task, this.#losses.signal.aborted ? signal : AbortSignal.any([signal, this.#losses.signal]));
  }

  lose(): void {
    this.#losses.abort();
  }
}

executorLaws('workers', () => {
  let pool: LosablePool | undefined;
  const provider = defineProvider<Executor>({
    token: EXECUTOR,
    name: 'workers',
    create: () => {
      pool = new LosablePool({ threads: 2, stopTimeoutMs: 5000 });
      return pool;
    },
    release: () => pool?.release(),
  });
  return { provider, lose: () => pool?.lose() };
});

test.each([
  [{ threads: 0 }, 'workers(), threads: 1, 2, 3, ... is needed, got 0; correct it.'],
  [{ threads: 1.5 }, 'workers(), threads: 1, 2, 3, ... is needed, got 1.5; correct it.'],
  [{ stopTimeoutMs: 0 }, 'workers(), stopTimeoutMs: a time above 0 is needed, got 0; correct it.'],
  [{ stopTimeoutMs: Number.NaN }, 'workers(), stopTimeoutMs: a time above 0 is needed, got NaN; correct it.'],
])('%j is refused', (options, message) => {
  let thrown: unknown;
  try {
    workers(options);
  } catch (error) {
    thrown = error;
  }
  expect(isTangentError(thrown) && [thrown.code, thrown.message]).toEqual(['CONFIG_INVALID', message]);
});
