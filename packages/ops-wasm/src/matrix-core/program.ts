/**
 * The compiled f32 kernels: the plain builds, whose bits are the same on every machine, and the relaxed ones, which fuse
 * multiplication and addition where the machine does; each for one thread, and for several that share their memory.
 */
import { WasmProgram } from '../web-assembly.js';
import type { Kernels } from './kernels.js';
import { MODULE_TEXT } from './module-text.js';

/** Which build. */
export interface BuildChoice {
  readonly relaxed: boolean;
  /** Whether several threads are to share the memory. */
  readonly shared: boolean;
}

/** What there is beside the plain build for one thread; a text is loaded when somebody wants it. */
const OTHERS = {
  relaxed: () => import('./relaxed-module-text.js'),
  threads: () => import('./threads-module-text.js'),
  relaxedThreads: () => import('./relaxed-threads-module-text.js'),
};

export const PLAIN_PROGRAM = new WasmProgram<Kernels>(MODULE_TEXT, 'WebAssembly with SIMD');
const programs = new Map<keyof typeof OTHERS, WasmProgram<Kernels>>();

/** The program of a build, the same object every time. */
export async function programFor({ relaxed, shared }: BuildChoice): Promise<WasmProgram<Kernels>> {
  if (!relaxed && !shared) return PLAIN_PROGRAM;
  const name = !shared ? 'relaxed' : relaxed ? 'relaxedThreads' : 'threads';
  const { MODULE_TEXT: text } = await OTHERS[name]();
  const known = programs.get(name);
  if (known !== undefined) return known;
  const program = new WasmProgram<Kernels>(text, relaxed ? RELAXED_SIMD : 'WebAssembly with SIMD and threads');
  programs.set(name, program);
  return program;
}

const RELAXED_SIMD = 'WebAssembly with relaxed SIMD (Node 22, or Node 20 with --experimental-wasm-relaxed-simd)';
