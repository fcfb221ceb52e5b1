/**
 * Laws of what adds to matrices, cuts them and measures them in place: sums, penalties and clipping.
 */
import fc from 'fast-check';
import type { BackendBench, BackendCheck, Twin } from './backend-bench.js';
import { expectSame, expectWithin } from './error-bounds.js';
import { seed, size, sizeOrNone } from './shape-arbitraries.js';

const STEPS = 5;
const matrix = fc.tuple(sizeOrNone, size, seed);

/** |error| grows by 2 eps (|t| + |alpha a|) a step. */
async function accumulates(bench: BackendBench, rows: number, cols: number, seed: number): Promise<void> {
  const target = bench.random(seed, rows, cols);
  const errors = new Float64Array(rows * cols);
  for (let step = 1; step <= STEPS; step++) {
    const a = bench.random(seed + step, rows, cols);
    const before = await bench.truth.read(target.truth);
    const alpha = [undefined, -0.5, 3][step % 3];
    for (let i = 0; i < errors.length; i++)
      errors[i]! += 2 * (Math.abs(before[i]!) + Math.abs((alpha ?? 1) * a.values[i]!)) * bench.eps;
    await bench.agree(
      `accumulate, step ${step}`,
      (backend, side) => {
        if (alpha === undefined) backend.accumulate(side(target), side(a));
        else backend.accumulate(side(target), side(a), alpha);
        return side(target);
      },
      (i) => errors[i]!,
    );
    expectWithin('what was accumulated', await bench.tested.read(a.tested), a.values, () => 0);
  }
}

/** |error| <= 2 eps (|t| + |alpha|). */
async function accumulatesSigns(bench: BackendBench, rows: number, cols: number, seed: number): Promise<void> {
  const target = bench.random(seed, rows, cols);
  const a = bench.random(seed + 1, rows, cols); // one entry in sixteen is 0
  await bench.agree(
    'accumulateSign',
    (backend, side) => {
      backend.accumulateSign(side(target), side(a), -0.75);
      return side(target);
    },
    (i) => 2 * (Math.abs(target.values[i]!) + 0.75) * bench.eps,
  );
}

/** |error| <= 2 eps (|a| + threshold); what is cut to 0 is exactly 0, and a clamped entry exactly the limit. */
async function cuts(bench: BackendBench, rows: number, cols: number, seed: number): Promise<void> {
  const threshold = bench.rounded(0.1);
  const soft = bench.random(seed, rows, cols);
  await bench.agree(
    'softThreshold',
    (backend, side) => {
      backend.softThreshold(side(soft), threshold);
      return side(soft);
    },
    (i) => {
      const size = Math.abs(soft.values[i]!);
      return size <= threshold ? -bench.tiny : 2 * (size + threshold) * bench.eps;
    },
  );
  const hard = bench.random(seed + 1, rows, cols);
  bench.tested.clamp(hard.tested, threshold);
  const want = hard.values.map((value) => Math.max(-threshold, Math.min(value, threshold)));
  expectSame('clamp', await bench.tested.read(hard.tested), want);
}

/** |error| <= (n + 2) eps times the sum, n terms added in any order. */
async function sumsSquares(bench: BackendBench, rows: number, cols: number, seed: number): Promise<void> {
  const parts = [bench.random(seed, rows, cols), bench.random(seed + 1, 1, cols)];
  const sum = squaresOf(parts);
  await bench.agree(
    'sumOfSquares',
    (backend, side) => backend.sumOfSquares(parts.map(side)),
    () => (rows * cols + cols + 2) * sum * bench.eps,
  );
}

/** A norm of n terms is right to n/2 + 2 eps, and its quotient scales all; below the limit nothing changes. */
async function clips(bench: BackendBench, rows: number, cols: number, seed: number): Promise<void> {
  const parts = () => [bench.random(seed, rows, cols), bench.random(seed + 1, 1, cols)];
  const norm = Math.sqrt(squaresOf(parts()));
  const [large, small] = [parts(), parts()];
  bench.tested.clipByNorm(
    small.map(({ tested }) => tested),
    2 * norm + 1,
  );
  for (const { tested, values } of small)
    expectSame('clipByNorm above the norm', await bench.tested.read(tested), values);
  const limit = bench.rounded(norm / 2);
  bench.tested.clipByNorm(
    large.map(({ tested }) => tested),
    limit,
  );
  const scale = Math.min(1, limit / (norm + 1e-6));
  const roundings = (rows * cols + cols) / 2 + 6;
  for (const { tested, values } of large) {
    const want = values.map((value) => scale * value);
    expectWithin('clipByNorm', await bench.tested.read(tested), want, (i) => {
      return roundings * Math.abs(want[i]!) * bench.eps + bench.tiny;
    });
  }
}

function squaresOf(parts: readonly Twin[]): number {
  return parts.reduce((sum, { values }) => sum + values.reduce((all, value) => all + value * value, 0), 0);
}

export const IN_PLACE_CHECKS: readonly BackendCheck[] = [
  {
    name: 'accumulate adds in place, step after step',
    check: (bench) =>
      bench.forAll(fc.tuple(size, size, seed), ([rows, cols, start]) => accumulates(bench, rows, cols, start)),
  },
  {
    name: 'accumulateSign adds signs in place, that of 0 being 0',
    check: (bench) => bench.forAll(matrix, ([rows, cols, start]) => accumulatesSigns(bench, rows, cols, start)),
  },
  {
    name: 'softThreshold and clamp cut in place, exactly where they should',
    check: (bench) => bench.forAll(matrix, ([rows, cols, start]) => cuts(bench, rows, cols, start)),
  },
  {
    name: 'sumOfSquares agrees over several matrices',
    check: (bench) => bench.forAll(matrix, ([rows, cols, start]) => sumsSquares(bench, rows, cols, start)),
  },
  {
    name: 'clipByNorm scales all matrices by their common norm, and none below the limit',
    check: (bench) => bench.forAll(matrix, ([rows, cols, start]) => clips(bench, rows, cols, start)),
  },
];
