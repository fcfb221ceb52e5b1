/**
 * A compiled program of this package: decoded and compiled once, however many instances there are. Nothing happens on
 * import.
 */
import { messageOf, RunError } from '@tangentlab/core';
import { host, instanceOf, type WasmImports, type WasmModule } from './wasm-host.js';

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

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll('\n', '')), (character) => character.charCodeAt(0));
}
