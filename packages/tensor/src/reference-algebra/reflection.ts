/**
 * Householder reflections of contiguous vectors: the building blocks of the reference decompositions.
 */

/** Turns x[from..to) into the vector v of the reflection I - scale v v' that maps x to alpha e1. */
export function householder(x: Float64Array, from: number, to: number): { alpha: number; scale: number } {
  let squares = 0;
  for (let i = from; i < to; i++) squares += (x[i] as number) ** 2;
  // the matrix has a largest entry of 1: below this a vector is nothing, and its squares would underflow
  if (squares < 1e-280) return { alpha: 0, scale: 0 };
  const norm = Math.sqrt(squares);
  const first = x[from] as number;
  const alpha = first > 0 ? -norm : norm; // away from x, so that nothing cancels
  x[from] = first - alpha;
  return { alpha, scale: 1 / (norm * (norm + Math.abs(first))) };
}

/** Applies I - scale v v' to a column, on [from, to). */
export function reflect(column: Float64Array, v: Float64Array, from: number, to: number, scale: number): void {
  let dot = 0;
  for (let i = from; i < to; i++) dot += (v[i] as number) * (column[i] as number);
  axpy(column, v, -scale * dot, from, to);
}

/** y += alpha x on [from, to). */
export function axpy(y: Float64Array, x: Float64Array, alpha: number, from: number, to: number): void {
  for (let i = from; i < to; i++) y[i] = (y[i] as number) + alpha * (x[i] as number);
}
