/**
 * What the module in `assembly/` exports, with types. Addresses count bytes, sizes and leading dimensions count doubles;
 * flags are 0 or 1.
 */

/** A byte address in the memory of an instance. */
export type Address = number;

/** The memory of an instance. Growing it detaches every view made before. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** The exports. */
export interface Kernels {
  readonly memory: WasmMemory;
  /** Where memory is free for the caller. */
  heapStart(): Address;
  /** C += alpha op(A) op(B); with `lower`, only tiles that touch entries j <= i + diagonal. */
  gemm(
    transA: number,
    transB: number,
    m: number,
    n: number,
    k: number,
    alpha: number,
    a: Address,
    lda: number,
    b: Address,
    ldb: number,
    c: Address,
    ldc: number,
    lower: number,
    diagonal: number,
  ): void;
  /** Copies the lower triangle over the upper one. */
  mirror(n: number, a: Address, lda: number): void;
  transpose(rows: number, cols: number, from: Address, ldf: number, to: Address, ldt: number): void;
  /** A = L L' in place, in the lower triangle; the index of the first pivot that is not positive, n if there is none. */
  cholesky(n: number, a: Address, lda: number): number;
  /** Columns from..to-1 of the pivoted factorisation; the first whose pivot is at most the tolerance, or `to`. */
  pivotedPanel(
    n: number,
    from: number,
    to: number,
    a: Address,
    lda: number,
    order: Address,
    sums: Address,
    tolerance: number,
  ): number;
  /** X L' = B in place, m x n. */
  solveRowsLower(m: number, n: number, l: Address, ldl: number, x: Address, ldx: number): void;
  /** op(T) X = B in place; element (i, k) of op(T) is T[i across + k along]. */
  solveTriangular(
    n: number,
    m: number,
    t: Address,
    across: number,
    along: number,
    lower: number,
    x: Address,
    ldx: number,
  ): void;
}
