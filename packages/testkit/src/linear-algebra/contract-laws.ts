/**
 * Laws that hold for all of linear algebra: bad arguments are refused before work starts, good ones are left as they are,
 * the same question gets the same bits, at once or giving way, and an aborted one the signal's reason.
 */
import type { DenseMatrix, LinearAlgebra } from '@tangentlab/tensor';
import { expectThat } from '../backend/error-bounds.js';
import type { AlgebraCheck } from './product-laws.js';
import { matrixOf, noise, symmetricWith } from './test-matrices.js';

export const CONTRACT_CHECKS: readonly AlgebraCheck[] = [
  { name: 'NaN and infinities are refused with NUMERIC_NOT_FINITE', check: refusesNaN },
  { name: 'sizes that do not fit are refused with SHAPE_MISMATCH', check: refusesShapes },
  { name: 'options out of range and singular systems are refused', check: refusesOptions },
  { name: 'arguments are left unchanged', check: keepsHandsOff },
  { name: 'the same bits each time, and from the asynchronous twin', check: repeats },
  { name: 'an aborted signal is answered with its reason', check: hearsAborts },
  { name: 'computations under way at the same time do not disturb each other', check: interleaves },
];

/** One call of each operation on square matrices. */
const CALLS: Readonly<Record<string, (algebra: LinearAlgebra, a: DenseMatrix, b: DenseMatrix) => unknown>> = {
  gemm: (algebra, a, b) => algebra.gemm(a, b, { alpha: 2, beta: 3, c: b }),
  syrk: (algebra, a) => algebra.syrk(a),
  cholesky: (algebra, a) => algebra.cholesky(a),
  pivotedCholesky: (algebra, a) => algebra.pivotedCholesky(a),
  solveTriangular: (algebra, a, b) => algebra.solveTriangular(a, b),
  symmetricEigenvalues: (algebra, a) => algebra.symmetricEigenvalues(a),
  symmetricEigen: (algebra, a) => algebra.symmetricEigen(a),
  singularValues: (algebra, a) => algebra.singularValues(a),
  svd: (algebra, a) => algebra.svd(a),
  qr: (algebra, a) => algebra.qr(a),
  numericalRank: (algebra, a) => algebra.numericalRank(a),
};

/** The asynchronous twins. */
const TWINS: Readonly<
  Record<string, (algebra: LinearAlgebra, a: DenseMatrix, b: DenseMatrix, signal?: AbortSignal) => Promise<unknown>>
> = {
  gemm: (algebra, a, b, signal) => algebra.gemmAsync(a, b, { alpha: 2, beta: 3, c: b }, signal),
  syrk: (algebra, a, _, signal) => algebra.syrkAsync(a, {}, signal),
  cholesky: (algebra, a, _, signal) => algebra.choleskyAsync(a, signal),
  pivotedCholesky: (algebra, a, _, signal) => algebra.pivotedCholeskyAsync(a, undefined, signal),
  symmetricEigenvalues: (algebra, a, _, signal) => algebra.symmetricEigenvaluesAsync(a, signal),
  symmetricEigen: (algebra, a, _, signal) => algebra.symmetricEigenAsync(a, signal),
  svd: (algebra, a, _, signal) => algebra.svdAsync(a, signal),
  qr: (algebra, a, _, signal) => algebra.qrAsync(a, signal),
};

const N = 37;
const positive = (): DenseMatrix => symmetricWith(Array.from({ length: N }, (_, i) => 1 + i));
const other = (): DenseMatrix => noise(N, N, 9);
const identity = (x: Float64Array) => x;

function refusesNaN(algebra: LinearAlgebra): void {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    for (const [name, call] of Object.entries(CALLS)) {
      for (const at of [0, N, N * N - 1]) {
        const a = positive();
        a.values[at] = bad;
        expectCode(`${name} with ${bad}`, 'NUMERIC_NOT_FINITE', () => call(algebra, a, other()));
      }
    }
    const poisoned = (x: Float64Array) => x.map(() => bad);
    expectCode('lanczos', 'NUMERIC_NOT_FINITE', () => algebra.lanczos(poisoned, 5, { count: 1 }));
    expectCode('gemm', 'NUMERIC_NOT_FINITE', () => algebra.gemm(positive(), other(), { alpha: bad }));
  }
}

