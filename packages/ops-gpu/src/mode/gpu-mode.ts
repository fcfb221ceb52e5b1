/**
 * The mode: where kernels run. It is what really runs that counts: gpu.js replaces a kernel that a mode cannot take by
 * one for the CPU and tells the program nothing, so a mode is tried out before it is believed, and every mode that was
 * wanted and does not run leaves its reason.
 */
import { ConfigError, messageOf, pickNamed, RunError, show } from '@tangentlab/core';
import type { Gpu, GpuHandle, GpuJs, GpuKernel, KernelResult } from '../gpu-js.js';
import { DEVICE_FUNCTIONS } from '../kernels/device-functions.js';
import { provideWebGpu } from './node-webgpu.js';
import { type Renderer, rendererOfAdapter, rendererOfContext, versionOfContext } from './renderer.js';

/**
 * Where kernels run: `cpu` as JavaScript, `webasm` as WebAssembly with vectors, `webgl`, `webgl2` and `webgpu` on a
 * graphics device, `async` wherever gpu.js puts them, behind promises.
 */
export type RunningMode = 'cpu' | 'webasm' | 'async' | 'webgl' | 'webgl2' | 'webgpu';

/** What can be asked for: `auto` is a graphics device if there is a real one, else webasm, else cpu. */
export type GpuMode = 'auto' | RunningMode;

/** What `gpu` takes. */
export interface GpuOptions {
  /** `auto` unless given. */
  readonly mode?: GpuMode;
  /** Whether another mode may stand in for one that does not run here; true unless given. `auto` chooses anyway. */
  readonly fallback?: boolean;
}

/** A mode that was wanted and does not run, or was passed over. */
export interface Refusal {
  readonly mode: RunningMode;
  readonly reason: string;
}

/** An instance of gpu.js, and the mode that it was seen to run in. */
export interface OpenGpu {
  readonly gpu: Gpu;
  readonly mode: RunningMode;
  /** What gpu.js calls the place where the kernels are: the mode itself, except for `async`. */
  readonly runsOn: string;
  /** False for webasm on a machine whose WebAssembly has no vectors. */
  readonly simd: boolean;
  /** Who computes, in the modes that have a device. */
  readonly renderer?: Renderer;
  /** What a buffer may hold, in mode webgpu: its bytes, and its groups of threads along one side. */
  readonly limits?: { readonly maxBytes: number; readonly maxGroups: number };
  /** In the order in which they were tried. */
  readonly refused: readonly Refusal[];
}

/** What really runs, as data. */
export interface GpuPlacement {
  readonly mode: RunningMode;
  /** Who computes, in the modes that have a device. */
  readonly renderer?: Renderer;
  /** Modes that were wanted and do not run here, or were passed over, with their reasons. */
  readonly refused: readonly Refusal[];
}

const MODES: Readonly<Record<GpuMode, GpuMode>> = {
  auto: 'auto',
  cpu: 'cpu',
  webasm: 'webasm',
  async: 'async',
  webgl: 'webgl',
  webgl2: 'webgl2',
  webgpu: 'webgpu',
};

/** True of the modes whose kernels run on the host, and whose bits are those of the JavaScript engine. */
export function onHost(mode: RunningMode): boolean {
  return mode === 'cpu' || mode === 'webasm';
}

/** The modes on a graphics device, the best first. */
const DEVICE_MODES = ['webgpu', 'webgl2', 'webgl'] as const;

/** The options, checked and complete. *Throws* CONFIG_INVALID for an unknown option or mode, listing the known ones. */
export function optionsAsked(options: GpuOptions): Required<GpuOptions> {
  for (const option of Object.keys(options)) pickNamed('gpu', 'option', option, { mode: true, fallback: true });
  const { mode = 'auto', fallback = true } = options;
  if (typeof fallback !== 'boolean') {
    throw new ConfigError('CONFIG_INVALID', {
      where: 'gpu',
      expected: 'fallback must be true or false',
      got: show(fallback),
      todo: 'leave it out, so that another mode may stand in',
    });
  }
  return { mode: pickNamed('gpu', 'mode', mode, MODES), fallback };
}

