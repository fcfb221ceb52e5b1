/**
 * The orthonormal basis that Lanczos builds up: the part of the method that costs time and memory, kept behind an interface
 * so that a fast implementation can hold it where its kernels are.
 */
import { dot } from '../dot.js';

/** Orthonormal vectors of one length. */
export interface KrylovBasis {
  /** Adds a vector of length 1. */
  append(v: Float64Array): void;
  /** Takes from w all that lies in the span of the basis, in place, in one pass. */
  orthogonalise(w: Float64Array): void;
  /** The basis times the columns given: sum of weights[j][i] v_i, one vector for each j. */
  combine(weights: readonly Float64Array[]): Float64Array[];
  /** Frees what it holds. */
  release(): void;
}

/** A basis in plain TypeScript. *Cost*: 2 n k multiplications for each pass over k vectors. */
export function plainKrylovBasis(size: number): KrylovBasis {
  const vectors: Float64Array[] = [];
  const axpy = (y: Float64Array, x: Float64Array, alpha: number) => {
    for (let i = 0; i < size; i++) y[i]! += alpha * x[i]!;
  };
  return {
    append: (v) => {
      vectors.push(v.slice());
    },
    orthogonalise: (w) => {
      for (const v of vectors) axpy(w, v, -dot(v, 0, w, 0, size));
    },
    combine: (weights) =>
      weights.map((column) => {
        const sum = new Float64Array(size);
        for (const [i, v] of vectors.entries()) axpy(sum, v, column[i]!);
        return sum;
      }),
    release: () => {
      vectors.length = 0;
    },
  };
}
