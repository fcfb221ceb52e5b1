/**
 * Matrices on which linear algebra goes wrong: ill-conditioned, graded, clustered, with repeated values, of deficient rank,
 * in extreme units, and of every awkward size. They are the same on every machine.
 */
import { counterUniform, type DenseMatrix } from '@tangentlab/tensor';

/** A matrix with a name and, where it was made from one, its spectrum. */
export interface TestMatrix {
  readonly name: string;
  readonly a: DenseMatrix;
  /** Singular values, descending; for a symmetric matrix eigenvalues, ascending. */
  readonly spectrum?: readonly number[];
}

/** A matrix from a function of row and column. */
export function matrixOf(rows: number, cols: number, entry: (i: number, j: number) => number): DenseMatrix {
  const values = Float64Array.from({ length: rows * cols }, (_, at) => entry(Math.floor(at / cols), at % cols));
  return { rows, cols, values };
}

/** Entries in [-1, 1) that depend on sizes and seed. */
export function noise(rows: number, cols: number, seed = 1): DenseMatrix {
  return matrixOf(rows, cols, (i, j) => 2 * counterUniform(seed * 7919 + rows, i * cols + j) - 1);
}

/** Q diag(values) Q' with a dense orthogonal Q: the product of three reflections. */
export function symmetricWith(values: readonly number[]): DenseMatrix {
  const n = values.length;
  const a = matrixOf(n, n, (i, j) => (i === j ? values[i]! : 0));
  for (let seed = 1; seed <= 3; seed++) {
    const v = noise(n, 1, seed).values;
    reflectRows(a, v);
    reflectColumns(a, v);
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) a.values[j * n + i] = a.values[i * n + j]!;
  return a;
}

/** A rows x cols matrix with these singular values, between dense orthogonal matrices. */
export function matrixWith(rows: number, cols: number, sigma: readonly number[]): DenseMatrix {
  const a = matrixOf(rows, cols, (i, j) => (i === j ? (sigma[i] ?? 0) : 0));
  for (let seed = 1; seed <= 3; seed++) {
    reflectRows(a, noise(rows, 1, seed).values);
    reflectColumns(a, noise(cols, 1, seed + 10).values);
  }
  return a;
}

/** Sizes that are no multiples of a register, a tile or a panel, and some that are. */
export const SIZES: readonly number[] = [0, 1, 2, 3, 5, 8, 17, 33, 70];

const range = (n: number, value: (i: number) => number) => Array.from({ length: n }, (_, i) => value(i));

/** Symmetric matrices. */
export function symmetricMatrices(): readonly TestMatrix[] {
  const known = (name: string, values: readonly number[]): TestMatrix => ({
    name,
    a: symmetricWith(values),
    spectrum: values.toSorted((x, y) => x - y),
  });
  return [
    ...SIZES.map((n) =>
      known(
        `indefinite ${n}`,
        range(n, (i) => (i % 2 === 0 ? 1 : -1) * (1 + i / 3)),
      ),
    ),
    known(
      'graded',
      range(40, (i) => 10 ** (-i / 2)),
    ),
    known(
      'graded the other way',
      range(40, (i) => 10 ** (-(39 - i) / 2)),
    ),
    known(
      'clustered',
      range(40, (i) => (i < 20 ? 1 + i * 1e-14 : -3 + i * 1e-13)),
    ),
    known(
      'repeated',
      range(37, (i) => (i % 3) + 1),
    ),
    known(
      'rank-deficient',
      range(41, (i) => (i < 9 ? i + 1 : 0)),
    ),
    known(
      'all equal',
      range(12, () => 5),
    ),
    known(
      'in units of 1e150',
      range(9, (i) => 1e150 * (i - 4)),
    ),
    known(
      'in units of 1e-150',
      range(9, (i) => 1e-150 * (i - 4)),
    ),
    { name: 'Hilbert', a: matrixOf(12, 12, (i, j) => 1 / (i + j + 1)) },
    { name: 'zero', a: matrixOf(6, 6, () => 0), spectrum: range(6, () => 0) },
    { name: 'identity', a: matrixOf(35, 35, (i, j) => (i === j ? 1 : 0)), spectrum: range(35, () => 1) },
    { name: 'Wilkinson', a: matrixOf(21, 21, (i, j) => (i === j ? Math.abs(i - 10) : Math.abs(i - j) === 1 ? 1 : 0)) },
    { name: 'graded by rows', a: matrixOf(30, 30, (i, j) => (2 + Math.cos(i * j)) * 10 ** (-(i + j) / 3)) },
  ];
}

