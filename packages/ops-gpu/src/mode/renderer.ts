/**
 * Who draws: the device behind WebGL or WebGPU, as far as the platform tells, and whether it is one. Browsers and
 * drivers offer both interfaces without any GPU, through programs that compute on the CPU.
 */

/** The device behind a mode. */
export interface Renderer {
  /** As the platform names it, or the known name of a program: `Apple M2`, `SwiftShader`. */
  readonly name: string;
  /** True if it is a program on the CPU. */
  readonly software: boolean;
}

/** The part of WebGL that tells who draws. */
interface NamingContext {
  readonly RENDERER: number;
  readonly VERSION: number;
  getParameter(name: number): unknown;
  getExtension(name: 'WEBGL_debug_renderer_info'): { readonly UNMASKED_RENDERER_WEBGL: number } | null;
}

/** The part of WebGPU that tells who draws. */
export interface NamedAdapter {
  readonly info?: {
    readonly vendor?: string;
    readonly architecture?: string;
    readonly device?: string;
    readonly description?: string;
    readonly isFallbackAdapter?: boolean;
  };
  readonly isFallbackAdapter?: boolean;
  readonly limits?: { readonly maxStorageBufferBindingSize?: number; readonly maxBufferSize?: number };
}

/** Programs that draw on a CPU, and the names by which drivers give them away. */
const SOFTWARE: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/swiftshader/i, 'SwiftShader'],
  [/llvmpipe/i, 'llvmpipe'],
  [/lavapipe/i, 'lavapipe'],
  [/softpipe/i, 'softpipe'],
  [/basic render|\bwarp\b/i, 'WARP (Microsoft Basic Render Driver)'],
  [/mesa offscreen/i, 'Mesa OffScreen'],
  [/apple software/i, 'Apple Software Renderer'],
  [/software/i, 'a software rasterizer'],
];

/**
 * A renderer by the name that a driver gives: "llvmpipe (LLVM 15.0.6, 256 bits)" is llvmpipe, in software.
 */
export function rendererNamed(name: string): Renderer {
  const program = SOFTWARE.find(([pattern]) => pattern.test(name));
  if (program !== undefined) return { name: program[1], software: true };
  // browsers wrap the device: ANGLE (vendor, device, driver)
  const device = /^ANGLE \([^,]*, (.*), [^,]*\)$/.exec(name)?.[1] ?? name;
  return { name: device === '' ? 'a device without a name' : device, software: false };
}

/** Who draws for a WebGL context. Some browsers hide the name; they then give a general one. */
export function rendererOfContext(context: unknown): Renderer {
  const gl = context as NamingContext;
  const debug = gl.getExtension('WEBGL_debug_renderer_info');
  return rendererNamed(String(gl.getParameter(debug === null ? gl.RENDERER : debug.UNMASKED_RENDERER_WEBGL) ?? ''));
}

/** Which WebGL a context is of. */
export function versionOfContext(context: unknown): 'webgl' | 'webgl2' {
  const gl = context as NamingContext;
  return /^WebGL 2/.test(String(gl.getParameter(gl.VERSION))) ? 'webgl2' : 'webgl';
}

/** Who computes for a WebGPU adapter: by its name, or because the platform calls it a fallback. */
export function rendererOfAdapter({ info = {}, isFallbackAdapter }: NamedAdapter): Renderer {
  const { vendor = '', architecture = '', device = '', description = '' } = info;
  const parts = [description, vendor, architecture, device].filter((part) => part !== '');
  const { name, software } = rendererNamed(parts.join(' '));
  const shown = software || description === '' ? name : description;
  return { name: shown, software: software || isFallbackAdapter === true || info.isFallbackAdapter === true };
}
