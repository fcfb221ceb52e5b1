/**
 * How an array gets to a device: as the argument of a kernel that copies it. gpu.js has no other way to a result that
 * stays there.
 */
import { COL, cellKernel, deviceSource, type KernelSource, ROW } from '../kernels/kernel.js';

/** The kernel of a matrix with so many columns, given as a flat array. */
export function uploadSource(cols: number, output: readonly number[]): KernelSource {
  const value = () => `a[${ROW} * ${cols} + ${COL}]`;
  return deviceSource(cellKernel({ key: 'upload', params: ['a'], rows: 0, cols, value }), 0, output);
}
