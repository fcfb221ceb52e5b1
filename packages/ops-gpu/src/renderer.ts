/**
 * Who draws: the device behind WebGL or WebGPU, as far as the platform tells, and whether it is one. Browsers and
 * drivers offer both interfaces without any GPU, through programs that compute on the CPU.
 */

/** The device behind a mode. */
export interface Renderer {
  /** As the platform names it: `NVIDIA GeForce RTX 3060`, `SwiftShader driver`. */
  readonly name: string;
  /** True if it is a program on the CPU. */
  readonly software: boolean;
}

/** The part of WebGL that tells who draws. */
interface NamingContext {
  readonly RENDERER: number;
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
}

/** Programs that draw on a CPU, under the names that drivers give them. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render|\bwarp\b|mesa offscreen/i;

/**
 * A renderer by the name that a driver gives.
 *
 * @example
 * rendererNamed('llvmpipe (LLVM 15.0.6, 256 bits)').software // => true
 */
export function rendererNamed(name: string): Renderer {
  return { name: name === '' ? 'a device without a name' : name, software: SOFTWARE.test(name) };
}

/** Who draws for a WebGL context. Some browsers hide the name; they then give a general one. */
export function rendererOfContext(context: unknown): Renderer {
  const gl = context as NamingContext;
  const debug = gl.getExtension('WEBGL_debug_renderer_info');
  return rendererNamed(String(gl.getParameter(debug === null ? gl.RENDERER : debug.UNMASKED_RENDERER_WEBGL) ?? ''));
}

/** Who computes for a WebGPU adapter: by its name, or because the platform calls it a fallback. */
export function rendererOfAdapter({ info = {}, isFallbackAdapter }: NamedAdapter): Renderer {
  const { vendor = '', architecture = '', device = '', description = '' } = info;
  const name =
    description !== '' ? description : [vendor, architecture, device].filter((part) => part !== '').join(' ');
  const byName = rendererNamed(name);
  const software = [name, architecture, device].some((part) => SOFTWARE.test(part));
  return { name: byName.name, software: software || isFallbackAdapter === true || info.isFallbackAdapter === true };
}
