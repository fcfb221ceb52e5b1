import { Rng } from '@tangentlab/core';

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
