import { fc, test as property } from '@fast-check/jest';
import { nextTurn, type Provider } from '@tangentlab/core';
import { counterUniform, type DenseMatrix, type LinearAlgebra, referenceLinearAlgebra } from '@tangentlab/tensor';
import { linearAlgebraLaws } from '@tangentlab/testkit';
import {
  createLinearAlgebra,
  createLinearAlgebraSync,
  linearAlgebraOver,
  wasmLinearAlgebra,
} from './wasm-linear-algebra.js';
import { WorkspacePool } from './workspace.js';

linearAlgebraLaws('wasm', createLinearAlgebra);

const EPS = 2 ** -52;
const algebra = createLinearAlgebraSync();

function noise(rows: number, cols: number, seed: number): DenseMatrix {
  const values = Float64Array.from({ length: rows * cols }, (_, i) => 2 * counterUniform(seed, i) - 1);
  return { rows, cols, values };
}

const symmetric = (n: number, seed: number) => algebra.syrk(noise(n, n, seed));
const size = fc.integer({ min: 0, max: 70 });
const seed = fc.integer({ min: 0, max: 1000 });

property.prop([size, size, seed], { numRuns: 30 })('singular values are those of the reference', (m, n, from) => {
  const a = noise(m, n, from);
  const [ours, theirs] = [algebra.singularValues(a), referenceLinearAlgebra.singularValues(a)];
  expect(ours).toHaveLength(theirs.length);
  const bound = 20 * (Math.max(m, n) + 1) * EPS * (theirs[0] ?? 0);
  for (const [i, value] of theirs.entries()) expect(Math.abs(ours[i]! - value)).toBeLessThanOrEqual(bound);
});

property.prop([size, seed], { numRuns: 30 })('eigenvalues are those of the reference', (n, from) => {
  const a = symmetric(n, from);
  const [ours, theirs] = [algebra.symmetricEigenvalues(a), referenceLinearAlgebra.symmetricEigenvalues(a)];
  const bound = 20 * (n + 1) * EPS * (theirs.at(-1) ?? 0);
  for (const [i, value] of theirs.entries()) expect(Math.abs(ours[i]! - value)).toBeLessThanOrEqual(bound);
});

property.prop([size, size, seed, fc.integer({ min: -300, max: 300 })], { numRuns: 30 })(
  'units that are powers of two change no bit but the exponent',
  (m, n, from, power) => {
    const a = noise(m, n, from);
    const scaled = { ...a, values: a.values.map((value) => value * 2 ** power) };
    expect(algebra.singularValues(scaled)).toEqual(algebra.singularValues(a).map((value) => value * 2 ** power));
  },
);

test('matrices past every block: the joins of halves, panels and slices', () => {
  const n = 700;
  const a = noise(n, n, 1);
  const gram = algebra.syrk(a);
  for (let i = 0; i < n; i++) gram.values[i * n + i]! += 1;
  const l = algebra.cholesky(gram);
  const product = algebra.gemm(l, l, { transB: true });
  // |A - L L'| <= n eps |L| |L'|, and that is at most the largest diagonal entry
  const largest = gram.values.reduce((most, value) => Math.max(most, value), 0);
  const off = product.values.reduce((most, value, i) => Math.max(most, Math.abs(value - gram.values[i]!)), 0);
  expect(off).toBeLessThanOrEqual(n * EPS * largest);
  const x = algebra.solveTriangular(l, a);
  const back = algebra.gemm(l, x);
  const residual = back.values.reduce((most, value, i) => Math.max(most, Math.abs(value - a.values[i]!)), 0);
  expect(residual).toBeLessThanOrEqual(n * EPS * Math.sqrt(n) * largest);
});

describe('giving way', () => {
  const operations: Readonly<Record<string, (signal?: AbortSignal) => Promise<unknown>>> = {
    gemmAsync: (signal) => algebra.gemmAsync(noise(900, 900, 1), noise(900, 900, 2), {}, signal),
    choleskyAsync: (signal) => algebra.choleskyAsync(diagonallyDominant(1100), signal),
    symmetricEigenAsync: (signal) => algebra.symmetricEigenAsync(noise(400, 400, 1), signal),
    singularValuesAsync: (signal) => algebra.singularValuesAsync!(noise(600, 500, 1), signal),
    qrAsync: (signal) => algebra.qrAsync(noise(600, 500, 1), signal),
  };

  for (const [name, operation] of Object.entries(operations)) {
    test(`${name} hears an abort while it works`, async () => {
      const abort = new AbortController();
      const reason = new Error('enough');
      const working = operation(abort.signal);
      const rejected = expect(working).rejects.toBe(reason);
      await nextTurn();
      abort.abort(reason);
      await rejected;
    }, 30_000);
  }

  test('two at once come to what each comes to alone', async () => {
    const [a, b] = [noise(420, 400, 3), noise(410, 390, 4)];
    const [first, second] = await Promise.all([algebra.svdAsync(a), algebra.svdAsync(b)]);
    for (const [got, want] of [
      [first, algebra.svd(a)],
      [second, algebra.svd(b)],
    ] as const) {
      expect(got.sigma).toEqual(want.sigma);
      // not toEqual: it takes seconds for so many numbers
      for (const side of ['u', 'v'] as const) {
        expect(Buffer.from(got[side].values.buffer).equals(Buffer.from(want[side].values.buffer))).toBe(true);
      }
    }
  }, 30_000);
});

describe('memory', () => {
  test('is kept while it is small and let go when it was large', () => {
    const pool = new WorkspacePool();
    const own = linearAlgebraOver(pool);
    own.singularValues(noise(30, 30, 1));
    const small = pool.idleBytes;
    expect(small).toBeGreaterThan(0);
    for (let i = 0; i < 50; i++) own.singularValues(noise(30, 30, i));
    expect(pool.idleBytes).toBe(small);
    own.gemm(noise(1, 4_500_000, 1), noise(4_500_000, 1, 2));
    expect(pool.idleBytes).toBe(0);
  }, 30_000);

  test('is given back by what fails and by what is aborted', async () => {
    const pool = new WorkspacePool();
    const own = linearAlgebraOver(pool);
    const indefinite = { rows: 2, cols: 2, values: Float64Array.of(1, 2, 2, 1) };
    for (let i = 0; i < 3; i++) expect(() => own.cholesky(indefinite)).toThrow('pivot 1 must be positive');
    const once = pool.idleBytes;
    const abort = new AbortController();
    const working = own.singularValuesAsync!(noise(600, 500, 1), abort.signal);
    const rejected = expect(working).rejects.toBe('enough');
    abort.abort('enough');
    await rejected;
    expect(() => own.lanczos(() => new Float64Array(1), 5, { count: 1 })).toThrow('lanczos, the product');
    expect(pool.idleBytes).toBeGreaterThanOrEqual(once);
  }, 30_000);

  test('more than WebAssembly has is refused with RESOURCE_FAILED', () => {
    const workspace = new WorkspacePool().acquire();
    expect(() => workspace.room(2 ** 30)).toThrow(expect.objectContaining({ code: 'RESOURCE_FAILED' }));
  });
});

test('the provider makes it, and says what it is', async () => {
  const provider: Provider<LinearAlgebra> = wasmLinearAlgebra();
  const made = (await provider.create()) as LinearAlgebra;
  expect(made.name).toBe('wasm');
  expect((made as unknown as { describe(): string }).describe()).toContain('simd128');
});

function diagonallyDominant(n: number): DenseMatrix {
  const a = noise(n, n, 7);
  for (let i = 0; i < n; i++) a.values[i * n + i] = 2 * n;
  return a;
}
