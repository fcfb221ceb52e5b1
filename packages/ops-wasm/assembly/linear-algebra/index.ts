/**
 * What the module exports. Pointers are byte addresses, sizes and leading dimensions count doubles; nothing is allocated
 * here: the caller lays out the memory from `heapStart` on.
 */
export { bidiagonalColumn } from './bidiagonal';
export { qrSweeps } from './bidiagonal-qr';
export { cholesky, pivotedPanel } from './cholesky';
export { gemm, heapStart } from './gemm';
export { addProducts, addRows, blockFactor } from './householder';
export { columnLengths, pivotedColumn } from './pivoted-column';
export { applyRotations } from './rotations';
export { solveRowsLower, solveTriangular } from './triangular';
export { tridiagonalColumn } from './tridiagonal';
export { qlSweeps } from './tridiagonal-ql';
export { valueSweeps } from './tridiagonal-values';
export { mirror, scale, transpose } from './vectors';