/** Rectangular matrices. */
export function rectangularMatrices(): readonly TestMatrix[] {
  const shapes = [
    ...SIZES.map((n) => [n, n] as const),
    ...([
      [0, 3],
      [3, 0],
      [1, 9],
      [9, 1],
      [40, 7],
      [7, 40],
      [90, 34],
      [34, 90],
      [50, 45],
    ] as const),
  ];
  const known = (name: string, rows: number, cols: number, sigma: readonly number[]): TestMatrix => ({
    name,
    a: matrixWith(rows, cols, sigma),
    spectrum: sigma.toSorted((x, y) => y - x),
  });
  return [
    ...shapes.map(([m, n]) =>
      known(
        `(${m},${n})`,
        m,
        n,
        range(Math.min(m, n), (i) => 1 + i / 2),
      ),
    ),
    known(
      'graded',
      45,
      40,
      range(40, (i) => 10 ** (-i / 2)),
    ),
    known(
      'graded the other way',
      40,
      45,
      range(40, (i) => 10 ** (-(39 - i) / 2)),
    ),
    known(
      'clustered',
      50,
      40,
      range(40, (i) => (i < 20 ? 1 + i * 1e-14 : 3 + i * 1e-13)),
    ),
    known(
      'repeated',
      37,
      37,
      range(37, (i) => (i % 3) + 1),
    ),
    known(
      'rank-deficient',
      60,
      41,
      range(41, (i) => (i < 9 ? i + 1 : 0)),
    ),
    known(
      'in units of 1e150',
      9,
      7,
      range(7, (i) => 1e150 * (i + 1)),
    ),
    known(
      'in units of 1e-150',
      7,
      9,
      range(7, (i) => 1e-150 * (i + 1)),
    ),
    { name: 'Hilbert', a: matrixOf(12, 12, (i, j) => 1 / (i + j + 1)) },
    { name: 'zero', a: matrixOf(6, 4, () => 0), spectrum: range(4, () => 0) },
    { name: 'one row repeated', a: matrixOf(20, 36, (_, j) => j - 7) },
    { name: 'bidiagonal with zeros', a: matrixOf(20, 20, (i, j) => (i === j ? i % 4 : j === i + 1 ? 1 : 0)) },
    { name: 'columns from large to small', a: matrixOf(30, 30, (i, j) => (2 + Math.cos(i * j)) * 10 ** (-j / 2)) },
  ];
}

/** Positive definite matrices, none too ill-conditioned to be factorised. */
export function positiveDefiniteMatrices(): readonly TestMatrix[] {
  const known = (name: string, values: readonly number[]) => ({ name, a: symmetricWith(values) });
  return [
    ...SIZES.map((n) =>
      known(
        `well-conditioned ${n}`,
        range(n, (i) => 1 + i),
      ),
    ),
    known(
      'ill-conditioned',
      range(40, (i) => 10 ** (-i / 4)),
    ),
    known(
      'in units of 1e150',
      range(9, (i) => 1e150 * (i + 1)),
    ),
    { name: 'Hilbert', a: matrixOf(10, 10, (i, j) => 1 / (i + j + 1)) },
    { name: 'graded', a: matrixOf(30, 30, (i, j) => (i === j ? 3 : 1 / (1 + (i - j) ** 2)) * 10 ** (-(i + j) / 3)) },
  ];
}

/** A <- (I - 2 v v' / v'v) A. */
function reflectRows({ rows, cols, values }: DenseMatrix, v: Float64Array): void {
  const squares = v.reduce((sum, value) => sum + value * value, 0);
  for (let j = 0; j < cols; j++) {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += v[i]! * values[i * cols + j]!;
    for (let i = 0; i < rows; i++) values[i * cols + j]! -= ((2 * sum) / squares) * v[i]!;
  }
}

/** A <- A (I - 2 v v' / v'v). */
function reflectColumns({ rows, cols, values }: DenseMatrix, v: Float64Array): void {
  const squares = v.reduce((sum, value) => sum + value * value, 0);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < cols; j++) sum += v[j]! * values[i * cols + j]!;
    for (let j = 0; j < cols; j++) values[i * cols + j]! -= ((2 * sum) / squares) * v[j]!;
  }
}
