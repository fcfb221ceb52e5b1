/**
 * Losses that have no kernel, row by row on the host. The matrices of the modes cpu and webasm live there anyway; what
 * runs here is named in the description of the back end.
 */
import type { Loss } from '@tangentlab/tensor';

/** Losses of all rows, and the gradient of their mean; computed in f64 and rounded. */
export interface HostLoss {
  readonly losses: Float32Array;
  readonly gradient: Float32Array;
}

/** *Shapes*: z and targets are rows x cols, row-major. */
export function lossOnHost(
  z: Float32Array,
  targets: Float32Array,
  rows: number,
  cols: number,
  { value, gradient: slope }: Loss,
): HostLoss {
  const losses = new Float32Array(rows);
  const gradient = new Float32Array(rows * cols);
  const out = new Float64Array(cols);
  for (let i = 0; i < rows; i++) {
    const row = Float64Array.from(z.subarray(i * cols, (i + 1) * cols));
    const wanted = Float64Array.from(targets.subarray(i * cols, (i + 1) * cols));
    losses[i] = value(row, wanted);
    slope(row, wanted, out);
    for (let j = 0; j < cols; j++) gradient[i * cols + j] = out[j]! / rows;
  }
  return { losses, gradient };
}
