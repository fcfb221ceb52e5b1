import { rendererNamed, rendererOfAdapter, rendererOfContext } from './renderer.js';

test.each([
  ['ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)', true],
  ['Google SwiftShader', true],
  ['llvmpipe (LLVM 15.0.6, 256 bits)', true],
  ['Mesa OffScreen', true],
  ['Microsoft Basic Render Driver', true],
  ['ANGLE (Microsoft, Microsoft Basic Render Driver Direct3D11 vs_5_0 ps_5_0)', true],
  ['Apple Software Renderer', true],
  ['ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11 vs_5_0 ps_5_0, D3D11)', false],
  ['ANGLE (Intel, Mesa Intel(R) UHD Graphics 620 (KBL GT2), OpenGL 4.6)', false],
  ['Apple M2', false],
  ['Adreno (TM) 730', false],
])('%s: software %s', (name, software) => {
  expect(rendererNamed(name)).toEqual({ name, software });
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

test('a WebGPU adapter is software by name, or because the platform calls it a fallback', () => {
  const chromium = { vendor: 'google', architecture: 'swiftshader', device: '', description: '' };
  expect(rendererOfAdapter({ info: chromium })).toEqual({ name: 'google swiftshader', software: true });
  const dawn = { ...chromium, description: 'SwiftShader driver 5.0.0' };
  expect(rendererOfAdapter({ info: dawn })).toEqual({ name: 'SwiftShader driver 5.0.0', software: true });
  const real = { vendor: 'nvidia', architecture: 'ampere' };
  expect(rendererOfAdapter({ info: real })).toEqual({ name: 'nvidia ampere', software: false });
  expect(rendererOfAdapter({ info: { ...real, isFallbackAdapter: true } }).software).toBe(true);
  expect(rendererOfAdapter({ info: real, isFallbackAdapter: true }).software).toBe(true);
  expect(rendererOfAdapter({})).toEqual({ name: 'a device without a name', software: false });
});
