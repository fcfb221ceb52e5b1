/**
 * Kernels of products and of what moves and adds up rows.
 */
import { COL, cellKernel, elementKernel, INDEX, type Kernel, ROW, sum } from './kernel.js';

/** A gemm of m x k by k x n. */
export interface GemmShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transA: boolean;
  readonly transB: boolean;
  readonly withC: boolean;
}

/** alpha op(A) op(B) [+ beta C]. Takes a, b, alpha [, c, beta]. */
export function gemmKernel({ m, n, k, transA, transB, withC }: GemmShape): Kernel {
  const a = (p: string) => (transA ? `a[${p}][${ROW}]` : `a[${ROW}][${p}]`);
  const b = (p: string) => (transB ? `b[${COL}][${p}]` : `b[${p}][${COL}]`);
  return cellKernel({
    key: `gemm ${m} ${n} ${k}${transA ? ' transA' : ''}${transB ? ' transB' : ''}${withC ? ' + c' : ''}`,
    params: ['a', 'b', 'alpha', ...(withC ? ['c', 'beta'] : [])],
    rows: m,
    cols: n,
    statements: () => sum('total', k, (p) => `${a(p)} * ${b(p)}`),
    value: () => `alpha * total${withC ? ` + beta * c[${ROW}][${COL}]` : ''}`,
  });
}

/** The rows of a at these indices. Takes a, rows, which is 1 x n. */
export function gatherKernel(from: number, rows: number, cols: number): Kernel {
  return cellKernel({
    key: `gatherRows ${from} ${rows} ${cols}`,
    params: ['a', 'rows'],
    rows,
    cols,
    value: () => `a[rows[${ROW}]][${COL}]`,
  });
}

/** alpha times the sum over rows. Takes a, alpha. */
export function columnSumsKernel(rows: number, cols: number): Kernel {
  return cellKernel({
    key: `columnSums ${rows} ${cols}`,
    params: ['a', 'alpha'],
    rows: 1,
    cols,
    statements: () => sum('total', rows, (i) => `a[${i}][${COL}]`),
    value: () => 'alpha * total',
  });
}

/** Cells that share a sum of squares: enough for the lanes of a vector or a small group of threads. */
const PARTS = 32;

/** How many partial sums `squaresKernel` makes of so many values. */
export function squareParts(length: number): number {
  return Math.min(PARTS, length);
}

/**
 * Sums of squares of every PARTS-th value, 1 x parts. A single cell that added up all would leave the others idle, and
 * round more. Takes a.
 */
export function squaresKernel(ofRows: number, ofCols: number): Kernel {
  const length = ofRows * ofCols;
  const parts = squareParts(length);
  const [even, left] = [Math.floor(length / parts), length % parts];
  const square = (i: string) => `a[${i}] * a[${i}]`;
  return elementKernel({
    key: `squares ${ofRows} ${ofCols}`,
    params: ['a'],
    rows: 1,
    cols: parts,
    statements: () => `${sum('total', even, (i) => square(`(${i}) * ${parts} + ${INDEX}`))}
      ${left === 0 ? '' : `if (${INDEX} < ${left}) { total += ${square(`${even * parts} + ${INDEX}`)}; }`}`,
    value: () => 'total',
  });
}

/** The sum of a few numbers and of what was there before: 1 x 1. Takes parts, which is 1 x count, and before, 1 x 1. */
export function addUpKernel(count: number): Kernel {
  return elementKernel({
    key: `addUp ${count}`,
    params: ['parts', 'before'],
    rows: 1,
    cols: 1,
    statements: () => sum('total', count, (i) => `parts[${i}]`),
    value: () => 'before[0] + total',
  });
}
