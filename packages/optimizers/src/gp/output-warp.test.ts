import { readFileSync } from 'node:fs';
import { outputWarp } from './output-warp.js';
import { likeliestExponent, yeoJohnson, yeoJohnsonInverse } from './yeo-johnson.js';

const FIXTURE = new URL('../../fixtures/gp_posterior.json', import.meta.url);
const { bends } = JSON.parse(readFileSync(FIXTURE, 'utf8')) as {
  readonly bends: readonly { readonly y: number[]; readonly exponent: number; readonly bent: number[] }[];
};

test.each(bends)('bends as SciPy does, exponent $exponent', ({ y, exponent, bent }) => {
  expect(likeliestExponent(y, -1, 1)).toBeCloseTo(exponent, 3);
  y.forEach((value, i) => {
    expect(yeoJohnson(value, exponent)).toBeCloseTo(bent[i]!, 12);
    expect(yeoJohnsonInverse(bent[i]!, exponent)).toBeCloseTo(value, 10);
  });
  expect(Math.abs(likeliestExponent(y, -1, 0.3) - exponent) < 1e-3).toBe(exponent < 0.3); // a bound holds
});

const LOSSES = [3, 1, 4, 1.5, 9, 2.6, 5.3, 700, 8, 9.7, 93];

test('warped losses have mean 0 and variance 1, keep their order, and come back', () => {
  const { warped, loss } = outputWarp(LOSSES);
  const places = LOSSES.map(warped);
  expect(places.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 10);
  expect(places.reduce((a, b) => a + b * b, 0) / places.length).toBeCloseTo(1, 10);
  const order = (values: number[]) => values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  expect(order(places).slice(0, 9)).toEqual(order(LOSSES).slice(0, 9));
  LOSSES.filter((value) => value < 10).forEach((value) => {
    expect(loss(warped(value))).toBeCloseTo(value, 9);
  });
});

test('how bad the worst losses are is of no matter, how good the best one is is', () => {
  const places = LOSSES.map(outputWarp(LOSSES).warped);
  const worse = LOSSES.map((value) => (value === 700 ? 7e8 : value));
  expect(worse.map(outputWarp(worse).warped)).toEqual(places);
  const better = LOSSES.map((value) => (value === 1 ? -20 : value));
  expect(better.map(outputWarp(better).warped)).not.toEqual(places);
});

test.each([2 ** 990, 2 ** -990, 1e300, 1e-300])('the unit does not matter: %d', (unit) => {
  const scaled = LOSSES.map((value) => (value / 1024) * unit);
  const places = scaled.map(outputWarp(scaled).warped);
  LOSSES.map(outputWarp(LOSSES).warped).forEach((place, i) => {
    expect(places[i]).toBeCloseTo(place, 9);
  });
});

test('equal losses, one loss and none tell nothing', () => {
  expect([7, 7, 7].map(outputWarp([7, 7, 7]).warped)).toEqual([0, 0, 0]);
  expect(outputWarp([7]).warped(7)).toBe(0);
  expect(outputWarp([]).warped(7)).toBe(0);
  expect([7, 7, 7, 7, 9].map(outputWarp([7, 7, 7, 7, 9]).warped)[4]).toBeGreaterThan(0);
});
