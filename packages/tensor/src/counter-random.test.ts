import { counterUniform, maskSeed } from '@tangentlab/tensor';

/** The numbers of the stream `seed`, from the definition: lowbias32 applied twice, in arithmetic of whole numbers. */
function byDefinition(seed: number, index: number): number {
  const mask = 0xffffffffn;
  const mix = (value: bigint): bigint => {
    let x = value & mask;
    x = ((x ^ (x >> 16n)) * 0x7feb352dn) & mask;
    x = ((x ^ (x >> 15n)) * 0x846ca68bn) & mask;
    return x ^ (x >> 16n);
  };
  const inner = mix((BigInt(index) & mask) ^ 0x9e3779b9n);
  return Number(mix(BigInt(seed) + inner)) / 2 ** 32;
}

test('counterUniform is what its source says, for seeds of either sign and beyond 2^31', () => {
  for (const seed of [0, 1, -1, 42, 2 ** 31, 2 ** 32 - 1, -(2 ** 31)]) {
    for (const index of [0, 1, 2, 1000, 2 ** 31 - 1]) {
      expect(counterUniform(seed, index)).toBe(byDefinition(seed, index));
    }
  }
});

test('counterUniform is uniform enough: mean, variance and neighbours', () => {
  const count = 20_000;
  const values = Array.from({ length: count }, (_, i) => counterUniform(7, i));
  const mean = values.reduce((sum, u) => sum + u, 0) / count;
  const about = (f: (u: number, i: number) => number) => values.reduce((sum, u, i) => sum + f(u, i), 0) / count;
  const deviation = 1 / Math.sqrt(count); // of a sum of numbers of variance 1
  expect(Math.abs(mean - 1 / 2)).toBeLessThan(4 * deviation * Math.sqrt(1 / 12));
  expect(Math.abs(about((u) => (u - 1 / 2) ** 2) - 1 / 12)).toBeLessThan(4 * deviation * Math.sqrt(1 / 180));
  const product = about((u, i) => (u - 1 / 2) * (values[(i + 1) % count]! - 1 / 2));
  expect(Math.abs(product)).toBeLessThan((4 * deviation) / 12);
});

test('maskSeed tells steps and layers apart', () => {
  const seeds = new Set<number>();
  for (let step = 0; step < 100; step++) for (let layer = 0; layer < 4; layer++) seeds.add(maskSeed(5, step, layer));
  expect(seeds.size).toBe(400);
  expect([...seeds].every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)).toBe(true);
});
