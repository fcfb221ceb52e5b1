/**
 * The mode: where kernels run. It is what really runs that counts: gpu.js replaces a kernel that a mode cannot take by
 * one for the CPU and tells the program nothing, so a mode is tried out before it is believed.
 */
import { messageOf, pickNamed, RunError } from '@tangentlab/core';
import type { Gpu, GpuJs, GpuKernel } from './gpu-js.js';

/** What can be asked for: `auto` is webasm where that runs, else cpu. */
export type GpuMode = 'auto' | 'cpu' | 'webasm';

/** What `gpu` takes. */
export interface GpuOptions {
  /** `auto` unless given. */
  readonly mode?: GpuMode;
}

/** An instance of gpu.js, and the mode that it was seen to run in. */
export interface OpenGpu {
  readonly gpu: Gpu;
  readonly mode: 'cpu' | 'webasm';
  /** False for webasm on a machine whose WebAssembly has no vectors. */
  readonly simd: boolean;
  /** Why not webasm, where that was wanted. */
  readonly refused?: string;
}

/** The mode that the options ask for. *Throws* CONFIG_INVALID for an unknown option or mode, listing the known ones. */
export function modeAsked(options: GpuOptions): GpuMode {
  for (const option of Object.keys(options)) pickNamed('gpu', 'option', option, { mode: true });
  const known: Readonly<Record<GpuMode, GpuMode>> = { auto: 'auto', cpu: 'cpu', webasm: 'webasm' };
  return pickNamed('gpu', 'mode', options.mode ?? 'auto', known);
}

/** Opens gpu.js in the mode asked for, or in mode cpu with the reason why not. *Throws* BACKEND_UNAVAILABLE. */
export async function openGpu(gpuJs: GpuJs, asked: GpuMode): Promise<OpenGpu> {
  const webasm = asked === 'cpu' ? undefined : await tryMode(gpuJs, 'webasm');
  if (webasm !== undefined && typeof webasm !== 'string') return webasm;
  const cpu = await tryMode(gpuJs, 'cpu');
  if (typeof cpu !== 'string') return webasm === undefined ? cpu : { ...cpu, refused: webasm };
  throw new RunError('BACKEND_UNAVAILABLE', {
    where: 'gpu back end',
    expected: 'gpu.js must run at least in mode cpu',
    got: `the error "${cpu}"`,
    todo: 'allow code generation here, or use another back end',
  });
}

/** Runs a small kernel. Returns the instance if the mode did it, and did it right; else the reason. */
async function tryMode(gpuJs: GpuJs, mode: 'cpu' | 'webasm'): Promise<OpenGpu | string> {
  let gpu: Gpu | undefined;
  let reason: string;
  try {
    gpu = new gpuJs.GPU({ mode });
    const successor = gpu.createKernel('function(a) { return a[this.thread.x] + 1; }', { output: [4, 1] });
    const [row] = successor(Float32Array.of(1, 2, 3, 4));
    const { kernel } = successor;
    if (modeOf(kernel) === mode && row?.join() === '2,3,4,5') {
      return { gpu, mode, simd: mode === 'webasm' && kernel.constructor.isSIMDSupported === true };
    }
    reason = kernel.fallbackReason ?? `a trial kernel ran in mode ${modeOf(kernel)} and gave ${row?.join()}`;
  } catch (error) {
    reason = messageOf(error);
  }
  await gpu?.destroy();
  return reason;
}

/** The mode that a kernel runs in. */
export function modeOf(kernel: GpuKernel): string {
  return kernel.constructor.mode ?? kernel.constructor.name;
}

/** How many kernels were compiled, and how many of them gpu.js moved to another mode. */
export interface KernelCounts {
  readonly compiled: number;
  readonly fellBack: number;
  /** Of the first that did. */
  readonly reason?: string | undefined;
}

/** One line for the header of a run: what really runs, what was asked for, and why it is not the same. */
export function describeGpu(
  version: string | undefined,
  asked: GpuMode,
  open: OpenGpu,
  counts: KernelCounts,
  onHost: readonly string[] = [],
): string {
  const { mode, simd, refused } = open;
  const notes: string[] = [];
  if (refused !== undefined) {
    notes.push(asked === 'auto' ? `chosen by auto, webasm does not run: ${refused}` : `asked for ${asked}: ${refused}`);
  } else if (asked === 'auto') notes.push('chosen by auto');
  if (mode === 'webasm' && !simd) notes.push('without SIMD');
  if (counts.fellBack > 0) {
    const reason = counts.reason ?? 'no reason given';
    notes.push(`${counts.fellBack} of ${counts.compiled} kernels fell back to cpu: ${reason}`);
  }
  if (onHost.length > 0) notes.push(`on the host, having no kernel: ${onHost.join(', ')}`);
  return `gpu.js ${version ?? 'of unknown version'}, mode ${mode}, f32${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`;
}
