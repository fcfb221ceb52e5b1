import { describe, expect, it } from '@jest/globals';
import { createBackend } from './wasm.js';

// Four rows of at most four classes go through their own loop, fewer through the general one. Divided by 4 or by 1, which
// rounds nothing, both must give the same bits.
const ROWS = 4;

const LOGITS = [
  [0.25, -1.5, 3, 0.75],
  [-200, 40, 39.5, 200],
  [0, -0, 0, 0],
  [1e-3, 80, -1e30, 2],
];

describe.each([1, 2, 3, 4])('softmax of %i classes', (classes) => {
  it.each([0, 1, 2, 3])('four rows together have the bits of each alone, class %i wanted', async (wanted) => {
    const backend = await createBackend();
    await backend.init();
    const z = Float32Array.from(LOGITS.flatMap((row) => row.slice(0, classes)));
    const targets = new Float32Array(ROWS * classes);
    for (let row = 0; row < ROWS; row++) targets[row * classes + ((wanted + row) % classes)] = 1;
    const together = await lossOf(backend, z, targets, ROWS, classes);
    for (let row = 0; row < ROWS; row++) {
      const [from, to] = [row * classes, (row + 1) * classes];
      const alone = await lossOf(backend, z.slice(from, to), targets.slice(from, to), 1, classes);
      expect(together.losses[row]).toBe(alone.losses[0]);
      expect(together.gradient.subarray(from, to).map((slope) => slope * ROWS)).toEqual(alone.gradient);
    }
    await backend.dispose();
  });
});

it('a logit that is no number spoils its own row alone', async () => {
  const backend = await createBackend();
  await backend.init();
  const z = Float32Array.from([1, 2, Number.NaN, 2, 3, 1, 0, 0]);
  const { losses } = await lossOf(backend, z, Float32Array.from([1, 0, 0, 1, 1, 0, 0, 1]), ROWS, 2);
  expect([...losses].map(Number.isNaN)).toEqual([false, true, false, false]);
  await backend.dispose();
});

async function lossOf(
  backend: Awaited<ReturnType<typeof createBackend>>,
  z: Float32Array,
  targets: Float32Array,
  rows: number,
  classes: number,
): Promise<{ losses: Float64Array; gradient: Float64Array }> {
  const spec = { name: 'softmaxCrossEntropy', targets: 'classes' } as const;
  const { losses, gradient } = backend.loss(
    backend.upload(z, rows, classes),
    backend.upload(targets, rows, classes),
    spec,
  );
  return { losses: await backend.read(losses), gradient: await backend.read(gradient) };
}
