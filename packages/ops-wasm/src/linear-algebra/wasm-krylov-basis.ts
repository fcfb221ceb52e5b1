/**
 * The basis of Lanczos in the memory of an instance, where orthogonalising is two passes of SIMD kernels.
 */
import type { KrylovBasis } from '@tangentlab/tensor';
import { strideFor, type Workspace, type WorkspacePool } from './workspace.js';

/** A basis for vectors of `size`; it holds a workspace until it is released. */
export function wasmKrylovBasis(pool: WorkspacePool, size: number): KrylovBasis {
  // rows follow each other without a gap: whole cache lines each, and nothing else is laid out behind them
  const ld = 8 * Math.ceil(strideFor(size) / 8);
  const workspace = pool.acquire();
  const x = workspace.room(ld);
  const weights = workspace.room(size);
  const rows = workspace.room(0);
  let count = 0;
  return {
    append: (v) => {
      workspace.view(workspace.room(ld), size).set(v);
      count++;
    },
    orthogonalise: (w) => {
      workspace.view(x, size).set(w);
      workspace.view(weights, count).fill(0);
      workspace.kernels.addProducts(-1, count, size, rows, ld, x, weights);
      workspace.kernels.addRows(count, size, rows, ld, weights, x);
      w.set(workspace.view(x, size));
    },
    combine: (columns) => columns.map((column) => combination(workspace, column)),
    release: () => pool.release(workspace),
  };

  function combination({ kernels }: Workspace, column: Float64Array): Float64Array {
    workspace.view(x, size).fill(0);
    workspace.view(weights, count).set(column);
    kernels.addRows(count, size, rows, ld, weights, x);
    return workspace.take(x, size);
  }
}
