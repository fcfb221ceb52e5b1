import { erfcx, logNdtr, logNormalMass, ndtr, ndtri, normalStream } from './normal.js';

// computed with mpmath to 30 digits
const ERFCX: readonly (readonly [x: number, value: number])[] = [
  [0, 1],
  [0.5, 0.6156903441929259],
  [2, 0.25539567631050575],
  [10, 0.05614099274382258],
  [1e6, 5.641895835474742e-7],
];
const LOG_NDTR: readonly (readonly [z: number, value: number])[] = [
  [-40, -804.608442013754],
  [-5, -15.0649983939887],
  [-1, -1.8410216450092636],
  [0.5, -0.36894641528865635],
  [3, -0.0013508099647481923],
  [9, -1.1285884059538405e-19],
];

test.each(ERFCX)('erfcx(%p)', (x, expected) => {
  expect(Math.abs(erfcx(x) / expected - 1)).toBeLessThan(1e-15);
});

test.each(LOG_NDTR)('logNdtr(%p)', (z, expected) => {
  expect(Math.abs(logNdtr(z) / expected - 1)).toBeLessThan(2e-15);
});

test('ndtri inverts ndtr, far into the tails', () => {
  for (const p of [1e-300, 1e-20, 0.001, 0.02425, 0.3, 0.5, 0.9, 0.999999])
    expect(Math.abs(ndtr(ndtri(p)) / p - 1)).toBeLessThan(1e-12);
  expect(ndtri(0)).toBe(Number.NEGATIVE_INFINITY);
});

test('masses of the two tails are equal, and those of neighbours add up', () => {
  expect(logNormalMass(20, 21)).toBeCloseTo(logNormalMass(-21, -20), 12);
  const parts = [-3, -1, 0.5, 2].map((a, i, all) => Math.exp(logNormalMass(a, all[i + 1] ?? 9)));
  expect(parts.reduce((sum, mass) => sum + mass, 0)).toBeCloseTo(1 - ndtr(-3), 14);
  expect(Math.exp(logNormalMass(-1, 0.5))).not.toBeCloseTo(ndtr(0.5), 3);
});

test('normalStream has mean 0 and variance 1', () => {
  let state = 1;
  const normal = normalStream(() => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
  const draws = Array.from({ length: 20_000 }, normal);
  const mean = draws.reduce((sum, z) => sum + z, 0) / draws.length;
  const variance = draws.reduce((sum, z) => sum + z * z, 0) / draws.length - mean ** 2;
  // five standard errors: 5 / sqrt(20000) and 5 sqrt(2 / 20000)
  expect(Math.abs(mean)).toBeLessThan(0.036);
  expect(Math.abs(variance - 1)).toBeLessThan(0.05);
});
