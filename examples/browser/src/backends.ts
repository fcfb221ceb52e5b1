/**
 * What the page can compute with: WebAssembly, gpu.js in each of its modes, the plain reference.
 */
import { autoBackend, gpu, reference, wasm } from 'tangentlab';

/** The choices, with what a reader sees. */
export const BACKENDS = {
  auto: 'the fastest with the same bits everywhere',
  wasm: 'WebAssembly, an epoch in one call',
  webgpu: 'WebGPU',
  webgl2: 'WebGL 2',
  webgl: 'WebGL',
  webasm: 'gpu.js, WebAssembly',
  async: 'gpu.js, asynchronous',
  cpu: 'gpu.js, JavaScript',
  reference: 'plain TypeScript, 64 bit',
} as const;

/** One of the choices. */
export type BackendName = keyof typeof BACKENDS;

/** The provider for a choice. */
export function backendNamed(name: BackendName) {
  if (name === 'auto') return autoBackend();
  if (name === 'wasm') return wasm();
  return name === 'reference' ? reference() : gpu({ mode: name });
}

/** A choice by the name that an address or a form gives; the first for one that is unknown. */
export function backendName(text: string | null): BackendName {
  return text !== null && Object.hasOwn(BACKENDS, text) ? (text as BackendName) : 'auto';
}

/** What a back end says of itself, taken apart: what runs, and why it is not what was asked for. */
export function standIn(description: string): string | undefined {
  return /\((asked for .*)\)$/.exec(description)?.[1];
}
