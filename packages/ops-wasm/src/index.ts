/**
 * The public face of @tangentlab/ops-wasm: the matrix core and f64 linear algebra on WebAssembly SIMD. Importing it
 * compiles nothing.
 */
export { autoBackend } from './auto-backend.js';
export {
  createLinearAlgebra,
  createLinearAlgebraSync,
  wasmLinearAlgebra,
} from './linear-algebra/wasm-linear-algebra.js';
export { createBackend, type WasmOptions, wasm } from './matrix-core/wasm.js';
export { WasmBackend } from './matrix-core/wasm-backend.js';
