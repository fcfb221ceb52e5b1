/**
 * The compiled f64 kernels.
 */
import { WasmProgram } from '../web-assembly.js';
import type { Kernels } from './kernels.js';
import { MODULE_TEXT } from './module-text.js';

export const LINEAR_ALGEBRA_PROGRAM = new WasmProgram<Kernels>(MODULE_TEXT, 'WebAssembly with SIMD');
