/**
 * Iterations on condensed matrices: runs one sweep after the other and applies the rotations that it logged to the vectors,
 * many at a time.
 */
import type { Steps } from '@tangentlab/tensor';
import type { Address } from '../wasm-host.js';
import type { OrthogonalRows } from './block-reflections.js';
import type { Workspace } from './workspace.js';

/** Rotations in one call: a few ms. */
export const ROTATIONS = 2 ** 17;
/** A rotation, with its root and division, counted in multiplications of plain TypeScript. */
export const ROTATION_WEIGHT = 12;
/** What sweeps return when a value does not converge. */
export const STUCK = -2;
/** A rotation of eight columns. */
const STRIP_WEIGHT = 4;
/** Bytes of a log; it must hold a whole sweep. */
const LOG_BYTES = 2 ** 21;

/** Room for a log of a matrix of size n. */
export function logCapacity(n: number): number {
  return Math.max(LOG_BYTES, 64 + 32 * n);
}

/** Applies the log to the rows of a matrix, some columns at a time. */
export function* applyLog(
  { kernels }: Workspace,
  log: Address,
  bytes: number,
  { rows, size, at, stride }: OrthogonalRows,
  scratch: Address,
): Steps<void> {
  if (bytes === 0) return;
  const strips = Math.max(1, Math.floor(2 ** 26 / bytes));
  for (let j = 0; j < size; j += 8 * strips) {
    const cols = Math.min(8 * strips, size - j);
    kernels.applyRotations(log, bytes, at + 8 * j, stride, rows, cols, scratch);
    yield (STRIP_WEIGHT * (bytes / 16) * cols) / 8;
  }
}
