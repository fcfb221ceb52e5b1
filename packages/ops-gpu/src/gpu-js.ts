/**
 * The part of gpu.js that this package uses, as types of our own, and its loading.
 *
 * gpu.js is an optional peer dependency: nothing here is loaded before `loadGpuJs` is called, and no type of gpu.js shows
 * in the declarations, so that a program without it still compiles.
 */

import { messageOf, RunError } from '@tangentlab/core';

/** A value that a kernel takes: a flat array, an array with a width and a height, a result on a device, a number. */
export type KernelArgument = Float32Array | GpuInput | GpuHandle | number;

/** What a kernel returns: the cells of its output, as rows if it has two dimensions, or a handle where they stay. */
export type KernelResult = Float32Array | readonly Float32Array[] | readonly (readonly Float32Array[])[] | GpuHandle;

/** A result that stays on a device: a texture, or a buffer of WebGPU. */
export interface GpuHandle {
  toArray(): KernelResult | Promise<KernelResult>;
  delete(): void;
}

/** An array that kernels read as `a[y][x]`; made by `GpuJs.input`. */
export interface GpuInput {
  readonly value: Float32Array;
}

/** A compiled kernel; it may be replaced by one of another kind at any call, gpu.js' silent fallback. */
export interface GpuKernel {
  readonly constructor: {
    readonly name: string;
    /** Where kernels of this class run: `cpu`, `webasm`, `webgpu`, or `gpu` for both kinds of WebGL. */
    readonly mode?: string;
    readonly isSIMDSupported?: boolean;
  };
  /** Why the work went to the CPU after all; null when it did not. */
  readonly fallbackReason: string | null;
  /** The context of WebGL, in those modes. */
  readonly context?: unknown;
  destroy(): void;
}

/** What `createKernel` returns: a function, with the kernel that is behind it at present. */
export interface GpuKernelFunction {
  /** A promise in the modes `async` and `webgpu`. */
  (...args: readonly KernelArgument[]): KernelResult | Promise<KernelResult>;
  readonly kernel: GpuKernel;
}

/** What a kernel is to do beside computing. */
export interface KernelSettings {
  /** Width, height, depth. */
  readonly output: readonly number[];
  /** Leaves results on the device, as handles. */
  readonly pipeline?: boolean;
  /** Gives every result a place of its own. */
  readonly immutable?: boolean;
  /** `single`: 32-bit floats, never packed into bytes. */
  readonly precision?: 'single';
  /** `precision`: highp in shaders, whatever the size. */
  readonly tactic?: 'precision';
}

/** An instance of gpu.js. */
export interface Gpu {
  /** Every kernel that was created and not destroyed. Those for the CPU do not leave it by themselves. */
  readonly kernels: GpuKernel[];
  /** The WebGL context of its kernels; null in other modes, and before the first kernel. */
  readonly context?: unknown;
  createKernel(source: string, settings: KernelSettings): GpuKernelFunction;
  destroy(): Promise<void>;
}

/** The module gpu.js. */
export interface GpuJs {
  readonly GPU: new (settings: { readonly mode: string; readonly functions?: readonly string[] }) => Gpu;
  input(value: Float32Array, size: readonly [width: number, height: number]): GpuInput;
  /** The version that is installed; undefined where that cannot be read, in a browser for instance. */
  readonly version?: string | undefined;
}

/** Loads gpu.js: 70 ms and 88 MB on disk, hence not before a back end is initialised. *Throws* when it is not installed. */
export async function loadGpuJs(): Promise<GpuJs> {
  const module: unknown = await import('gpu.js');
  // CommonJS: its exports are the default one, whether or not the loader finds their names too
  const { GPU, input } = ((module as { default?: unknown }).default ?? module) as GpuJs;
  return { GPU, input, version: installedVersion() };
}

/** What `load` brings. *Throws* RunError BACKEND_UNAVAILABLE, saying what to install, when it brings nothing. */
export async function availableGpuJs(load: () => Promise<GpuJs>): Promise<GpuJs> {
  try {
    return await load();
  } catch (cause) {
    throw new RunError('BACKEND_UNAVAILABLE', {
      where: 'gpu back end',
      expected: 'the optional package gpu.js is needed',
      got: `the error "${messageOf(cause)}"`,
      todo: 'install gpu.js@2.24.1',
      cause,
    });
  }
}

/** Read from the package itself: what is installed need not be what package.json of this package asks for. */
function installedVersion(): string | undefined {
  try {
    const { createRequire } = process.getBuiltinModule('node:module');
    return (createRequire(import.meta.url)('gpu.js/package.json') as { version?: string }).version;
  } catch {
    return undefined;
  }
}
