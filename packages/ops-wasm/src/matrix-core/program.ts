/**
 * The compiled f32 kernels: the plain build, whose bits are the same on every machine, and the relaxed one, which fuses
 * multiplication and addition where the machine does.
 */
import { WasmProgram } from '../web-assembly.js';
import type { Kernels } from './kernels.js';
import { MODULE_TEXT } from './module-text.js';

export const PLAIN_PROGRAM = new WasmProgram<Kernels>(MODULE_TEXT, 'WebAssembly with SIMD');

let relaxed: WasmProgram<Kernels> | undefined;

/** The relaxed build; its text is loaded when somebody wants it. */
export async function relaxedProgram(): Promise<WasmProgram<Kernels>> {
  const text = await import('./relaxed-module-text.js');
  relaxed ??= new WasmProgram<Kernels>(
    text.MODULE_TEXT,
    'WebAssembly with relaxed SIMD (Node 22, or Node 20 with --experimental-wasm-relaxed-simd)',
  );
  return relaxed;
}
