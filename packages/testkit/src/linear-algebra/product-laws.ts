/**
 * Laws of products and triangular solves: each entry within the bound of its own inner product, whatever the order of the
 * sums (Higham, sections 3.1 and 8.1).
 */
import type { DenseMatrix, LinearAlgebra } from '@tangentlab/tensor';
import { expectThat } from '../backend/error-bounds.js';
import { absolute, EPS, expectEach, expectShape, product, transpose } from './residuals.js';
import { matrixOf, noise, SIZES } from './test-matrices.js';

/** A named check of one implementation. */
export interface AlgebraCheck {
  readonly name: string;
  check(algebra: LinearAlgebra): void | Promise<void>;
}

/** m, n, k: small ones in all combinations that matter, and sizes past every block of a packed product. */
const SHAPES: readonly (readonly [number, number, number])[] = [
  ...[0, 1, 3, 4, 5].flatMap((m) => [0, 1, 2, 7].flatMap((n) => [0, 1, 4, 9].map((k) => [m, n, k] as const))),
  [33, 34, 35],
  [5, 6, 300],
  [101, 3, 20],
  [3, 520, 9],
];

export const PRODUCT_CHECKS: readonly AlgebraCheck[] = [
  { name: 'gemm is alpha op(A) op(B) + beta C in all transpositions and shapes', check: checkGemm },
  { name: 'syrk is A times its transpose, exactly symmetric', check: checkSyrk },
  { name: 'solveTriangular solves all four systems, backward stable in each column', check: checkTriangular },
];

function checkGemm(algebra: LinearAlgebra): void {
  for (const [m, n, k] of SHAPES) {
    const [a, b, c] = [noise(m, k, 1), noise(k, n, 2), noise(m, n, 3)];
    const exact = product(a, b);
    const sizes = product(absolute(a), absolute(b));
    for (const [transA, transB] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const) {
      const left = transA ? transpose(a) : a;
      const right = transB ? transpose(b) : b;
      const what = `gemm (${m},${n},${k})${transA ? ' transA' : ''}${transB ? ' transB' : ''}`;
      expectEach(what, algebra.gemm(left, right, { transA, transB }), exact, sizes, (k + 2) * EPS);
      const scaled = matrixOf(m, n, (i, j) => -0.5 * exact.values[i * n + j]! + 3 * c.values[i * n + j]!);
      const bounds = matrixOf(m, n, (i, j) => 0.5 * sizes.values[i * n + j]! + 3 * Math.abs(c.values[i * n + j]!));
      const got = algebra.gemm(left, right, { transA, transB, alpha: -0.5, beta: 3, c });
      expectEach(`${what} alpha beta`, got, scaled, bounds, (k + 5) * EPS);
    }
  }
}

function checkSyrk(algebra: LinearAlgebra): void {
  for (const [n, , k] of SHAPES) {
    const a = noise(n, k, 4);
    for (const trans of [false, true]) {
      const got = algebra.syrk(trans ? transpose(a) : a, { trans });
      const size = product(absolute(a), absolute(transpose(a)));
      expectEach(`syrk (${n},${k})`, got, product(a, transpose(a)), size, (k + 2) * EPS);
      const mirrored = transpose(got);
      expectThat(
        got.values.every((value, i) => value === mirrored.values[i]),
        `syrk (${n},${k})`,
        'a symmetric result',
        'another',
      );
    }
  }
}

function checkTriangular(algebra: LinearAlgebra): void {
  for (const n of SIZES) {
    // the other triangle holds what must not be read
    const full = noise(n, n, 5);
    for (let i = 0; i < n; i++) full.values[i * n + i] = 1 + (i % 3);
    for (const m of [0, 1, 5, 18]) {
      for (const upper of [false, true]) {
        const t = matrixOf(n, n, (i, j) => ((upper ? j >= i : j <= i) ? full.values[i * n + j]! : 0));
        for (const trans of [false, true]) {
          const b = noise(n, m, 6);
          const x = algebra.solveTriangular(full, b, { upper, trans });
          expectShape('solveTriangular', x, n, m);
          const op: DenseMatrix = trans ? transpose(t) : t;
          const what = `solveTriangular (${n},${m})${upper ? ' upper' : ''}${trans ? ' trans' : ''}`;
          expectEach(what, product(op, x), b, product(absolute(op), absolute(x)), (n + 2) * EPS);
        }
      }
    }
  }
}
