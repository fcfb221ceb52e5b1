/**
 * Laws of Lanczos: extreme eigenvalues of operators whose spectrum is known, residuals that are what they claim, and every
 * eigenvalue once the whole space has been seen.
 */
import type { DenseMatrix, LinearAlgebra } from '@tangentlab/tensor';
import { expectThat } from '../backend/error-bounds.js';
import type { AlgebraCheck } from './product-laws.js';
import { EPS, expectOrthonormal, expectShape, expectSpectrum, growth, norm, product } from './residuals.js';
import { symmetricWith } from './test-matrices.js';

export const LANCZOS_CHECKS: readonly AlgebraCheck[] = [
  { name: 'lanczos finds extreme eigenvalues, and claims no smaller residuals than it has', check: checkExtremes },
  { name: 'lanczos sees the whole spectrum in as many steps as the size', check: checkWhole },
  { name: 'lanczos takes an operator that answers with promises, and says when steps ran out', check: checkOptions },
];

const operatorOf = (a: DenseMatrix) => (x: Float64Array) => product(a, { rows: x.length, cols: 1, values: x }).values;

function checkExtremes(algebra: LinearAlgebra): void {
  const spectra: Readonly<Record<string, readonly number[]>> = {
    decaying: Array.from({ length: 120 }, (_, i) => 0.9 ** i),
    indefinite: Array.from({ length: 101 }, (_, i) => (i - 50) ** 3),
    'few distinct': Array.from({ length: 60 }, (_, i) => (i === 0 ? 9 : i === 1 ? 4 : 1)),
  };
  for (const [name, spectrum] of Object.entries(spectra)) {
    const a = symmetricWith(spectrum);
    for (const which of ['largest', 'smallest'] as const) {
      const count = name === 'few distinct' ? 1 : 4;
      const what = `lanczos, ${which} of ${name}`;
      const { values, vectors, residuals, converged } = algebra.lanczos(operatorOf(a), a.rows, { count, which });
      expectThat(converged, what, 'convergence', 'none');
      expectShape(what, vectors, a.rows, count);
      expectOrthonormal(what, vectors);
      const sorted = spectrum.toSorted((x, y) => (which === 'largest' ? y - x : x - y));
      expectSpectrum(what, values, sorted.slice(0, count), 1e-9 * norm(a));
      for (let j = 0; j < count; j++) {
        const v = Float64Array.from({ length: a.rows }, (_, i) => vectors.values[i * count + j]!);
        const off = norm({ values: operatorOf(a)(v).map((value, i) => value - values[j]! * v[i]!) });
        const claimed = residuals[j]! + growth(a) * EPS * norm(a);
        expectThat(off <= claimed, `${what}, residual ${j}`, `at most ${claimed}`, off);
      }
    }
  }
}

function checkWhole(algebra: LinearAlgebra): void {
  for (const spectrum of [[], [3], [1, 2, 3, 4, 5, 6, 7], [2, 2, 2, 1, 1, 0, 0, 0, -4], [0, 0, 0]]) {
    const a = symmetricWith(spectrum);
    const { values, steps } = algebra.lanczos(operatorOf(a), a.rows, { count: spectrum.length, tolerance: 1e-14 });
    const want = spectrum.toSorted((x, y) => y - x);
    expectSpectrum(`lanczos of ${spectrum}`, values, want, growth(a) * EPS * norm(a));
    expectThat(steps <= spectrum.length, 'lanczos', `at most ${spectrum.length} steps`, steps);
  }
}

async function checkOptions(algebra: LinearAlgebra): Promise<void> {
  const a = symmetricWith(Array.from({ length: 80 }, (_, i) => i));
  const operator = operatorOf(a);
  const now = algebra.lanczos(operator, 80, { count: 2, maxSteps: 5 });
  expectThat(!now.converged && now.steps === 5, 'lanczos of five steps', 'no convergence', `${now.steps} steps`);
  const later = await algebra.lanczosAsync(async (x) => operator(x), 80, { count: 2, maxSteps: 5 });
  expectSpectrum('lanczosAsync', later.values, now.values, 0);
  const start = Float64Array.from({ length: 80 }, (_, i) => 1 + i);
  const { values } = algebra.lanczos(operator, 80, { count: 1, start });
  expectSpectrum('lanczos from a given start', values, [79], 1e-9 * 79);
}
