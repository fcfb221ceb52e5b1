/**
 * workers(): the executor that trains trials on local threads. Nothing of Node is loaded, and no thread started, before a
 * run needs it.
 */
import { ConfigError, defineProvider, EXECUTOR, type Executor, type Provider, show } from '@tangentlab/core';
import type { ThreadPool } from './thread-pool.js';

/** What `workers` takes. */
export interface WorkersOptions {
  /** How many threads at most, and so how many trials at once; as many as the machine runs in parallel unless given. */
  readonly threads?: number;
  /** How long a trial that is told to stop may take before its thread is ended and replaced; 5000 ms unless given. */
  readonly stopTimeoutMs?: number;
  /**
   * The folder that modules of experiments must lie in; that of the project unless given: the topmost folder with a
   * package.json at or above the one that the program was started in.
   */
  readonly root?: string;
}

/**
 * Runs trials on threads of this machine; Node.js only.
 *
 * The experiment states `module: import.meta.url` and is exported by that module, which each thread loads; a program that
 * is the experiment's module guards its run by `if (isMainThread)`. Data made of plain objects and typed arrays is handed
 * over in shared memory; other data is opened by each thread. Threads start with the first trials of a run, at most one for
 * each trial at once, and end with the run. Give the run as many trials at once: `concurrency: 'cores'`.
 *
 * *Cost*: a thread starts in some tenths of a second, most of which it loads the module; a trial costs a fraction of a
 * millisecond beside its training. *Throws* CONFIG_INVALID at once; a run ends with WORKER_NOT_SERIALISABLE in its first trial when
 * the experiment cannot travel. A trial whose thread dies, or does not stop in time, is RESOURCE_FAILED: `retries: 1` has
 * it tried again in its slot. *Determinism*: the same bits as in process, at one seed and lag.
 *
 * @example
 * workers({ threads: 2 }).name // => 'workers'
 */
export function workers({ threads, stopTimeoutMs = 5000, root }: WorkersOptions = {}): Provider<Executor> {
  if (threads !== undefined) checkCount('threads', threads, Number.isSafeInteger(threads) && threads >= 1);
  checkCount('stopTimeoutMs', stopTimeoutMs, Number.isFinite(stopTimeoutMs) && stopTimeoutMs > 0);
  return defineProvider<Executor>({
    token: EXECUTOR,
    name: 'workers',
    config: { ...(threads === undefined ? {} : { threads }), stopTimeoutMs, ...(root === undefined ? {} : { root }) },
    create: async () => {
      const pool = './thread-pool.js'; // it needs Node: a bundler for browsers must not follow it
      const { ThreadPool } = (await import(/* @vite-ignore */ pool)) as typeof import('./thread-pool.js');
      return new ThreadPool({ threads, stopTimeoutMs, root });
    },
    release: (pool) => (pool as ThreadPool).release(),
  });
}

function checkCount(name: string, value: number, isSound: boolean): void {
  if (isSound) return;
  throw new ConfigError('CONFIG_INVALID', {
    where: `workers(), ${name}`,
    expected: name === 'threads' ? '1, 2, 3, ... is needed' : 'a time above 0 is needed',
    got: show(value),
    todo: 'correct it',
  });
}
