/**
 * The bench of the laws of matrix cores: the back end under test beside the reference, with the same matrices in both.
 *
 * Invariant: values are rounded to the precision under test before either side sees them, so that the rounding of inputs
 * never counts as an error.
 */
import { isTangentError, messageOf } from '@tangentlab/core';
import { counterUniform, type Matrix, type MatrixBackend, ReferenceBackend } from '@tangentlab/tensor';
import fc, { type Arbitrary } from 'fast-check';
import type { Law } from '../law.js';
import { type Bound, broken, expectWithin, SMALLEST_NORMAL, UNIT_ROUNDOFF } from './error-bounds.js';

/** How many cases a law tries, and where their random numbers start: equal seeds try equal cases. */
export interface Sampling {
  readonly numRuns: number;
  readonly seed: number;
}

/** A check of a back end, before it is made a law. It throws if the back end breaks it. */
export interface BackendCheck {
  readonly name: string;
  check(bench: BackendBench): void | Promise<void>;
}

/** The same matrix in the back end under test and in the reference. */
export interface Twin {
  /** rows x cols, as both sides hold them. */
  readonly values: Float64Array;
  readonly tested: Matrix;
  readonly truth: Matrix;
}

/** Picks the side of a twin that belongs to the back end at hand. */
export type Side = (twin: Twin) => Matrix;

export class BackendBench {
  readonly tested: MatrixBackend;
  readonly truth: MatrixBackend = new ReferenceBackend();
  /** One rounding in the precision under test, and one of the reference, which is not exact either. */
  readonly eps: number;
  readonly tiny: number;
  readonly #sampling: Sampling;
  #disposed = false;

  /** @param tested Not initialised yet; call `open` first and `close` at the end. */
  constructor(tested: MatrixBackend, sampling: Sampling) {
    const { precision } = tested.capabilities;
    this.tested = tested;
    this.eps = UNIT_ROUNDOFF[precision] + UNIT_ROUNDOFF.f64;
    this.tiny = SMALLEST_NORMAL[precision];
    this.#sampling = sampling;
  }

  async open(): Promise<void> {
    await this.tested.init();
  }

  /** Disposes of the back end under test, once. */
  async close(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await this.tested.dispose();
  }

  /** Tries `body` on cases of an arbitrary; what a case allocates is freed after it, on both sides. */
  async forAll<T>(arbitrary: Arbitrary<T>, body: (value: T) => Promise<void>): Promise<void> {
    const freed = async (value: T): Promise<void> => {
      // nobody shares the bench, so that these marks may stand around an await
      const [tested, truth] = [this.tested.mark(), this.truth.mark()];
      try {
        await body(value);
      } finally {
        this.tested.reset(tested);
        this.truth.reset(truth);
      }
    };
    await fc.assert(fc.asyncProperty(arbitrary, freed), { ...this.#sampling });
  }

  /** As the back end under test would store it. */
  rounded(value: number): number {
    return this.tested.capabilities.precision === 'f32' ? Math.fround(value) : value;
  }

  upload(values: ArrayLike<number>, rows: number, cols: number): Twin {
    const same = Float64Array.from(values, (value) => this.rounded(value));
    return {
      values: same,
      tested: this.tested.upload(same, rows, cols),
      truth: this.truth.upload(same, rows, cols),
    };
  }

  /** A matrix of either sign, with magnitudes from 1e-3 to 10 and one zero in sixteen. */
  random(seed: number, rows: number, cols: number): Twin {
    const entry = (_: unknown, i: number): number => {
      const magnitude = 10 ** (4 * counterUniform(seed, 3 * i) - 3);
      const sign = counterUniform(seed, 3 * i + 1) < 0.5 ? -1 : 1;
      return counterUniform(seed, 3 * i + 2) < 1 / 16 ? 0 : sign * magnitude;
    };
    return this.upload(Float64Array.from({ length: rows * cols }, entry), rows, cols);
  }

  /** The absolute values of a twin, in the reference: what error bounds are made of. */
  magnitude(twin: Twin): Matrix {
    return this.truth.upload(twin.values.map(Math.abs), twin.truth.rows, twin.truth.cols);
  }

  /** Performs an operation on both sides; throws unless shapes agree and values lie within the bound. */
  async agree(what: string, operation: (backend: MatrixBackend, side: Side) => Matrix, bound: Bound): Promise<void> {
    const got = operation(this.tested, (twin) => twin.tested);
    const want = operation(this.truth, (twin) => twin.truth);
    expectShape(what, got, want.rows, want.cols);
    expectWithin(what, await this.tested.read(got), await this.truth.read(want), (i) => bound(i) + this.tiny);
  }
}

/** Checks as laws: each gets a back end of its own, which is initialised and disposed of here. */
export function lawsOfChecks(
  checks: readonly BackendCheck[],
  { numRuns = 25, seed = 42 }: Partial<Sampling>,
): readonly Law<MatrixBackend | Promise<MatrixBackend>>[] {
  return checks.map(({ name, check }) => ({
    name,
    check: async (make) => {
      const bench = new BackendBench(await make(), { numRuns, seed });
      await bench.open();
      try {
        await check(bench);
      } finally {
        await bench.close();
      }
    },
  }));
}

/** Throws unless the matrix has this shape. */
export function expectShape(what: string, { rows, cols }: Matrix, wantRows: number, wantCols: number): void {
  if (rows !== wantRows || cols !== wantCols)
    throw broken(what, `shape (${wantRows},${wantCols})`, `(${rows},${cols})`);
}

/** Throws unless `act` throws, or rejects with, a Tangentlab error of this code. */
export async function expectCode(what: string, code: string, act: () => unknown): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (isTangentError(error) && error.code === code) return;
    throw broken(what, `an error ${code}`, messageOf(error));
  }
  throw broken(what, `an error ${code}`, 'none');
}
