import { referenceLinearAlgebra } from '@tangentlab/tensor';
import fc from 'fast-check';
import { RandomState } from '../random/numpy-random.js';
import { lowRankMatrix, orthonormalColumns } from './low-rank-matrix.js';

const sizes = fc.integer({ min: 1, max: 9 }).chain((n) => fc.tuple(fc.integer({ min: n, max: 14 }), fc.constant(n)));

/** The largest entry of Q'Q - I. */
function departure(q: Float64Array, m: number, n: number): number {
  let largest = 0;
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < n; b++) {
      let dot = a === b ? -1 : 0;
      for (let i = 0; i < m; i++) dot += q[i * n + a]! * q[i * n + b]!;
      largest = Math.max(largest, Math.abs(dot));
    }
  }
  return largest;
}

test('the columns are orthonormal and span the given ones', () => {
  fc.assert(
    fc.property(sizes, fc.nat(), ([m, n], seed) => {
      const random = new RandomState(seed);
      const matrix = Float64Array.from({ length: m * n }, () => random.standardNormal());
      const q = orthonormalColumns(matrix, m, n);
      // Householder's method keeps Q orthonormal to a small multiple of m n eps whatever the matrix
      expect(departure(q, m, n)).toBeLessThan(10 * m * n * 2 ** -52);
      // the first column spans itself, with the sign that LAPACK gives it
      const norm = Math.hypot(...Array.from({ length: m }, (_, i) => matrix[i * n]!));
      const sign = m === 1 ? 1 : -Math.sign(matrix[0]!);
      const first = m === 1 ? matrix[0]! / Math.abs(matrix[0]!) : sign * norm;
      if (m > 1) {
        for (let i = 0; i < m; i++) expect(q[i * n]! * first).toBeCloseTo(matrix[i * n]!, 10);
      }
    }),
  );
  expect(departure(Float64Array.of(1, 1, 0, 1), 2, 2)).toBe(1);
});

test('a column of zeros and a square matrix are no trouble', () => {
  expect([...orthonormalColumns(new Float64Array(6), 3, 2)]).toEqual([1, 0, 0, 1, 0, 0]);
  expect([...orthonormalColumns(Float64Array.of(-3), 1, 1)]).toEqual([1]);
});

test('the singular values are the bell and the tail', () => {
  const matrix = lowRankMatrix(12, 7, { effectiveRank: 3, tailStrength: 0.2 }, new RandomState(1));
  const values = referenceLinearAlgebra.singularValues({ values: matrix, rows: 12, cols: 7 });
  values.forEach((value, i) => {
    expect(value).toBeCloseTo(0.8 * Math.exp(-((i / 3) ** 2)) + 0.2 * Math.exp((-0.1 * i) / 3), 12);
  });
});