/**
 * Opens gpu.js in the mode asked for, or in the best that runs, with the reasons why not.
 *
 * @param fallback Whether another mode may stand in for one that does not run here.
 * @throws RunError BACKEND_UNAVAILABLE when nothing runs, or not the mode asked for and `fallback` is false; the message
 * names a mode that would.
 */
export async function openGpu(gpuJs: GpuJs, asked: GpuMode, fallback = true): Promise<OpenGpu> {
  const refused: Refusal[] = [];
  for (const mode of candidates(asked)) {
    const open = await tryMode(gpuJs, mode);
    if (typeof open === 'string') refused.push({ mode, reason: open });
    else if (asked === 'auto' && open.renderer?.software === true) {
      refused.push({ mode, reason: `${open.renderer.name} is a software renderer` });
      await open.gpu.destroy();
    } else if (mode === asked || asked === 'auto' || fallback) return { ...open, refused };
    else {
      await open.gpu.destroy();
      throw unavailable(`mode ${asked} must run here`, refused[0]!.reason, `mode ${mode} would run`);
    }
  }
  const reasons = refused.map(({ mode, reason }) => `${mode}: ${reason}`).join('; ');
  throw unavailable(
    'gpu.js must run at least in mode cpu',
    `the error "${reasons}"`,
    'allow code generation here, or use another back end',
  );
}

/** What to try, in this order. In Node, `auto` does not load a driver: mode webgpu has to be asked for by name. */
function candidates(asked: GpuMode): readonly RunningMode[] {
  if (asked === 'cpu') return ['cpu'];
  if (asked === 'webasm') return ['webasm', 'cpu'];
  if (asked !== 'auto') return [asked, 'webasm', 'cpu'];
  return [...DEVICE_MODES.filter((mode) => offered(mode)), 'webasm', 'cpu'];
}

/** Whether the platform has the interface at all, whatever is behind it. */
function offered(mode: (typeof DEVICE_MODES)[number]): boolean {
  const { navigator, document, OffscreenCanvas } = globalThis as Record<string, unknown>;
  if (mode === 'webgpu') return (navigator as { gpu?: unknown } | undefined)?.gpu !== undefined;
  return document !== undefined || OffscreenCanvas !== undefined;
}

function unavailable(expected: string, got: string, todo: string): RunError {
  return new RunError('BACKEND_UNAVAILABLE', { where: 'gpu back end', expected, got, todo });
}

/** Runs a small kernel. Returns the instance if the mode did it, and did it right; else the reason. */
async function tryMode(gpuJs: GpuJs, mode: RunningMode): Promise<Omit<OpenGpu, 'refused'> | string> {
  let gpu: Gpu | undefined;
  let reason: string;
  try {
    const webGpu = mode === 'webgpu' ? await webGpuAdapter() : undefined;
    if (typeof webGpu === 'string') return webGpu;
    gpu = new gpuJs.GPU({ mode, functions: onHost(mode) ? [] : DEVICE_FUNCTIONS.map(({ source }) => source) });
    const successor = gpu.createKernel('function(a) { return a[this.thread.x] + 1; }', {
      output: [4, 1],
      ...settingsOf(mode),
    });
    const result = await successor(Float32Array.of(1, 2, 3, 4));
    const values = await cellsOf(result);
    if (isHandle(result)) result.delete();
    const { kernel } = successor;
    const runsOn = modeOf(kernel);
    if ((runsOn === mode || mode === 'async') && values.join() === '2,3,4,5') {
      const drawn = runsOn.startsWith('webgl') ? { renderer: rendererOfContext(gpu.context) } : {};
      const simd = runsOn === 'webasm' && kernel.constructor.isSIMDSupported === true;
      return { gpu, mode, runsOn, simd, ...drawn, ...webGpu };
    }
    reason = kernel.fallbackReason ?? `a trial kernel ran in mode ${runsOn} and gave ${values.join()}`;
  } catch (error) {
    reason = messageOf(error);
  }
  await gpu?.destroy();
  return reason;
}

