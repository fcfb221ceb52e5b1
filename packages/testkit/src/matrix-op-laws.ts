/**
 * matrixOpLaws: what an operation of the user's must hold to on a back end: its kernel agrees with its reference on
 * shapes of all kinds, and it refuses what does not fit and what was freed.
 */
import { type MatrixBackend, type MatrixOp, type OpShape, readableOperand } from '@tangentlab/tensor';
import type { Arbitrary } from 'fast-check';
import fc from 'fast-check';
import { BackendBench, expectCode, type Sampling } from './backend/backend-bench.js';
import { expectThat } from './backend/error-bounds.js';
import type { BackendFactory } from './backend-laws.js';
import { type Law, registerLaws, type SuiteOptions } from './law.js';

/** The operation, and what to try it on. */
export interface MatrixOpSubject {
  readonly op: MatrixOp;
  /** Shapes of the operands that fit. */
  readonly shapes: Arbitrary<readonly OpShape[]>;
  /** Numbers to go with them, exact in single precision; none unless given. */
  readonly numbers?: readonly number[];
  /** Shapes that it has to refuse. */
  readonly misfits: readonly (readonly OpShape[])[];
}

/**
 * Registers the laws with the test runner.
 *
 * *Throws* CONFIG_INVALID without a test runner, or for a skip that names no law. *Determinism*: cases are drawn from
 * `seed` (42 unless given), `numRuns` of them (25 unless given).
 */
export function matrixOpLaws(
  name: string,
  subject: MatrixOpSubject,
  create: BackendFactory,
  options: SuiteOptions & Partial<Sampling> = {},
): void {
  registerLaws(`matrixOpLaws: ${subject.op.name} on ${name}`, lawsOfMatrixOp(subject, options), create, options);
}

/** The laws themselves. */
export function lawsOfMatrixOp(
  subject: MatrixOpSubject,
  sampling: Partial<Sampling> = {},
): readonly Law<MatrixBackend | Promise<MatrixBackend>>[] {
  const { numRuns = 25, seed = 42 } = sampling;
  const onBench = (check: (bench: BackendBench) => Promise<void>) => async (make: BackendFactory) => {
    const bench = new BackendBench(await make(), { numRuns, seed });
    await bench.open();
    try {
      await check(bench);
    } finally {
      await bench.close();
    }
  };
  return [
    { name: `${subject.op.name}: the kernel agrees with the reference`, check: onBench((b) => agrees(b, subject)) },
    {
      name: `${subject.op.name}: refuses what does not fit, and what was freed`,
      check: onBench((b) => refuses(b, subject)),
    },
  ];
}

/** |error| <= roundings eps. */
async function agrees(bench: BackendBench, { op, shapes, numbers = [] }: MatrixOpSubject): Promise<void> {
  await bench.forAll(fc.tuple(shapes, fc.nat(1000)), async ([operands, start]) => {
    const twins = operands.map(({ rows, cols }, i) => bench.random(start + i, rows, cols));
    const readable = twins.map(({ truth, values }) => readableOperand({ rows: truth.rows, cols: truth.cols, values }));
    const want = bench.truth.apply!(
      op,
      twins.map(({ truth }) => truth),
      numbers,
    );
    await bench.agree(
      `op ${op.name}`,
      (backend, side) => backend.apply!(op, twins.map(side), numbers),
      (i) => op.roundings({ row: Math.floor(i / want.cols), col: i % want.cols }, readable, numbers) * bench.eps,
    );
  });
}

async function refuses(bench: BackendBench, { op, shapes, numbers = [], misfits }: MatrixOpSubject): Promise<void> {
  const { tested } = bench;
  expectThat(misfits.length > 0, op.name, 'shapes that it must refuse', 'none');
  for (const shape of misfits) {
    const operands = shape.map(({ rows, cols }) => bench.random(1, rows, cols).tested);
    await expectCode(`${op.name} of misfits`, 'SHAPE_MISMATCH', () => tested.apply!(op, operands, numbers));
  }
  const [fitting] = fc.sample(shapes, { numRuns: 1, seed: 1 });
  for (let freed = 0; freed < fitting!.length; freed++) {
    const operands = fitting!.map(({ rows, cols }) => bench.random(1, rows, cols).tested);
    tested.free(operands[freed]!);
    await expectCode(`${op.name} with a freed operand`, 'RESOURCE_FAILED', () => tested.apply!(op, operands, numbers));
  }
  const operands = fitting!.map(({ rows, cols }) => bench.random(1, rows, cols).tested);
  await expectCode(`${op.name} with a number too many`, 'SHAPE_MISMATCH', () =>
    tested.apply!(op, operands, [...numbers, 1]),
  );
}
