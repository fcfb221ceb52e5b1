import type { DenseMatrix } from '@tangentlab/tensor';
import { diagonal, scaled, transposed, turned } from './exact-matrices.js';

/** The sum of the squares, exactly, in units of 2^-60; entries must be multiples of 2^-30. */
const squares = ({ values }: DenseMatrix) => values.reduce((sum, value) => sum + BigInt(value * 2 ** 30) ** 2n, 0n);

test.each([
  [4, 4],
  [5, 9],
  [17, 4],
])('eight reflections of each side round nothing: %p x %p', (rows, cols) => {
  const values = [100, 97, 94, 91];
  const a = turned(diagonal(rows, cols, values), 8, 1);
  const want = BigInt(values.reduce((sum, value) => sum + value * value, 0)) * 2n ** 60n;
  expect(squares(a)).toBe(want);
  expect(squares(scaled(a, 1 + 2 ** -10))).not.toBe(want);
  expect(a.values.filter((value) => value !== 0).length).toBeGreaterThan(values.length);
});

test('less than four rows or columns are left alone', () => {
  const a = diagonal(3, 2, [5, 7, 9]);
  expect(turned(a, 3, 1)).toEqual(a);
  expect([...transposed(a).values]).toEqual([5, 0, 0, 0, 7, 0]);
});
