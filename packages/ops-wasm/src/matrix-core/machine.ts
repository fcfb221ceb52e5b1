/**
 * An instance of the kernels with its memory, and with the threads that help it.
 */
import type { WasmImports, WasmMemory } from '../wasm-host.js';
import type { WasmProgram } from '../web-assembly.js';
import { Heap } from './heap.js';
import type { Kernels } from './kernels.js';
import { SharedTables } from './shared-tables.js';
import { Team, type TeamHost } from './team.js';
import type { ThreadCount } from './thread-count.js';

/** A build, how a run's header calls it, and how many threads it works with. */
export interface Build {
  readonly program: WasmProgram<Kernels>;
  readonly description: string;
  readonly count: ThreadCount;
  /** What several threads share, and where they come from. */
  readonly shared?: { readonly memory: WasmMemory; readonly host: TeamHost };
}

export interface Machine {
  readonly kernels: Kernels;
  readonly heap: Heap;
  readonly tables: SharedTables;
  /** Who helps with large layers; nobody where there is one thread. */
  readonly team: Team | undefined;
}

/** A machine of this build, which is compiled. */
export function machineOf({ program, count: { threads }, shared }: Build): Machine {
  if (shared === undefined) return around(program.instantiate(), 1, undefined);
  const { memory, host } = shared;
  const imports: WasmImports = { env: { memory }, team: { lost: () => team.lose() } };
  const kernels = program.instantiate(imports);
  const team = new Team(kernels, { module: program.module(), memory }, threads, host);
  return around(kernels, threads, team);
}

function around(kernels: Kernels, threads: number, team: Team | undefined): Machine {
  const heap = new Heap(kernels.memory, kernels.heapStart(threads));
  return { kernels, heap, tables: new SharedTables(heap), team };
}

/** How many threads work on large layers, and why, in words. */
export function threadsInWords({ count: { threads, why } }: Build, machine: Machine | undefined): string {
  const trouble = machine?.team?.trouble;
  if (trouble !== undefined) return `one thread (others failed: ${trouble})`;
  const count = threads === 1 ? 'one thread' : `${threads} threads for large layers`;
  return why === '' ? count : `${count} (${why})`;
}
