/**
 * The public face of @tangentlab/ops-wasm: f64 linear algebra on WebAssembly SIMD. Importing it compiles nothing.
 */
export { createLinearAlgebra, createLinearAlgebraSync, wasmLinearAlgebra } from './wasm-linear-algebra.js';