/** Who would compute in mode webgpu and what there is room for, or the reason why nobody would. */
async function webGpuAdapter(): Promise<Pick<OpenGpu, 'renderer' | 'limits'> | string> {
  const webGpu = await provideWebGpu();
  if (typeof webGpu === 'string') return webGpu;
  const adapter = await webGpu.requestAdapter();
  if (adapter === null) return 'WebGPU finds no adapter here (no device, or no driver that it accepts)';
  const { maxStorageBufferBindingSize = WEBGPU_BYTES, maxBufferSize = WEBGPU_BYTES } = adapter.limits ?? {};
  const limits = { maxBytes: Math.min(maxStorageBufferBindingSize, maxBufferSize), maxGroups: WEBGPU_GROUPS };
  return { renderer: rendererOfAdapter(adapter), limits };
}

/** What the standard of WebGPU grants everywhere: bytes of a buffer that kernels use, and groups of threads a side. */
const WEBGPU_BYTES = 2 ** 27;
const WEBGPU_GROUPS = 65_535;

/** What kernels of a mode are created with, beside the size of their output: results stay on a device. */
export function settingsOf(mode: RunningMode): {
  pipeline?: true;
  immutable?: true;
  precision?: 'single';
  tactic?: 'precision';
} {
  switch (mode) {
    case 'cpu':
    case 'webasm':
      return {};
    case 'webgl':
    case 'webgl2':
      return { pipeline: true, immutable: true, precision: 'single', tactic: 'precision' };
    case 'async':
    case 'webgpu':
      return { pipeline: true, immutable: true };
  }
}

/** True of a result that stays on a device. */
export function isHandle(result: KernelResult): result is GpuHandle {
  return typeof (result as Partial<GpuHandle>).toArray === 'function';
}

/** All cells of a result, row-major. */
export async function cellsOf(result: KernelResult): Promise<Float32Array> {
  const there = isHandle(result) ? await result.toArray() : result;
  return flattened(there as Exclude<KernelResult, GpuHandle>);
}

/** The cells of nested rows, in order; what is flat already is not copied. */
export function flattened(rows: Exclude<KernelResult, GpuHandle>): Float32Array {
  if (ArrayBuffer.isView(rows)) return rows as Float32Array;
  const parts = rows.map((row) => flattened(row));
  const flat = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    flat.set(part, at);
    at += part.length;
  }
  return flat;
}

/** The mode that a kernel runs in. */
export function modeOf(kernel: GpuKernel): string {
  const { mode, name } = kernel.constructor;
  return mode === 'gpu' ? versionOfContext(kernel.context) : (mode ?? name);
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
  const { mode, runsOn, simd, renderer, refused } = open;
  const notes: string[] = [];
  const reasons = refused.map((refusal) => `${refusal.mode}: ${refusal.reason}`).join('; ');
  if (asked === 'auto') notes.push(reasons === '' ? 'chosen by auto' : `chosen by auto, not ${reasons}`);
  else if (mode !== asked) notes.push(`asked for ${reasons}`);
  if (runsOn === 'webasm' && !simd) notes.push('without SIMD');
  if (counts.fellBack > 0) {
    const reason = counts.reason ?? 'no reason given';
    notes.push(`${counts.fellBack} of ${counts.compiled} kernels fell back to cpu: ${reason}`);
  }
  if (onHost.length > 0) notes.push(`on the host, having no kernel: ${onHost.join(', ')}`);
  const place = mode === runsOn ? mode : `${mode} (${runsOn})`;
  const device =
    renderer === undefined ? '' : ` on ${renderer.name}${renderer.software ? ', a software renderer' : ''}`;
  const tail = notes.length === 0 ? '' : ` (${notes.join('; ')})`;
  return `${version === undefined ? 'gpu.js' : `gpu.js ${version}`}, mode ${place}${device}, f32${tail}`;
}
