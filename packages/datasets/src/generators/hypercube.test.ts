import fc from 'fast-check';
import { RandomState } from '../random/numpy-random.js';
import { hypercubeCorners } from './hypercube.js';

/** The corners as strings of coordinates. */
function corners(count: number, dimensions: number, seed: number): string[] {
  const bits = hypercubeCorners(count, dimensions, new RandomState(seed));
  expect(bits.length).toBe(count * dimensions);
  return Array.from({ length: count }, (_, i) => bits.subarray(i * dimensions, (i + 1) * dimensions).join(''));
}

test('corners are distinct rows of zeros and ones', () => {
  const sizes = fc
    .integer({ min: 1, max: 45 })
    .chain((d) => fc.tuple(fc.integer({ min: 1, max: 2 ** Math.min(d, 7) }), fc.constant(d)));
  fc.assert(
    fc.property(sizes, fc.nat(), ([count, dimensions], seed) => {
      const found = corners(count, dimensions, seed);
      expect(new Set(found).size).toBe(count);
      for (const corner of found) expect(corner).toMatch(/^[01]+$/);
    }),
  );
});

test('all corners of a cube, in the order of their numbers: the highest bit is the first coordinate', () => {
  expect(corners(8, 3, 1)).toEqual(['000', '001', '010', '011', '100', '101', '110', '111']);
});

test('beyond 30 dimensions every coordinate takes both values', () => {
  const found = corners(64, 40, 2);
  for (let d = 0; d < 40; d++) expect(new Set(found.map((corner) => corner[d])).size).toBe(2);
});
