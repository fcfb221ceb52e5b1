/**
 * Compiled kernels, by operation and shape. Compiling takes 1-200 ms and a call 3-500 us, so each is compiled once; the
 * least recently used go when there are too many, since each holds a memory of its own in mode webasm, and programs and
 * a result elsewhere.
 *
 * Invariant: every kernel has been looked at after its first call, to see where it really ran.
 */
import { messageOf, RunError } from '@tangentlab/core';
import type { GpuKernel, GpuKernelFunction, KernelArgument, KernelResult } from '../gpu-js.js';
import type { KernelSource } from '../kernels/kernel.js';
import { type KernelCounts, modeOf, type OpenGpu, settingsOf } from '../mode/gpu-mode.js';
import { inNode } from '../mode/node-webgpu.js';

/** Enough for a dozen models: one takes about 40, counting those of the smaller last batch and of evaluation. */
const LIMIT = 512;
/** A page of Chromium has 125 memories of WebAssembly, and every kernel of that mode takes one. */
const LIMIT_IN_PAGES = 80;

interface Entry {
  readonly run: GpuKernelFunction;
  /** The kernel as it was created; still registered with gpu.js after another one has taken its place. */
  readonly created: GpuKernel;
  /** The kernel that was last looked at. */
  seen: GpuKernel | undefined;
}

export class KernelCache {
  readonly #open: OpenGpu;
  readonly #limit: number;
  /** In the order of their last use. */
  readonly #entries = new Map<string, Entry>();
  #compiled = 0;
  #fellBack = 0;
  #reason: string | undefined;

  constructor(open: OpenGpu, limit = open.runsOn === 'webasm' && !inNode() ? LIMIT_IN_PAGES : LIMIT) {
    this.#open = open;
    this.#limit = limit;
  }

  /** Of all kernels since the start, those that were dropped included. */
  get counts(): KernelCounts {
    return { compiled: this.#compiled, fellBack: this.#fellBack, reason: this.#reason };
  }

  /** How many kernels are held. */
  get size(): number {
    return this.#entries.size;
  }

  /** The kernels that are held, for tests of what really ran. */
  get kernels(): readonly GpuKernel[] {
    return [...this.#entries.values()].map(({ run }) => run.kernel);
  }

  /**
   * Runs a kernel of a mode that answers at once, compiled at the first call with this key.
   *
   * @param key Operation and sizes: equal keys mean equal sources.
   * @throws RunError RESOURCE_FAILED when gpu.js cannot compile it.
   */
  run(key: string, source: () => KernelSource, args: readonly KernelArgument[]): KernelResult {
    const entry = this.#entry(key, source);
    const result = entry.seen === undefined ? this.#firstRun(key, entry, args) : entry.run(...args);
    if (entry.run.kernel !== entry.seen) this.#lookAt(entry);
    return result as KernelResult;
  }

  /** The same in a mode that answers by a promise. */
  async runAsync(key: string, source: () => KernelSource, args: readonly KernelArgument[]): Promise<KernelResult> {
    const entry = this.#entry(key, source);
    let result: KernelResult;
    try {
      result = await entry.run(...args);
    } catch (cause) {
      // a device that was lost before says so at the first run, too; that is no fault of the kernel
      throw entry.seen === undefined && !/\blost\b/.test(messageOf(cause)) ? this.#failed(key, cause) : cause;
    }
    if (entry.run.kernel !== entry.seen) this.#lookAt(entry);
    return result;
  }

  /** Destroys all kernels. */
  clear(): void {
    for (const entry of this.#entries.values()) this.#destroy(entry);
    this.#entries.clear();
  }

  #entry(key: string, source: () => KernelSource): Entry {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      const { text, output } = source();
      const run = this.#open.gpu.createKernel(text, { output, ...settingsOf(this.#open.mode) });
      entry = { run, created: run.kernel, seen: undefined };
      this.#compiled++;
      if (this.#entries.size >= this.#limit) this.#dropOldest();
    } else {
      this.#entries.delete(key); // and in again, as the youngest
    }
    this.#entries.set(key, entry);
    return entry;
  }

  #firstRun(key: string, entry: Entry, args: readonly KernelArgument[]): KernelResult | Promise<KernelResult> {
    try {
      return entry.run(...args);
    } catch (cause) {
      throw this.#failed(key, cause);
    }
  }

  #failed(key: string, cause: unknown): RunError {
    return new RunError('RESOURCE_FAILED', {
      where: `gpu.js kernel "${key}"`,
      expected: `it must compile in mode ${this.#open.mode}`,
      got: `the error "${messageOf(cause)}"`,
      todo: 'try another mode, or another back end',
      cause,
    });
  }

  #lookAt(entry: Entry): void {
    const { kernel } = entry.run;
    entry.seen = kernel;
    if (modeOf(kernel) === this.#open.runsOn) return;
    this.#fellBack++;
    this.#reason ??= kernel.fallbackReason ?? undefined;
  }

  #dropOldest(): void {
    const [oldest] = this.#entries;
    if (oldest === undefined) return;
    this.#entries.delete(oldest[0]);
    this.#destroy(oldest[1]);
  }

  /** A kernel of mode cpu stays in the list of its instance when destroyed, and with it all that it holds on to. */
  #destroy({ run, created }: Entry): void {
    const { kernels } = this.#open.gpu;
    for (const kernel of new Set([created, run.kernel])) {
      kernel.destroy();
      const at = kernels.indexOf(kernel);
      if (at >= 0) kernels.splice(at, 1);
    }
  }
}
