import { choice, int, Rng, Space, uniform, when } from '@tangentlab/core';
import { genomeOf } from '../evolution/genome.js';
import { PointFeatures } from './point-features.js';

const SPACE = new Space({
  x: uniform(0, 1),
  opt: choice('adam', 'sgd', 'rms'),
  momentum: when('opt', 'sgd', uniform(0, 1)),
  batch: choice(64, 16, 32),
  n: int(1, 4),
  one: choice('only'),
});
const features = new PointFeatures(SPACE);
const at = (params: object) => {
  const out = new Float64Array(features.width);
  features.write(genomeOf(SPACE, params as never), out, 0);
  return out;
};
const distance = (a: object, b: object) => Math.hypot(...at(a).map((value, f) => value - at(b)[f]!));
const BASE = { x: 0.5, opt: 'sgd', momentum: 0.25, batch: 32, n: 2, one: 'only' };
const { momentum: _, ...adam } = { ...BASE, opt: 'adam' };

test('choices differ by 1, numbers by how far they are apart, also among choices', () => {
  const { momentum: _other, ...rms } = { ...BASE, opt: 'rms' };
  expect(distance(adam, rms)).toBeCloseTo(1, 12);
  expect(distance(BASE, { ...BASE, x: 0.75 })).toBeCloseTo(0.25, 12);
  expect(distance(BASE, { ...BASE, n: 4 })).toBeCloseTo(0.5, 12);
  expect(distance({ ...BASE, batch: 16 }, { ...BASE, batch: 64 })).toBeCloseTo(2 / 3, 12);
  expect(distance({ ...BASE, batch: 16 }, { ...BASE, batch: 32 })).toBeCloseTo(1 / 3, 12);
});

test('what does not exist is as far from everything that could be there', () => {
  const from = (momentum: number) => distance(adam, { ...BASE, momentum }) ** 2 - 1; // 1 is the choice itself
  expect(from(0.1)).toBeCloseTo(1, 12);
  expect(from(0.9)).toBeCloseTo(1, 12);
  expect(distance(BASE, { ...BASE, momentum: 0.3 })).toBeLessThan(distance(BASE, { ...BASE, momentum: 0.9 }));
});

test('rows are snapped to points, and slopes follow the chain rule', () => {
  for (let seed = 0; seed < 20; seed++) {
    const uniformStream = Rng.root(seed).stream();
    const row = features.snapped(Float64Array.from({ length: features.leaves }, uniformStream));
    const again = genomeOf(SPACE, SPACE.decode(row.map((u) => (Number.isNaN(u) ? 0.5 : u))));
    row.forEach((u, j) => {
      if (Number.isNaN(u)) expect(again[j]).toBeNaN();
      else expect(u).toBeCloseTo(again[j]!, 12);
    });
    const weights = Float64Array.from({ length: features.width }, uniformStream);
    const value = (here: Float64Array) => {
      const out = new Float64Array(features.width);
      features.write(here, out, 0);
      return out.reduce((sum, own, f) => sum + weights[f]! * own, 0);
    };
    const slopes = new Float64Array(features.leaves);
    features.slopes(row, weights, slopes);
    row.forEach((u, j) => {
      const moved = (by: number) => value(row.map((own, k) => (k === j ? own + by : own)));
      const smooth = features.isSmooth(j) && !Number.isNaN(u);
      expect(slopes[j]).toBeCloseTo(smooth ? (moved(1e-6) - moved(-1e-6)) / 2e-6 : 0, 6);
    });
  }
});

test('leaves with few values are searched by value, the others along a slope', () => {
  expect(SPACE.leaves.map((_leaf, j) => features.isSmooth(j))).toEqual([true, false, true, false, false, false]);
  expect(features.valuesOf(4)).toEqual([0.125, 0.375, 0.625, 0.875]);
  expect(features.valuesOf(0)).toEqual([]);
});
