import { Rng } from '@tangentlab/core';
import { referenceLinearAlgebra } from '@tangentlab/tensor';
import { InverseFactor } from './inverse-factor.js';

const algebra = referenceLinearAlgebra;

/** A positive definite matrix: B B' + I / 2. */
function definite(n: number) {
  const uniform = Rng.root(n).stream();
  const b = { rows: n, cols: n, values: Float64Array.from({ length: n * n }, () => uniform() - 0.5) };
  const a = algebra.syrk(b);
  for (let i = 0; i < n; i++) a.values[i * n + i]! += 0.5;
  return a;
}

function leading({ rows: n, values }: { rows: number; values: Float64Array }, size: number) {
  const part = Float64Array.from({ length: size * size }, (_, at) => values[Math.floor(at / size) * n + (at % size)]!);
  return { rows: size, cols: size, values: part };
}

function product({ rows: n, values }: { rows: number; values: Float64Array }, x: Float64Array): Float64Array {
  return x.map((_, i) => x.reduce((sum, own, j) => sum + values[i * n + j]! * own, 0));
}

// all remainders of the four rows that are taken side by side
test.each([1, 2, 3, 4, 5, 8, 11])('solves systems of %d rows, however the matrix came to be', (n) => {
  const a = definite(n);
  const x = Float64Array.from({ length: n }, (_, i) => Math.sin(i + 1));
  const b = product(a, x);
  const inner = x.reduce((sum, own, i) => sum + own * b[i]!, 0);
  for (const from of [n, n >> 1, 0]) {
    const inverse = new InverseFactor(algebra, leading(a, from));
    for (let i = from; i < n; i++) inverse.append(a.values.slice(i * n, i * n + i), a.values[i * n + i]!, 1e-9);
    const found = new Float64Array(n);
    expect(inverse.solve(b, found)).toBeCloseTo(inner, 9);
    found.forEach((value, i) => {
      expect(value).toBeCloseTo(x[i]!, 9);
    });
    expect(
      inverse.solve(
        b.map((value) => value + 0.1),
        found,
      ),
    ).not.toBeCloseTo(inner, 3); // and it would show
  }
});

test('rows that are taken off leave no trace, and the first rows alone can be solved for', () => {
  const a = definite(9);
  const whole = new InverseFactor(algebra, leading(a, 6));
  const b = Float64Array.from({ length: 6 }, (_, i) => i - 2);
  const [before, after, among] = [new Float64Array(6), new Float64Array(6), new Float64Array(6)];
  const squares = whole.solve(b, before);
  for (let i = 6; i < 9; i++) whole.append(a.values.slice(i * 9, i * 9 + i), a.values[i * 9 + i]!, 1e-9);
  expect(whole.size).toBe(9);
  expect(whole.solve(b, among, 6)).toBe(squares);
  expect(among).toEqual(before);
  whole.truncate(6);
  expect(whole.solve(b, after)).toBe(squares);
  expect(after).toEqual(before);
});

test('a product with W, and jitter that is told and counts for later rows, too', () => {
  const a = definite(5);
  const identity = definite(5);
  identity.values.forEach((_, at) => {
    identity.values[at] = at % 6 === 0 ? 1 : 0;
  });
  const w = new InverseFactor(algebra, a).times(identity);
  const inverse = algebra.syrk(w, { trans: true });
  const one = algebra.gemm(inverse, a).values;
  one.forEach((value, at) => {
    expect(value).toBeCloseTo(at % 6 === 0 ? 1 : 0, 9);
  });
  expect(new InverseFactor(algebra, a).jitter).toBe(0);
  const singular = new InverseFactor(algebra, { rows: 3, cols: 3, values: new Float64Array(9).fill(1) });
  expect(singular.jitter).toBeGreaterThan(0);
  singular.append(Float64Array.of(1, 1, 1), 1, 0);
  const found = new Float64Array(4);
  singular.solve(Float64Array.of(4, 4, 4, 4), found);
  expect(found.reduce((sum, value) => sum + value, 0)).toBeCloseTo(4, 6);
});