function refusesShapes(algebra: LinearAlgebra): void {
  const short = { rows: N, cols: N, values: new Float64Array(N) };
  const wide = noise(3, 5);
  for (const [name, call] of Object.entries(CALLS)) {
    expectCode(`${name} of too few values`, 'SHAPE_MISMATCH', () => call(algebra, short, other()));
  }
  for (const name of ['cholesky', 'pivotedCholesky', 'solveTriangular', 'symmetricEigenvalues', 'symmetricEigen']) {
    expectCode(`${name} of (3,5)`, 'SHAPE_MISMATCH', () => CALLS[name]!(algebra, wide, other()));
  }
  expectCode('gemm (3,5) x (3,5)', 'SHAPE_MISMATCH', () => algebra.gemm(wide, wide));
  expectCode('gemm with beta and no c', 'SHAPE_MISMATCH', () => algebra.gemm(other(), other(), { beta: 1 }));
  expectCode('solveTriangular', 'SHAPE_MISMATCH', () => algebra.solveTriangular(positive(), wide));
  expectCode('lanczos', 'SHAPE_MISMATCH', () => algebra.lanczos((x) => x.subarray(1), 5, { count: 1 }));
  expectCode('lanczos of more than all', 'SHAPE_MISMATCH', () => algebra.lanczos(identity, 5, { count: 6 }));
}

function refusesOptions(algebra: LinearAlgebra): void {
  for (const bad of [-1, Number.NaN]) {
    expectCode('numericalRank', 'CONFIG_INVALID', () => algebra.numericalRank(positive(), bad));
    expectCode('pivotedCholesky', 'CONFIG_INVALID', () => algebra.pivotedCholesky(positive(), bad));
    expectCode('lanczos', 'CONFIG_INVALID', () => algebra.lanczos(identity, 5, { count: bad }));
  }
  const singular = matrixOf(3, 3, (i, j) => (i === 1 && j === 1 ? 0 : 1));
  expectCode('solveTriangular', 'TRIAL_FAILED', () => algebra.solveTriangular(singular, noise(3, 1)));
}

function keepsHandsOff(algebra: LinearAlgebra): void {
  for (const [name, call] of Object.entries(CALLS)) {
    const [a, b] = [positive(), other()];
    call(algebra, a, b);
    same(a.values, positive().values, `${name}, its first argument`);
    same(b.values, other().values, `${name}, its second argument`);
  }
}

async function repeats(algebra: LinearAlgebra): Promise<void> {
  for (const [name, call] of Object.entries(CALLS)) {
    const first = call(algebra, positive(), other());
    same(call(algebra, positive(), other()), first, `${name}, the second time`);
    const twin = TWINS[name];
    if (twin !== undefined) same(await twin(algebra, positive(), other()), first, `${name}Async`);
  }
  const later = await algebra.singularValuesAsync?.(positive());
  if (later !== undefined) same(later, algebra.singularValues(positive()), 'singularValuesAsync');
}

async function hearsAborts(algebra: LinearAlgebra): Promise<void> {
  const reason = new Error('enough');
  const signal = AbortSignal.abort(reason);
  const aborted: Record<string, () => Promise<unknown> | undefined> = {
    singularValues: () => algebra.singularValuesAsync?.(positive(), signal),
    lanczos: () => algebra.lanczosAsync(identity, 5, { count: 1 }, signal),
  };
  for (const [name, twin] of Object.entries(TWINS)) aborted[name] = () => twin(algebra, positive(), other(), signal);
  for (const [name, call] of Object.entries(aborted)) {
    let got: unknown = 'a result';
    const working = call();
    if (working === undefined) continue;
    await working.catch((error: unknown) => {
      got = error;
    });
    expectThat(got === reason, `${name}Async`, "the signal's reason", got);
  }
}

async function interleaves(algebra: LinearAlgebra): Promise<void> {
  const [a, b] = [noise(230, 220, 1), noise(240, 210, 2)];
  const together = await Promise.all([a, b, a].map((matrix) => algebra.singularValuesAsync?.(matrix)));
  for (const [i, sigma] of together.entries()) {
    if (sigma !== undefined)
      same(sigma, algebra.singularValues(i % 2 === 0 ? a : b), 'singularValuesAsync beside others');
  }
  // an operator that uses the algebra itself
  const s = positive();
  const product = (x: Float64Array) => algebra.gemm(s, { rows: N, cols: 1, values: x }).values;
  const { values } = algebra.lanczos(product, N, { count: 1 });
  expectThat(Math.abs(values[0]! - N) < 1e-8, 'lanczos over gemm', String(N), values[0]);
}

function expectCode(what: string, code: string, call: () => unknown): void {
  let got: unknown = 'a result';
  try {
    call();
  } catch (error) {
    got = (error as { code?: unknown }).code ?? error;
  }
  expectThat(got === code, what, code, got);
}

/** Compares numbers bit by bit, wherever they stand in the results. */
function same(got: unknown, want: unknown, what: string): void {
  expectThat(bitsOf(got) === bitsOf(want), what, 'the same bits', 'others');
}

function bitsOf(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    ArrayBuffer.isView(part) ? Array.from(new Uint8Array(part.buffer, part.byteOffset, part.byteLength)) : part,
  );
}
