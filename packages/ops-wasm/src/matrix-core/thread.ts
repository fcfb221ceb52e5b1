/**
 * The program of a thread that helps with large layers: it does its parts of what is put up in the memory, until it is
 * ended from outside.
 */

import type { Seat } from '../thread-host.js';
import { instanceOf } from '../wasm-host.js';
import type { Kernels } from './kernels.js';

function help({ module, memory, thread }: Seat): void {
  // a thread that helps gets no help, so it loses nobody
  const kernels = instanceOf<Kernels>(module, { env: { memory }, team: { lost: () => {} } });
  kernels.actAsThread(thread);
  kernels.serve();
}

/** A page's worker. */
interface PageScope {
  addEventListener(type: 'message', listener: (event: { data: Seat }) => void): void;
}

const node = typeof process === 'object' ? process.getBuiltinModule : undefined;
if (node !== undefined) help(node('node:worker_threads').workerData as Seat);
else (globalThis as unknown as PageScope).addEventListener('message', ({ data }) => help(data));
