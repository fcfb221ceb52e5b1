/**
 * Laws of products and of what moves or adds up rows: gemm in all transpositions, gatherRows, columnSums.
 */
import type { GemmOptions, Matrix } from '@tangentlab/tensor';
import fc from 'fast-check';
import { type BackendBench, type BackendCheck, expectShape, type Twin } from './backend-bench.js';
import { expectSame, expectWithin } from './error-bounds.js';
import { seed, size, sizeOrNone } from './shape-arbitraries.js';

const product = fc.record({
  m: sizeOrNone,
  n: sizeOrNone,
  k: sizeOrNone,
  transA: fc.boolean(),
  transB: fc.boolean(),
  // exact in f32, so that they are no source of error
  alpha: fc.constantFrom(1, -0.5, 3),
  beta: fc.constantFrom(0, 1, -0.25),
  seed,
});
type Product = typeof product extends fc.Arbitrary<infer T> ? T : never;

/** The operands as they are stored: A is m x k or k x m, B k x n or n x k, C m x n. */
function operands(bench: BackendBench, { m, n, k, transA, transB, seed }: Product): { a: Twin; b: Twin; c: Twin } {
  const a = transA ? bench.random(seed, k, m) : bench.random(seed, m, k);
  const b = transB ? bench.random(seed + 1, n, k) : bench.random(seed + 1, k, n);
  return { a, b, c: bench.random(seed + 2, m, n) };
}

/** sum |a||b| of every entry of a product. */
async function magnitudes(bench: BackendBench, a: Twin, b: Twin, options: GemmOptions): Promise<Float64Array> {
  return bench.truth.read(bench.truth.gemm(bench.magnitude(a), bench.magnitude(b), options));
}

/** |error| <= (k + 2) eps |alpha| sum |a||b| + 2 eps |beta c|. */
async function gemmAgrees(bench: BackendBench, given: Product): Promise<void> {
  const { k, transA, transB, alpha, beta } = given;
  const { a, b, c } = operands(bench, given);
  const sums = await magnitudes(bench, a, b, { transA, transB });
  await bench.agree(
    `gemm ${JSON.stringify(given)}`,
    (backend, side) => backend.gemm(side(a), side(b), { transA, transB, alpha, beta, c: side(c) }),
    (i) => ((k + 2) * Math.abs(alpha) * sums[i]! + 2 * Math.abs(beta * c.values[i]!)) * bench.eps,
  );
  const plain = { ...(transA ? { transA } : {}), ...(transB ? { transB } : {}) };
  await bench.agree(
    'gemm without alpha, beta and c',
    (backend, side) => backend.gemm(side(a), side(b), plain),
    (i) => (k + 1) * sums[i]! * bench.eps,
  );
}

/** (op(A) op(B))' = op(B)' op(A)', each side within (k + 1) eps sum |a||b|. */
async function productTransposes(bench: BackendBench, given: Product): Promise<void> {
  const { m, n, k, transA, transB } = given;
  const { a, b } = operands(bench, given);
  const { tested } = bench;
  const forward = await tested.read(tested.gemm(a.tested, b.tested, { transA, transB })); // m x n
  const flipped = tested.gemm(b.tested, a.tested, { transA: !transB, transB: !transA }); // n x m
  expectShape('the transposed product', flipped, n, m);
  const sums = await magnitudes(bench, a, b, { transA, transB });
  const back = transposed(await tested.read(flipped), n, m);
  expectWithin('the transposed product', back, forward, (i) => 2 * (k + 1) * sums[i]! * bench.eps + 2 * bench.tiny);
}

/** A I = A and I A' = A', without any rounding. */
async function identityIsNeutral(bench: BackendBench, rows: number, cols: number, seed: number): Promise<void> {
  const { tested } = bench;
  const a = bench.random(seed, rows, cols);
  const identity = (n: number): Matrix =>
    bench.upload(
      Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0)),
      n,
      n,
    ).tested;
  expectSame('A I', await tested.read(tested.gemm(a.tested, identity(cols))), a.values);
  const flipped = await tested.read(tested.gemm(identity(cols), a.tested, { transB: true }));
  expectSame("I A'", transposed(flipped, cols, rows), a.values);
}

async function gathers(bench: BackendBench, rows: number, cols: number, picks: readonly number[]): Promise<void> {
  const a = bench.random(rows, rows, cols);
  const indices = Int32Array.from(picks, (pick) => pick % rows);
  await bench.agree(
    'gatherRows',
    (backend, side) => backend.gatherRows(side(a), indices),
    () => 0,
  );
}

/** |error| <= rows eps sum |a|, and one rounding more where it is multiplied. */
async function sumsColumns(bench: BackendBench, rows: number, cols: number, seed: number): Promise<void> {
  const a = bench.random(seed, rows, cols);
  const sums = await bench.truth.read(bench.truth.columnSums(bench.magnitude(a)));
  await bench.agree(
    'columnSums',
    (backend, side) => backend.columnSums(side(a)),
    (i) => rows * sums[i]! * bench.eps,
  );
  await bench.agree(
    'columnSums with alpha',
    (backend, side) => backend.columnSums(side(a), -0.5),
    (i) => 0.5 * (rows + 1) * sums[i]! * bench.eps,
  );
}

/** The transpose of a rows x cols matrix. */
function transposed(values: Float64Array, rows: number, cols: number): Float64Array {
  return values.map((_, i) => values[(i % rows) * cols + Math.floor(i / rows)]!); // cols x rows
}

export const PRODUCT_CHECKS: readonly BackendCheck[] = [
  {
    name: 'gemm agrees in all transpositions, with alpha, beta and c',
    check: (bench) => bench.forAll(product, (given) => gemmAgrees(bench, given)),
  },
  {
    name: 'the transpose of a product is the product of the transposes',
    check: (bench) => bench.forAll(product, (given) => productTransposes(bench, given)),
  },
  {
    name: 'a product with the identity is exact',
    check: (bench) =>
      bench.forAll(fc.tuple(size, size, seed), ([rows, cols, start]) => identityIsNeutral(bench, rows, cols, start)),
  },
  {
    name: 'gatherRows copies rows, in any order and more than once',
    check: (bench) =>
      bench.forAll(fc.tuple(size, size, fc.array(fc.nat(), { maxLength: 40 })), ([rows, cols, picks]) =>
        gathers(bench, rows, cols, picks),
      ),
  },
  {
    name: 'columnSums agrees',
    check: (bench) =>
      bench.forAll(fc.tuple(sizeOrNone, size, seed), ([rows, cols, start]) => sumsColumns(bench, rows, cols, start)),
  },
];
