/**
 * What the module in `assembly/linear-algebra/` exports, with types. Addresses count bytes, sizes and leading dimensions count doubles;
 * flags are 0 or 1.
 */

import type { Address, WasmMemory } from '../wasm-host.js';

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
  /** y += A' x for m rows of n columns. */
  addRows(m: number, n: number, a: Address, lda: number, x: Address, y: Address): void;
  /** y += alpha A x for m rows of n columns. */
  addProducts(alpha: number, m: number, n: number, a: Address, lda: number, x: Address, y: Address): void;
  /** The triangular factor of a block of reflections from its Gram matrix and taus. */
  blockFactor(nb: number, gram: Address, tau: Address, t: Address): void;
  /** Row k of a blocked tridiagonalisation; see the assembly. */
  tridiagonalColumn(
    k: number,
    pending: number,
    a: Address,
    lda: number,
    v: Address,
    w: Address,
    ld: number,
    d: Address,
    e: Address,
    tau: Address,
    scratch: Address,
  ): void;
  /** Implicit QL from eigenvalue l on: where to go on, -1 when done, -2 when stuck. */
  qlSweeps(
    n: number,
    l: number,
    d: Address,
    e: Address,
    negligible: number,
    most: number,
    log: Address,
    capacity: number,
    state: Address,
  ): number;
  /** Applies a log of rotations to the rows of a matrix. */
  applyRotations(
    log: Address,
    bytes: number,
    a: Address,
    lda: number,
    rows: number,
    cols: number,
    scratch: Address,
  ): void;
  /** Column and row i of a blocked bidiagonalisation; see the assembly. */
  bidiagonalColumn(
    m: number,
    n: number,
    i: number,
    pending: number,
    a: Address,
    lda: number,
    u: Address,
    x: Address,
    ldu: number,
    v: Address,
    y: Address,
    ldv: number,
    d: Address,
    e: Address,
    tauU: Address,
    tauV: Address,
    scratch: Address,
  ): void;
  /** Implicit QR from the block that ends at m on: where to go on, -1 when done, -2 when stuck. */
  qrSweeps(
    n: number,
    m: number,
    d: Address,
    e: Address,
    negligible: number,
    most: number,
    leftLog: Address,
    rightLog: Address,
    capacity: number,
    state: Address,
  ): number;
  /** Column i of a blocked QR factorisation; 1 if a length must be computed afresh. */
  pivotedColumn(
    m: number,
    n: number,
    i: number,
    pending: number,
    pivoting: number,
    a: Address,
    lda: number,
    v: Address,
    ldv: number,
    f: Address,
    ldf: number,
    order: Address,
    lengths: Address,
    known: Address,
    tau: Address,
    scratch: Address,
  ): number;
  columnLengths(m: number, n: number, from: number, a: Address, lda: number, lengths: Address, known: Address): void;
  /** QL without square roots, for values alone: where to go on, -1 when done, -2 when stuck. */
  valueSweeps(n: number, l: number, d: Address, e: Address, negligible: number, most: number, state: Address): number;
  /** x *= alpha. */
  scale(alpha: number, x: Address, n: number): void;
}
