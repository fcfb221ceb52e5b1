import { rendererNamed, rendererOfAdapter, rendererOfContext, versionOfContext } from './renderer.js';

test.each([
  ['ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)', 'SwiftShader'],
  ['Google SwiftShader', 'SwiftShader'],
  ['llvmpipe (LLVM 15.0.6, 256 bits)', 'llvmpipe'],
  ['Mesa OffScreen', 'Mesa OffScreen'],
  ['Microsoft Basic Render Driver', 'WARP (Microsoft Basic Render Driver)'],
  ['ANGLE (Microsoft, Microsoft Basic Render Driver Direct3D11 vs_5_0)', 'WARP (Microsoft Basic Render Driver)'],
  ['Apple Software Renderer', 'Apple Software Renderer'],
  ['Software Rasterizer', 'a software rasterizer'],
])('%s is software: %s', (text, name) => {
  expect(rendererNamed(text)).toEqual({ name, software: true });
});

test.each([
  [
    'ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11 vs_5_0 ps_5_0, D3D11)',
    'NVIDIA GeForce RTX 3060 Direct3D11 vs_5_0 ps_5_0',
  ],
  ['ANGLE (Intel, Mesa Intel(R) UHD Graphics 620 (KBL GT2), OpenGL 4.6)', 'Mesa Intel(R) UHD Graphics 620 (KBL GT2)'],
  ['Apple M2', 'Apple M2'],
  ['Adreno (TM) 730', 'Adreno (TM) 730'],
  ['', 'a device without a name'],
])('%s is a device: %s', (text, name) => {
  expect(rendererNamed(text)).toEqual({ name, software: false });
});

test('a WebGL context tells its unmasked name where it may, else the general one', () => {
  const names: Record<number, unknown> = { 1: 'WebKit WebGL', 2: 'Apple M2' };
  const context = (unmasked: boolean) => ({
    RENDERER: 1,
    getParameter: (name: number) => names[name],
    getExtension: () => (unmasked ? { UNMASKED_RENDERER_WEBGL: 2 } : null),
  });
  expect(rendererOfContext(context(true))).toEqual({ name: 'Apple M2', software: false });
  expect(rendererOfContext(context(false))).toEqual({ name: 'WebKit WebGL', software: false });
  names[2] = undefined;
  expect(rendererOfContext(context(true))).toEqual({ name: 'a device without a name', software: false });
});

test.each([
  ['WebGL 1.0 (OpenGL ES 2.0 Chromium)', 'webgl'],
  ['WebGL 2.0 (OpenGL ES 3.0 Chromium)', 'webgl2'],
])('%s is %s', (version, mode) => {
  expect(versionOfContext({ VERSION: 7, getParameter: (name: number) => (name === 7 ? version : null) })).toBe(mode);
});

test('a WebGPU adapter is software by name, or because the platform calls it a fallback', () => {
  const chromium = { vendor: 'google', architecture: 'swiftshader', device: '', description: '' };
  expect(rendererOfAdapter({ info: chromium })).toEqual({ name: 'SwiftShader', software: true });
  const dawn = { ...chromium, description: 'SwiftShader driver 5.0.0' };
  expect(rendererOfAdapter({ info: dawn })).toEqual({ name: 'SwiftShader', software: true });
  const real = { vendor: 'nvidia', architecture: 'ampere' };
  expect(rendererOfAdapter({ info: real })).toEqual({ name: 'nvidia ampere', software: false });
  const described = { ...real, description: 'NVIDIA GeForce RTX 3060' };
  expect(rendererOfAdapter({ info: described }).name).toBe('NVIDIA GeForce RTX 3060');
  expect(rendererOfAdapter({ info: { ...real, isFallbackAdapter: true } }).software).toBe(true);
  expect(rendererOfAdapter({ info: real, isFallbackAdapter: true }).software).toBe(true);
  expect(rendererOfAdapter({})).toEqual({ name: 'a device without a name', software: false });
});
