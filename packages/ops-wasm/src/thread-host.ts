/**
 * What the host of this program has for threads that share memory: Node.js, or a page that is isolated from other origins.
 */
import { messageOf } from '@tangentlab/core';
import type { WasmMemory, WasmModule } from './wasm-host.js';

/** What a thread gets: the compiled kernels, the memory of all, and which of them it is. */
export interface Seat {
  readonly module: WasmModule;
  readonly memory: WasmMemory;
  readonly thread: number;
}

/** A thread that was started. */
export interface Thread {
  /** Ends it, whatever it does; resolves when it is gone. */
  stop(): Promise<void>;
}

/** What a host has. */
export interface ThreadHost {
  /** Cores that this program may use. */
  readonly cores: number;
  /** Whether this is the first thread of the program; in another one, the cores are shared with its like. */
  readonly first: boolean;
  /** Whether this thread may wait for others without using a core. */
  readonly maySleep: boolean;
  /** Why threads cannot share memory here, in a few words. */
  readonly obstacle?: string;
  /** Starts a thread, which keeps no program alive. `ended` is told why, if it ends by itself. *Throws* if it cannot. */
  start(seat: Seat, ended: (why: string) => void): Thread;
}

/** The host of this program. */
export function threadHost(): ThreadHost {
  const node = typeof process === 'object' ? process.getBuiltinModule : undefined;
  return node === undefined ? pageHost() : nodeHost();
}

/** Threads load the built program, also where tests run the sources: it lies so from `src` and from `dist`. */
const PROGRAM = '../dist/matrix-core/thread.js';

/** Node.js, whose threads run the program at `url`. */
export function nodeHost(url = new URL(PROGRAM, import.meta.url)): ThreadHost {
  // not imported: bundlers for pages shall not look for them
  const { Worker, isMainThread } = process.getBuiltinModule('node:worker_threads');
  const { availableParallelism } = process.getBuiltinModule('node:os');
  return {
    cores: availableParallelism(),
    first: isMainThread,
    maySleep: true,
    start(seat, ended) {
      const worker = new Worker(url, { workerData: seat, execArgv: [] });
      let stopped = false;
      worker.unref();
      worker.on('error', (error) => ended(messageOf(error)));
      worker.on('exit', (code) => stopped || ended(`a thread ended with code ${code}`));
      return {
        async stop() {
          stopped = true;
          await worker.terminate();
        },
      };
    },
  };
}

/** The part of a page in use. TypeScript has its types only where everything is that of browsers. */
interface Page {
  readonly crossOriginIsolated?: boolean;
  readonly document?: unknown;
  readonly navigator?: { readonly hardwareConcurrency?: number };
}

interface PageWorker {
  onerror: ((event: { message?: string }) => void) | null;
  postMessage(seat: Seat): void;
  terminate(): void;
}

declare const Worker: new (url: URL, options: { type: 'module' }) => PageWorker;

function pageHost(): ThreadHost {
  const { crossOriginIsolated, document, navigator } = globalThis as Page;
  const isolated = crossOriginIsolated === true;
  return {
    cores: navigator?.hardwareConcurrency ?? 1,
    first: document !== undefined,
    maySleep: document === undefined,
    ...(isolated ? {} : { obstacle: 'no shared memory: the page is not cross-origin isolated' }),
    start(seat, ended) {
      // in this very form, which bundlers know
      const worker = new Worker(new URL('../dist/matrix-core/thread.js', import.meta.url), { type: 'module' });
      worker.onerror = ({ message }) => ended(message ?? 'a thread did not load');
      worker.postMessage(seat);
      return { stop: async () => worker.terminate() };
    },
  };
}
