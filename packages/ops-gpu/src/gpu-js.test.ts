let loads = 0;
// missing in the types of jest's globals
const { unstable_mockModule: mockModule } = import.meta.jest as unknown as {
  unstable_mockModule(name: string, make: () => unknown): void;
};
mockModule('gpu.js', () => {
  loads++;
  throw new Error("Cannot find package 'gpu.js'");
});

test('importing the package, and naming a mode, loads nothing; init() without gpu.js says what to install', async () => {
  const { GpuBackend, gpu } = await import('@tangentlab/ops-gpu');
  gpu({ mode: 'webasm' });
  const backend = new GpuBackend();
  expect(loads).toBe(0);
  await expect(backend.init()).rejects.toMatchObject({
    code: 'BACKEND_UNAVAILABLE',
    message:
      'gpu back end: the optional package gpu.js is needed, got the error "Cannot find package \'gpu.js\'"; install gpu.js@2.24.1.',
  });
  expect(loads).toBe(1);
  await backend.dispose();
});
