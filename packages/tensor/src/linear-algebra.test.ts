import { fc, test as property } from '@fast-check/jest';
import { isTangentError, nextTurn } from '@tangentlab/core';
import { type DenseMatrix, referenceLinearAlgebra } from '@tangentlab/tensor';

const { singularValues } = referenceLinearAlgebra;
const singularValuesAsync = referenceLinearAlgebra.singularValuesAsync!;
const EPS = 2 ** -52;
const matrix = (rows: number, cols: number, values: number[]): DenseMatrix => ({
  rows,
  cols,
  values: Float64Array.from(values),
});

const shapes = fc.record({ rows: fc.integer({ min: 1, max: 12 }), cols: fc.integer({ min: 1, max: 12 }) });
const entry = fc.double({ min: -10, max: 10, noNaN: true });
const matrices = shapes.chain(({ rows, cols }) =>
  fc.array(entry, { minLength: rows * cols, maxLength: rows * cols }).map((values) => matrix(rows, cols, values)),
);
const transposed = ({ rows, cols, values }: DenseMatrix) =>
  matrix(
    cols,
    rows,
    Array.from({ length: rows * cols }, (_, i) => values[(i % rows) * cols + Math.floor(i / rows)]!),
  );

test("the seed's worked example: rank 2, the stored singular values", () => {
  const sigma = singularValues(matrix(3, 3, [1, 2, 3, 4, 5, 6, 7, 8, 9]));
  expect(Math.abs(sigma[0]! - 16.84810335261421)).toBeLessThan(1e-13);
  expect(Math.abs(sigma[1]! - 1.0683695145547096)).toBeLessThan(1e-13);
  expect(sigma[2]).toBeLessThan(3 * EPS * 17);
});

test('Hilbert 8 x 8: small values are right to eps of the largest', () => {
  const n = 8;
  const sigma = singularValues(
    matrix(
      n,
      n,
      Array.from({ length: n * n }, (_, i) => 1 / (Math.floor(i / n) + (i % n) + 1)),
    ),
  );
  // singular values of the Hilbert matrix as NumPy gives them
  const known = [1.6959389969219, 0.29812521131693, 0.026212843578185, 0.0014676881177419, 5.4369433697e-5];
  for (const [i, value] of known.entries()) expect(Math.abs(sigma[i]! - value)).toBeLessThan(1e-13);
});

test('units do not matter: 1e300 and 1e-300', () => {
  for (const unit of [1e300, 1e-300]) {
    const sigma = singularValues(matrix(2, 2, [3 * unit, 0, 4 * unit, 5 * unit]));
    expect(sigma[0]! / unit).toBeCloseTo(Math.sqrt(45), 12);
    expect(sigma[1]! / unit).toBeCloseTo(Math.sqrt(5), 12);
  }
});

test('empty and zero matrices', () => {
  expect([...singularValues(matrix(0, 3, []))]).toEqual([]);
  expect([...singularValues(matrix(2, 3, [0, 0, 0, 0, 0, 0]))]).toEqual([0, 0]);
});

test('a matrix with NaN is refused, by its entry', () => {
  let thrown: unknown;
  try {
    singularValues(matrix(2, 2, [1, 2, Number.NaN, 4]));
  } catch (error) {
    thrown = error;
  }
  expect(isTangentError(thrown) && thrown.code).toBe('NUMERIC_NOT_FINITE');
  expect((thrown as Error).message).toContain('entry (1,0)');
});

test('values that do not fill the matrix, and sizes that are no counts, are refused', async () => {
  for (const a of [
    matrix(2, 2, [1, 2, 3]),
    matrix(2, 2, [1, 2, 3, 4, 5]),
    matrix(-1, -1, [1]),
    matrix(1.5, 2, [1, 2, 3]),
  ]) {
    expect(() => singularValues(a)).toThrow(expect.objectContaining({ code: 'SHAPE_MISMATCH' }));
    await expect(singularValuesAsync(a)).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  }
  expect(() => singularValues(matrix(2, 2, [1]))).toThrow(
    'singularValues: a (2,2) matrix has 4 values, got 1; check rows and cols.',
  );
});

describe('giving way', () => {
  // some 6e8 multiplications: many slices
  const large = matrix(
    500,
    600,
    Array.from({ length: 500 * 600 }, (_, i) => Math.sin(i * i)),
  );

  test('the event loop turns meanwhile, and the bits are the same', async () => {
    let [turns, working] = [0, true];
    const count = async () => {
      for (; working; turns++) await nextTurn();
    };
    const counted = count();
    const sigma = await singularValuesAsync(large);
    working = false;
    await counted;
    expect(turns).toBeGreaterThan(5);
    expect(sigma).toEqual(singularValues(large));
  });

  test('an abort is heard at the next turn, whenever it comes', async () => {
    for (const after of [0, 1, 4]) {
      const abort = new AbortController();
      const reason = new Error('enough');
      let settled = false;
      if (after === 0) abort.abort(reason);
      const working = singularValuesAsync(large, abort.signal).finally(() => {
        settled = true;
      });
      const rejected = expect(working).rejects.toBe(reason);
      for (let turn = 0; turn < after; turn++) await nextTurn();
      expect(settled).toBe(false);
      abort.abort(reason);
      await nextTurn();
      await nextTurn();
      expect(settled).toBe(true);
      await rejected;
    }
  });

  test('an abort after the end changes nothing', async () => {
    const abort = new AbortController();
    const sigma = await singularValuesAsync(matrix(1, 2, [3, 4]), abort.signal);
    abort.abort();
    expect(sigma[0]).toBeCloseTo(5, 12);
  });
});

property.prop([matrices])('squares sum to the Frobenius norm, product bound, transpose', (a) => {
  const sigma = singularValues(a);
  const n = Math.max(a.rows, a.cols);
  const squares = a.values.reduce((sum, value) => sum + value * value, 0);
  const total = sigma.reduce((sum, value) => sum + value * value, 0);
  expect(Math.abs(total - squares)).toBeLessThanOrEqual(20 * n * EPS * squares);
  expect(sigma).toHaveLength(Math.min(a.rows, a.cols));
  for (let i = 1; i < sigma.length; i++) expect(sigma[i]).toBeLessThanOrEqual(sigma[i - 1]!);
  const other = singularValues(transposed(a));
  for (const [i, value] of sigma.entries()) {
    expect(Math.abs(value - other[i]!)).toBeLessThanOrEqual(20 * n * EPS * sigma[0]!);
  }
});

property.prop([shapes, fc.integer({ min: 1, max: 12 }), fc.integer()])(
  'a product of rank r leaves r values',
  ({ rows, cols }, inner, seed) => {
    const rank = Math.min(rows, cols, inner);
    let state = seed | 0;
    const draw = () => {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      return state / 2 ** 31;
    };
    const left = Array.from({ length: rows * inner }, draw);
    const right = Array.from({ length: inner * cols }, draw);
    const product = Array.from({ length: rows * cols }, (_, at) => {
      let sum = 0;
      for (let p = 0; p < inner; p++) sum += left[Math.floor(at / cols) * inner + p]! * right[p * cols + (at % cols)]!;
      return sum;
    });
    const sigma = singularValues(matrix(rows, cols, product));
    for (let i = rank; i < sigma.length; i++) expect(sigma[i]).toBeLessThanOrEqual(40 * 12 * EPS * sigma[0]!);
  },
);
