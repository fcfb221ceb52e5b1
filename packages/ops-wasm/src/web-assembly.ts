/**
 * The compiled module: decoded and compiled once, however many instances there are. Nothing happens on import.
 */
import { messageOf, RunError } from '@tangentlab/core';
import type { Kernels } from './kernels.js';
import { WASM_BASE64 } from './wasm-bytes.js';

/** A compiled module; opaque. */
export interface WasmModule {
  readonly [brand]: true;
}
declare const brand: unique symbol;

/** The part of WebAssembly in use. TypeScript has its types only together with those of browsers. */
interface WebAssemblyHost {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule) => { readonly exports: Kernels };
  compile(bytes: Uint8Array): Promise<WasmModule>;
}

let compiled: WasmModule | undefined;

/**
 * The module, compiled now. Some browsers refuse that on their main thread; there, await `compileModule` first.
 *
 * *Cost*: a few ms the first time, nothing after. *Throws* RunError BACKEND_UNAVAILABLE where WebAssembly or its SIMD is
 * missing.
 */
export function wasmModule(): WasmModule {
  try {
    compiled ??= new (host().Module)(bytes());
  } catch (cause) {
    throw unavailable(cause);
  }
  return compiled;
}

/** The module, compiled off the thread where the host can. *Throws* as `wasmModule` does. */
export async function compileModule(): Promise<WasmModule> {
  if (compiled !== undefined) return compiled;
  try {
    compiled = await host().compile(bytes());
  } catch (cause) {
    throw unavailable(cause);
  }
  return compiled;
}

/** A fresh instance with a memory of its own. */
export function instantiate(module: WasmModule): Kernels {
  return new (host().Instance)(module).exports;
}

function host(): WebAssemblyHost {
  return (globalThis as unknown as { WebAssembly: WebAssemblyHost }).WebAssembly;
}

function bytes(): Uint8Array {
  const text = atob(WASM_BASE64.replaceAll('\n', ''));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function unavailable(cause: unknown): RunError {
  return new RunError('BACKEND_UNAVAILABLE', {
    where: 'ops-wasm',
    expected: 'WebAssembly with SIMD is needed',
    got: messageOf(cause),
    todo: 'use a newer host, or the reference linear algebra',
    cause,
  });
}
