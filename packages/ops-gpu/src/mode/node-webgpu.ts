/**
 * WebGPU in Node: `navigator.gpu`, which gpu.js looks for and Node does not have, from the optional peer `webgpu`. Not
 * loaded before somebody asks for mode webgpu by name: it is a native driver, and speaks to the console.
 */
import { messageOf } from '@tangentlab/core';
import type { NamedAdapter } from './renderer.js';

/** The part of `navigator.gpu` that this package uses. */
export interface WebGpu {
  requestAdapter(): Promise<NamedAdapter | null>;
}

/** The module `webgpu`. */
export interface WebGpuModule {
  create(flags: readonly string[]): WebGpu;
  readonly globals: Readonly<Record<string, unknown>>;
}

/** Loads the package `webgpu`. */
export async function loadWebGpu(): Promise<WebGpuModule> {
  const name = 'webgpu'; // a bundler for browsers must not follow it
  return (await import(/* @vite-ignore */ name)) as WebGpuModule;
}

/** The WebGPU of this platform, if it has one; in Node only after `provideWebGpu`. */
export function platformWebGpu(): WebGpu | undefined {
  return (globalThis as { navigator?: { gpu?: WebGpu } }).navigator?.gpu;
}

/**
 * The WebGPU of this platform; in Node, that of the package `webgpu`, which stays as `navigator.gpu`.
 *
 * @returns The reason why there is none, as text.
 */
export async function provideWebGpu(load: () => Promise<WebGpuModule> = loadWebGpu): Promise<WebGpu | string> {
  const there = platformWebGpu();
  if (there !== undefined) return there;
  if (!inNode()) return 'this browser offers no WebGPU (navigator.gpu is missing; pages need https or localhost)';
  try {
    const { create, globals } = await load();
    for (const [name, value] of Object.entries(globals)) {
      if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    }
    const gpu = create([]);
    const navigator = (globalThis as { navigator?: object }).navigator ?? {};
    Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
    Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true, writable: true });
    return gpu;
  } catch (error) {
    return `the optional package webgpu does not load (${messageOf(error).split('\n')[0]}); install webgpu@0.6.2`;
  }
}

/** True in Node and what stands for it. */
export function inNode(): boolean {
  return typeof (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node === 'string';
}
