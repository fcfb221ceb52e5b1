/**
 * The part of WebAssembly in use. TypeScript has its types only together with those of browsers. Imports nothing, so that a
 * thread which needs no more starts at once.
 */

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

/** What the host has under the name `WebAssembly`. */
interface WebAssemblyHost {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: WasmImports) => { readonly exports: object };
  readonly Memory: new (pages: { initial: number; maximum: number; shared: boolean }) => WasmMemory;
  compile(bytes: Uint8Array): Promise<WasmModule>;
  validate(bytes: Uint8Array): boolean;
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

/** The host, where there is one. */
export function host(): WebAssemblyHost {
  return (globalThis as unknown as { WebAssembly: WebAssemblyHost }).WebAssembly;
}
