import { Rng } from '@tangentlab/core';
import fc from 'fast-check';
import seedrandom from 'seedrandom';

test('a path means the same numbers whoever asks', () => {
  const root = Rng.root(42);
  const a = root.split('trial', 7).split('init').stream();
  const b = root.split('trial', 7, 'init').stream();
  expect([a(), a(), a()]).toEqual([b(), b(), b()]);
});

test('a slash inside a key is no deeper path', () => {
  const root = Rng.root(1);
  expect(root.split('a/b').path).not.toBe(root.split('a', 'b').path);
  expect(root.split('a~1b').path).not.toBe(root.split('a/b').path);
});

test('first draws of neighbouring paths are uniform and uncorrelated', () => {
  const n = 20_000;
  const draws = Array.from({ length: n }, (_, i) => Rng.root(3).split('trial', i).stream()());
  const bins = new Array<number>(20).fill(0);
  for (const u of draws) bins[Math.floor(u * 20)]!++;
  const chi2 = bins.reduce((sum, count) => sum + (count - n / 20) ** 2 / (n / 20), 0);
  // chi-square with 19 degrees of freedom: 58.6 is exceeded with probability 6e-6
  expect(chi2).toBeLessThan(58.6);
  const mean = draws.reduce((a, b) => a + b) / n;
  let lag1 = 0;
  for (let i = 1; i < n; i++) lag1 += (draws[i - 1]! - mean) * (draws[i]! - mean);
  // the sample correlation has standard error 1/sqrt(n); 5 of them
  expect(Math.abs(lag1 / n / (1 / 12))).toBeLessThan(5 / Math.sqrt(n));
});

test('the first numbers of a path are pinned: an upgrade must not change them', () => {
  const u = Rng.root(42).split('trial', 7, 'init').stream();
  expect([u(), u(), u()]).toEqual([0.9227028854656965, 0.16685203136876225, 0.5901141469366848]);
  expect(Rng.root(42).split('trial', 7, 'init').seed32()).toBe(3962978717);
});

test('every stream starts afresh, and splitting draws nothing', () => {
  const rng = Rng.root(5).split('a');
  const first = rng.stream();
  const expected = [first(), first(), first()];
  const second = rng.stream();
  const seen = [second()];
  rng.split('b').stream()();
  seen.push(second(), second());
  expect(seen).toEqual(expected);
});

test('uniform() and seed32() are what seedrandom makes of the path', () => {
  fc.assert(
    fc.property(fc.integer(), fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.nat())), (seed, keys) => {
      const rng = Rng.root(seed).split(...keys);
      expect(rng.uniform()).toBe(rng.stream()());
      expect(rng.seed32()).toBe(seedrandom.alea(rng.path).int32() >>> 0);
    }),
    { numRuns: 1000 },
  );
});

test('different keys give different paths, whatever they contain', () => {
  const keys = fc.array(fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom('/', '~', '~0', '~1', '', 'a/b')), {
    maxLength: 4,
  });
  fc.assert(
    fc.property(keys, keys, (a, b) => {
      const same = a.length === b.length && a.every((key, i) => key === b[i]);
      expect(Rng.root(1).split(...a).path === Rng.root(1).split(...b).path).toBe(same);
    }),
    { numRuns: 500 },
  );
});

test('different seeds give different numbers', () => {
  const firsts = new Set(Array.from({ length: 1000 }, (_, seed) => Rng.root(seed - 500).stream()()));
  // 1000 draws of 2^32 values: two of them are equal with probability 1e-4; the seeds are fixed
  expect(firsts.size).toBe(1000);
});

test('draws lie in [0, 1) on a grid of 2^-32', () => {
  const u = Rng.root(9).stream();
  for (let i = 0; i < 1000; i++) {
    const x = u();
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x).toBeLessThan(1);
    expect(Number.isInteger(x * 2 ** 32)).toBe(true);
  }
});

test('seed32 is an unsigned 32-bit integer, each bit fair', () => {
  const n = 4000;
  const ones = new Array<number>(32).fill(0);
  for (let i = 0; i < n; i++) {
    const seed = Rng.root(11).split('epoch', i).seed32();
    expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32).toBe(true);
    for (let bit = 0; bit < 32; bit++) ones[bit]! += (seed >>> bit) & 1;
  }
  // each count is binomial(n, 1/2); 5 standard deviations, exceeded by one of 32 with probability 2e-5
  for (const count of ones) expect(Math.abs(count - n / 2)).toBeLessThan((5 * Math.sqrt(n)) / 2);
});
