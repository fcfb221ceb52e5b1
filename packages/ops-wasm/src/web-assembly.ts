/**
 * A compiled program of this package: decoded and compiled once, however many instances there are. Nothing happens on
 * import.
 */
import { messageOf, RunError } from '@tangentlab/core';

/** A byte address in the memory of an instance. */
export type Address = number;

/** The memory of an instance. Views made before it grew are of no use: detached, or too short where it is shared. */
export interface WasmMemory {
  readonly buffer: ArrayBufferLike;
  grow(pages: number): number;
}

/** A compiled module; opaque. */
export interface WasmModule {
  readonly [brand]: true;
}
declare const brand: unique symbol;

/** What an instance is given, by module and name. */
export type WasmImports = Readonly<Record<string, Readonly<Record<string, WasmMemory | (() => void)>>>>;

/** The part of WebAssembly in use. TypeScript has its types only together with those of browsers. */
interface WebAssemblyHost {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: WasmImports) => { readonly exports: object };
  readonly Memory: new (pages: { initial: number; maximum: number; shared: boolean }) => WasmMemory;
  compile(bytes: Uint8Array): Promise<WasmModule>;
  validate(bytes: Uint8Array): boolean;
}

/** A program as text, with the type of its exports. */
export class WasmProgram<Exports extends object> {
  readonly #text: string;
  /** What the host must have, in words. */
  readonly #needs: string;
  #compiled: WasmModule | undefined;

  constructor(text: string, needs: string) {
    this.#text = text;
    this.#needs = needs;
  }

  /** Whether the host can compile it. */
  get runs(): boolean {
    const present = (globalThis as { WebAssembly?: unknown }).WebAssembly !== undefined;
    return this.#compiled !== undefined || (present && host().validate(bytesOf(this.#text)));
  }

  /**
   * The module, compiled now. Some browsers refuse that on their main thread; there, await `compile` first.
   *
   * *Cost*: a few ms the first time, nothing after. *Throws* RunError BACKEND_UNAVAILABLE where something is missing.
   */
  module(): WasmModule {
    try {
      this.#compiled ??= new (host().Module)(bytesOf(this.#text));
    } catch (cause) {
      throw this.#unavailable(cause);
    }
    return this.#compiled;
  }

  /** The module, compiled off the thread where the host can. *Throws* as `module` does. */
  async compile(): Promise<WasmModule> {
    if (this.#compiled !== undefined) return this.#compiled;
    try {
      this.#compiled = await host().compile(bytesOf(this.#text));
    } catch (cause) {
      throw this.#unavailable(cause);
    }
    return this.#compiled;
  }

  /** A fresh instance, with a memory of its own unless it is given one. */
  instantiate(imports: WasmImports = {}): Exports {
    return instanceOf<Exports>(this.module(), imports);
  }

  #unavailable(cause: unknown): RunError {
    return new RunError('BACKEND_UNAVAILABLE', {
      where: 'ops-wasm',
      expected: `${this.#needs} is needed`,
      got: messageOf(cause),
      todo: 'use a newer host, or the reference',
      cause,
    });
  }
}

/** An instance of a module that somebody else has compiled. */
export function instanceOf<Exports extends object>(module: WasmModule, imports: WasmImports): Exports {
  return new (host().Instance)(module, imports).exports as Exports;
}

const MOST_PAGES = 65536;

/** Memory that threads may share, of 4 GiB at most. *Throws* the RangeError of hosts that do not set so much apart. */
export function sharedMemory(): WasmMemory {
  return new (host().Memory)({ initial: 1, maximum: MOST_PAGES, shared: true });
}

function host(): WebAssemblyHost {
  return (globalThis as unknown as { WebAssembly: WebAssemblyHost }).WebAssembly;
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll('\n', '')), (character) => character.charCodeAt(0));
}
