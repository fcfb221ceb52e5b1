/**
 * Matrices whose singular values are known exactly: diagonal ones, between reflections that round nothing. A reflection
 * I - v v'/2 with four entries of v being 1 or -1, and the others 0, is a matrix of halves; a product of a few of them with
 * numbers of few bits is exact in doubles.
 */
import type { DenseMatrix } from '@tangentlab/tensor';
import { counterUniform } from '@tangentlab/tensor';

/** rows x cols, with `values` on the diagonal; further ones are dropped, missing ones 0. */
export function diagonal(rows: number, cols: number, values: readonly number[]): DenseMatrix {
  const entries = new Float64Array(rows * cols);
  for (let i = 0; i < Math.min(rows, cols, values.length); i++) entries[i * cols + i] = values[i]!;
  return { rows, cols, values: entries };
}

/** Q A P, with `reflections` exact ones on each side that has the four rows or columns for them. */
export function turned(a: DenseMatrix, reflections: number, seed: number): DenseMatrix {
  let turnedMatrix = a;
  for (let r = 0; r < reflections; r++) {
    turnedMatrix = transposed(reflected(turnedMatrix, seed + 2 * r));
    turnedMatrix = transposed(reflected(turnedMatrix, seed + 2 * r + 1));
  }
  return turnedMatrix;
}

export function transposed({ rows, cols, values }: DenseMatrix): DenseMatrix {
  const swapped = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) swapped[j * rows + i] = values[i * cols + j]!;
  return { rows: cols, cols: rows, values: swapped };
}

export function scaled({ rows, cols, values }: DenseMatrix, factor: number): DenseMatrix {
  return { rows, cols, values: values.map((value) => factor * value) };
}

/** (I - v v'/2) A. */
function reflected(a: DenseMatrix, seed: number): DenseMatrix {
  const { rows, cols } = a;
  if (rows < 4) return a;
  const values = a.values.slice();
  const { chosen, signs } = fourOf(rows, seed);
  for (let j = 0; j < cols; j++) {
    let half = 0;
    for (const [k, i] of chosen.entries()) half += (signs[k]! * a.values[i * cols + j]!) / 2;
    for (const [k, i] of chosen.entries()) values[i * cols + j]! -= signs[k]! * half;
  }
  return { rows, cols, values };
}

/** Four different indices below `count`, and a sign for each. */
function fourOf(
  count: number,
  seed: number,
): { readonly chosen: readonly number[]; readonly signs: readonly number[] } {
  const order = Array.from({ length: count }, (_, i) => i).sort(
    (i, j) => counterUniform(seed, i) - counterUniform(seed, j),
  );
  const chosen = order.slice(0, 4);
  return { chosen, signs: chosen.map((i) => (counterUniform(seed + 1e6, i) < 0.5 ? -1 : 1)) };
}
